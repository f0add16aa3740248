"""Pictures and downloads: made when a browser asks, from the session whose key stands in the address.

    lector/<key>/<document>/<page>.jpg
    lector/<key>/<document>/<page>-chart.jpg
    lector/<key>/tables.xlsx    lector/<key>/chart.csv    lector/<key>/fields.json

Nothing of it is a file on the disk for longer than it takes to make a workbook, and nobody without the key gets it.
"""

from __future__ import annotations

import json
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from app import charts, tables
from app.sheets import EXCEL_MARK, csv_text, write_workbook
from app.ui.render.found import field_rows
from app.ui.render.sheet import SMALL, jpeg
from app.ui.results import Fields, Tables
from app.ui.session import Session
from app.ui.sessions import Sessions
from preprocess.charts.chart import Chart
from preprocess.document import DocumentError

_PICTURE = re.compile(r"/lector/([0-9a-f]{32})/([0-9a-f]{16})/(\d{1,6})(-chart)?\.jpg")
_DOWNLOAD = re.compile(r"/lector/([0-9a-f]{32})/(tables|chart|fields)\.(xlsx|csv|json|md)")
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
            draw = _overlay if match[4] else _picture
            data = draw(session, match[2], int(match[3])) if session else None
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


def _overlay(session: Session, document: str, number: int) -> bytes | None:
    """The page with what was read of its chart drawn over it."""
    shown, found = session.document, session.chart
    if shown is None or shown.sha256[:16] != document or found is None or found.page != number:
        return None
    return found.picture if found.state == "done" and found.picture else None


def _download(session: Session, what: str, form: str) -> bytes | None:
    read = session.chart.chart if session.chart is not None and session.chart.state == "done" else None
    found = {"tables": session.tables, "chart": read, "fields": session.fields}[what]
    if found is None:
        return None
    if form == "xlsx":
        return _workbook(found)
    text = _fields_text(found, form) if isinstance(found, Fields) else _text(found, form)
    return text.encode(EXCEL_MARK if form == "csv" else "utf-8") if text is not None else None


def _text(found: Tables | Chart, form: str) -> str:
    if isinstance(found, Chart):
        if form == "csv":
            return csv_text([charts.rows_of(found)])
        return charts.as_json([found]) if form == "json" else charts.as_markdown([found])
    if form == "csv":
        return csv_text([table.texts for table in found.tables])
    return tables.as_json(found.tables) if form == "json" else tables.as_markdown(found.tables)


def _fields_text(filled: Fields, form: str) -> str | None:
    if form == "csv":
        return csv_text([field_rows(filled)])
    return json.dumps(filled.extraction.to_dict(), ensure_ascii=False, indent=2) if form == "json" else None


def _workbook(found: Tables | Chart | Fields) -> bytes | None:
    if isinstance(found, Tables) and not found.tables:
        return None
    with tempfile.TemporaryDirectory(prefix="lector-") as folder:
        path = Path(folder) / "out.xlsx"
        if isinstance(found, Tables):
            tables.write_xlsx(found.tables, path)
        elif isinstance(found, Chart):
            charts.write_xlsx([found], path)
        else:
            write_workbook({"fields": field_rows(found)}, path)
        return path.read_bytes()
