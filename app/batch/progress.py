"""How a run is told: a bar on a terminal, else one JSON event a line; both on the standard error."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tqdm import tqdm

from app.batch.journal import Record
from app.terminal import tell


class Progress:
    """Tells of `total` documents, `done` of them before this run began."""

    def __init__(self, total: int, done: int = 0) -> None:
        self._total, self._done = total, done
        self._bar = tqdm(total=total, initial=done, unit="file", file=sys.stderr) if sys.stderr.isatty() else None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.close()

    def page(self, path: Path, done: int, total: int) -> None:
        """Of a document that is under way, `done` pages are read. From any thread."""
        if self._bar is not None:
            self._bar.set_postfix_str(f"{path.name} {done}/{total}" if done < total else "")
        else:
            event("page", source=str(path), done=done, total=total)

    def document(self, record: Record) -> None:
        self._done += 1
        if self._bar is not None:
            self._bar.update()
            return
        codes = [error["code"] for error in record.get("errors", ())]
        event(
            "document",
            done=self._done,
            total=self._total,
            source=record["source"],
            status=record["status"],
            **({"errors": codes} if codes else {}),
        )


def notice(text: str) -> None:
    """A sentence for whoever watches."""
    if sys.stderr.isatty():
        tell(text)
    else:
        event("notice", text=text)


def event(kind: str, **facts: Any) -> None:
    tell(json.dumps({"event": kind, **facts}, ensure_ascii=False))
