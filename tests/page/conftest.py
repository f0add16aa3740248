"""A page without a browser: a reader with a fake model, and an open document."""

from __future__ import annotations

import pytest

from tests.fakes import FakeBackend
from tests.page.parts import Page, draw


@pytest.fixture
def file(tmp_path):
    """A function that writes a file as an upload would, and gives its path."""

    def write(data: bytes, name: str = "invoice.pdf") -> str:
        path = tmp_path / name
        path.write_bytes(data)
        return str(path)

    return write


@pytest.fixture
def page(file, tmp_path):
    """A function: a fake model's options to a page."""

    def make(history=None, **options):
        made = Page(FakeBackend(**options), history, cache=tmp_path / "cache")
        made.opening.open(made.session, file(draw(["Total due 9.00 EUR", "Thank you <b>very</b> much"])))
        return made

    return make
