"""Small pictures of pages, and downloads: made when a browser asks, from the session whose key stands in the address.

    lector/<key>/<document>/<page>.jpg
    lector/<key>/tables.xlsx    lector/<key>/fields.json

Nothing of it is a file on the disk for longer than it takes to make a workbook, and nobody without the key gets it.
"""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from app.sheets import EXCEL_MARK, csv_text, write_workbook
from app.tables import as_json, as_markdown, write_xlsx
from app.ui.render.found import field_rows
from app.ui.render.sheet import SMALL, jpeg
from app.ui.results import Fields, Tables
from app.ui.session import Session
from app.ui.sessions import Sessions
from preprocess.document import DocumentError

_PICTURE = re.compile(r"/lector/([0-9a-f]{32})/([0-9a-f]{16})/(\d{1,6})\.jpg")
_DOWNLOAD = re.compile(r"/lector/([0-9a-f]{32})/(tables|fields)\.(xlsx|csv|json|md)")
_KINDS = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv",
    "json": "application/json",
    "md": "text/markdown",
}


@dataclass(frozen=True)
class Files:
    """ASGI middleware that answers for these addresses."""

    app: Any
    sessions: Sessions

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http" and "/lector/" in scope["path"]:
            path = scope["path"].removeprefix(scope.get("root_path", ""))
            response = await run_in_threadpool(self.answer, path)
            await response(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    def answer(self, path: str) -> Response:
        """What stands at `path`; 404 for whatever is not there, or not there any more."""
        if match := _PICTURE.fullmatch(path):
            session = self.sessions.find(match[1])
            data = _picture(session, match[2], int(match[3])) if session else None
            if data is not None:
                return Response(data, media_type="image/jpeg", headers={"cache-control": "private, max-age=3600"})
        elif match := _DOWNLOAD.fullmatch(path):
            session = self.sessions.find(match[1])
            data = _download(session, match[2], match[3]) if session else None
            if session is not None and session.document is not None and data is not None:
                name = quote(f"{Path(session.document.name).stem} {match[2]}.{match[3]}")
                headers = {"content-disposition": f"attachment; filename*=UTF-8''{name}", "cache-control": "no-store"}
                return Response(data, media_type=_KINDS[match[3]], headers=headers)
        return Response("This is not here any more.", status_code=404, media_type="text/plain")


def _picture(session: Session, document: str, number: int) -> bytes | None:
    shown = session.document
    if shown is None or shown.sha256[:16] != document or not 0 < number <= len(shown.pages):
        return None
    try:
        return jpeg(shown.pages[number - 1].render(), SMALL)
    except DocumentError:
        return None


def _download(session: Session, what: str, form: str) -> bytes | None:
    found = session.tables if what == "tables" else session.fields
    if found is None:
        return None
    if form == "xlsx":
        return _workbook(found)
    text = _tables_text(found, form) if isinstance(found, Tables) else _fields_text(found, form)
    return text.encode(EXCEL_MARK if form == "csv" else "utf-8") if text is not None else None


def _tables_text(found: Tables, form: str) -> str | None:
    ways: dict[str, Callable[[], str]] = {
        "csv": lambda: csv_text([table.texts for table in found.tables]),
        "json": lambda: as_json(found.tables),
        "md": lambda: as_markdown(found.tables),
    }
    return ways[form]()


def _fields_text(filled: Fields, form: str) -> str | None:
    if form == "csv":
        return csv_text([field_rows(filled)])
    return json.dumps(filled.extraction.to_dict(), ensure_ascii=False, indent=2) if form == "json" else None


def _workbook(found: Tables | Fields) -> bytes | None:
    if isinstance(found, Tables) and not found.tables:
        return None
    with tempfile.TemporaryDirectory(prefix="lector-") as folder:
        path = Path(folder) / "out.xlsx"
        if isinstance(found, Tables):
            write_xlsx(found.tables, path)
        else:
            write_workbook({"fields": field_rows(found)}, path)
        return path.read_bytes()
