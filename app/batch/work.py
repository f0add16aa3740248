"""One file to one record, whatever happens to it; several at a time where asked for."""

from __future__ import annotations

import sys
import threading
import traceback
from collections.abc import Generator, Iterable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from tqdm import tqdm

from app.batch.journal import Record, content_hash, is_final
from app.reader import Reader
from preprocess.document import Document, DocumentError
from prompts.schema import Field
from vlm.errors import ContextError


@dataclass(frozen=True, slots=True)
class Task:
    """What is asked of every file, and how patiently: a question, or else a schema's fields.

    `timeout` is in seconds for one try, None for no limit; `retries` are further tries after a crash or a timeout.
    """

    question: str = ""
    schema: tuple[Field, ...] = ()
    think: bool | None = None
    grounded: bool = False
    pages: str | None = None
    timeout: float | None = None
    retries: int = 0

    def options(self) -> dict[str, Any]:
        """What an answer depends on."""
        asked = {"schema": [asdict(field) for field in self.schema]} if self.schema else {"question": self.question}
        return {**asked, "think": self.think, "grounded": self.grounded, "pages": self.pages}


@dataclass(slots=True)
class Crew:
    """Up to `workers` files at a time, on one reader. `stop`, from any thread, ends what is under way."""

    reader: Reader
    task: Task
    settings_hash: str
    workers: int = 1
    _stopped: bool = False
    _running: set[threading.Event] = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def records(self, files: Iterable[Path]) -> Generator[Record, None, None]:
        """One record a file, as they are done. Closed, it stops what is under way."""
        paths = iter(files)
        with ThreadPoolExecutor(self.workers, thread_name_prefix="batch") as pool:
            try:
                running: set[Future[Record]] = {pool.submit(self.answer, path) for path in islice(paths, self.workers)}
                while running:
                    done, running = wait(running, return_when=FIRST_COMPLETED)
                    for future in done:
                        yield future.result()
                    running |= {pool.submit(self.answer, path) for path in islice(paths, len(done))}
            except BaseException:  # interrupted, or closed
                self.stop()
                raise

    def stop(self) -> None:
        with self._lock:
            self._stopped = True
            for cancel in self._running:
                cancel.set()

    def answer(self, path: Path) -> Record:
        """The record of one file: the answer, or why there is none."""
        started = datetime.now(UTC)
        record = {
            "source": str(path),
            **({} if self.task.schema else {"question": self.task.question}),
            "model": self.reader.backend.info.name,
            "settings_hash": self.settings_hash,
        }
        if (digest := content_hash(path)) is not None:
            record["sha256"] = digest
        attempts, found = 1, self._try(path)
        while attempts <= self.task.retries and not self._stopped and not is_final(found):
            attempts, found = attempts + 1, self._try(path)
        times = {"attempts": attempts, "started": started.isoformat(), "finished": datetime.now(UTC).isoformat()}
        return {**record, **found, **times}

    def _try(self, path: Path) -> Record:
        cancel = threading.Event()
        with self._lock:
            self._running.add(cancel)
            if self._stopped:
                cancel.set()
        timer = threading.Timer(self.task.timeout or 0, cancel.set)
        if self.task.timeout is not None:
            timer.start()
        try:
            found = self._ask(self.reader.open(path, pages=self.task.pages), cancel)
            if cancel.is_set():
                return failure("timeout", f"no answer within {self.task.timeout} s; raise --timeout")
            return {"status": "success", **found}
        except DocumentError as error:
            return failure(error.code, str(error))
        except ContextError as error:
            return failure("context", str(error))
        except Exception as error:  # whatever one file does, the others are answered
            tqdm.write(traceback.format_exc(), file=sys.stderr)
            return failure("internal", f"{type(error).__name__}: {error}")
        finally:
            timer.cancel()
            with self._lock:
                self._running.discard(cancel)

    def _ask(self, document: Document, cancel: threading.Event) -> Record:
        task, reader = self.task, self.reader
        if task.schema:
            return reader.extract(document, task.schema, grounded=task.grounded, cancel=cancel).to_dict()
        return reader.stream(
            document, task.question, enable_thinking=task.think, grounded=task.grounded, cancel=cancel
        ).answer.to_dict()


def failure(code: str, message: str) -> Record:
    return {"status": "failure", "errors": [{"code": code, "message": message}]}
