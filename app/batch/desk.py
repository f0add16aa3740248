"""What is done with one file: `Desk(order, reader).work(job, cancel)` gives its part of a record.

A page that cannot be read is told in `errors`, and the rest of the file goes on: the record then says
`partial_success`. So it does of an answer whose files in the mirror could not be written; they are tried again without
asking again.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from threading import Event
from typing import Any, Literal

from app.batch.journal import OF_TREE, Record, is_answered
from app.batch.mirror import Mirror, NotWritten, hashes
from app.batch.pages import Reading, read, readable
from app.batch.plan import Job
from app.opening import open_file
from app.reader import Reader
from app.settings import Settings
from app.tables import as_json
from app.terminal import as_flags
from app.tried import PageErrors
from preprocess.document import Document, DocumentError
from prompts.schema import AnyField
from vlm.errors import ContextError
from vlm.sampling_params import Effort

Kind = Literal["ask", "transcribe", "tables"]
OnPage = Callable[[Path, int, int], None]
_OUTCOME = ("status", "errors", *OF_TREE)  # of a record; the rest is what was found


@dataclass(frozen=True, slots=True)
class Task:
    """What is wanted of every file, and how patiently: its words, its tables, or what is asked, a question or a schema.

    `password` opens those that are locked; no record depends on it. `timeout` is in seconds for one try, None for no
    limit; `retries` are further tries after a mishap, such as a crash or a timeout.
    """

    question: str = ""
    schema: tuple[AnyField, ...] = ()
    kind: Kind = "ask"
    think: bool | None = None
    effort: Effort | None = None
    grounded: bool = False
    pages: str | None = None
    password: str | None = field(default=None, repr=False)
    timeout: float | None = None
    retries: int = 0

    @property
    def needs_model(self) -> bool:
        return self.kind == "ask"

    def options(self, settings: Settings) -> dict[str, Any]:
        """What a record depends on."""
        if not self.needs_model:
            return {"task": self.kind, "pages": self.pages, "pdf_library": settings.pdf_library}
        asked = {"schema": [asdict(field) for field in self.schema]} if self.schema else {"question": self.question}
        chosen = {"think": self.think, "effort": self.effort, "grounded": self.grounded, "pages": self.pages}
        return {**asked, **chosen, **settings.answer_options()}


@dataclass(frozen=True, slots=True)
class Order:
    """What every worker is told.

    Attributes:
        settings_hash: of all that a record depends on; it is put into each.
        mirror: gets what the pages say, whatever the task.
    """

    task: Task
    settings: Settings
    settings_hash: str
    mirror: Mirror | None = None


@dataclass(frozen=True, slots=True)
class Desk:
    """Where files are worked on, by any number of threads.

    Args:
        reader: answers; None for a task that needs no model.
        on_page: told the path, how many pages are read, and how many there are.
    """

    order: Order
    reader: Reader | None = None
    on_page: OnPage = lambda path, done, total: None

    def work(self, job: Job, cancel: Event) -> Record:
        """What was found, or why not; where `cancel` is set meanwhile, it may be anything, unless it says that all but
        the mirror is there. What the job knows already is not asked again."""
        try:
            return self._answer(job, cancel) if self.order.task.needs_model else self._pages(job.path, cancel)
        except DocumentError as error:
            return failure(error.code, str(error))
        except ContextError as error:
            return failure("context", str(error))

    def _answer(self, job: Job, cancel: Event) -> Record:
        document, former = self._open(job.path), job.former
        if former is not None and is_answered(former):
            found: Record | None = {key: value for key, value in former.items() if key not in _OUTCOME}
            errors = {error["page"]: error for error in former.get("errors", ()) if "page" in error}
        else:
            found, errors = readable(document, lambda part: self._ask(part, cancel))
        if found is None or self.order.mirror is None or cancel.is_set():
            return _record(found, errors)
        reading = read(document, tables=self.order.mirror.has_tables, cancel=cancel)
        return self._mirrored(_record(found, errors | reading.errors), reading, job.path, cancel)

    def _pages(self, path: Path, cancel: Event) -> Record:
        task, mirror = self.order.task, self.order.mirror
        reading = read(
            self._open(path),  # nothing else holds it
            tables=task.kind == "tables" if mirror is None else mirror.has_tables,
            cancel=cancel,
            on_page=lambda done, total: self.on_page(path, done, total),
        )
        if reading.is_empty:
            return _record(None, reading.errors)
        found: Record = {"page_count": reading.page_count}
        if mirror is not None:
            return self._mirrored(_record(found, reading.errors), reading, path, cancel)
        if task.kind == "tables":
            found["tables"] = json.loads(as_json(reading.tables))
        else:
            found["pages"] = [asdict(page) for page in reading.pages]
        return _record(found, reading.errors)

    def _ask(self, document: Document, cancel: Event) -> Record:
        task, reader = self.order.task, self.reader
        assert reader is not None, "the task needs a model"
        if task.schema:
            return reader.extract(document, task.schema, grounded=task.grounded, cancel=cancel).to_dict()
        return reader.stream(
            document,
            task.question,
            enable_thinking=task.think,
            effort=task.effort,
            grounded=task.grounded,
            cancel=cancel,
        ).answer.to_dict()

    def _mirrored(self, found: Record, reading: Reading, path: Path, cancel: Event) -> Record:
        """`found`, and what was written of the tree: nothing if `cancel` is set, as pages are missing then."""
        assert self.order.mirror is not None
        try:
            if cancel.is_set():
                raise NotWritten(f"{path}: no time was left to write what its pages say; raise --timeout")
            files = self.order.mirror.write(reading, path)
        except NotWritten as error:
            told = {"code": "not_written", "message": str(error)}
            status = "partial_success" if self.order.task.needs_model else "failure"
            errors = [*found.get("errors", ()), told]
            return found | {"status": status, "errors": errors, "files": error.files}
        forms = [file.rpartition(".")[2] for file in files]
        return found | {"files": files, "hashes": hashes(reading, forms)}

    def _open(self, path: Path) -> Document:
        task = self.order.task
        return open_file(path, self.order.settings, password=task.password, pages=task.pages)


def failure(code: str, message: str) -> Record:
    return {"status": "failure", "errors": [{"code": code, "message": as_flags(message)}]}


def _record(found: Record | None, errors: PageErrors) -> Record:
    said = [errors[number] | {"message": as_flags(errors[number]["message"])} for number in sorted(errors)]
    told = {"errors": said} if errors else {}
    if found is None:
        return {"status": "failure", **told}
    return {"status": "partial_success" if errors else "success", **found, **told}
