"""A page's parts without a browser: a reader with a fake model, and documents drawn here."""

from __future__ import annotations

import pymupdf
import pytest

from app.reader import Reader
from app.ui.handlers import Handlers
from app.ui.session import Session
from tests.fakes import FakeBackend


def draw(pages: list[str], **saving) -> bytes:
    document = pymupdf.open()
    for text in pages:
        document.new_page().insert_text((72, 90), text)
    return document.tobytes(**saving)


@pytest.fixture
def file(tmp_path):
    """A function that writes a file as an upload would, and gives its path."""

    def write(data: bytes, name: str = "invoice.pdf") -> str:
        path = tmp_path / name
        path.write_bytes(data)
        return str(path)

    return write


@pytest.fixture
def page(file):
    """A function: a fake model's options to handlers, a session with an open document of two pages, the backend."""

    def make(**options):
        backend = FakeBackend(**options)
        handlers, session = Handlers(Reader(backend=backend)), Session()
        handlers.open(session, file(draw(["Total due 9.00 EUR", "Thank you <b>very</b> much"])))
        return handlers, session, backend

    return make
