"""Small documents of our own making; two spaces in a line start a column."""

from __future__ import annotations

import json

import pymupdf
import pytest

from app import ask
from app.batch import __main__ as batch
from app.reader import Reader
from tests.facade.coloured import draw
from tests.fakes import FakeBackend

LINES = ["ACME Ltd", "Invoice 2024-0017", "Date  12.03.2024", "Total  57.30 EUR"]


@pytest.fixture
def make_pdf(tmp_path):
    def make(name="invoice.pdf", pages=(LINES,)):
        with pymupdf.open() as document:
            for lines in pages:
                page = document.new_page()
                for row, line in enumerate(lines):
                    for column, text in enumerate(line.split("  ")):
                        page.insert_text((72 + 150 * column, 90 + 24 * row), text, fontsize=12)
            document.save(tmp_path / name)
        return tmp_path / name

    return make


@pytest.fixture
def fake_reader(monkeypatch):
    """Both programs get a reader on a fake backend."""
    backend = FakeBackend("57.30 EUR [4]", reasoning="look below")
    for program in (ask, batch):
        monkeypatch.setattr(program, "Reader", lambda **_: Reader(backend=backend))
    return backend


@pytest.fixture
def drawer(tmp_path, monkeypatch):
    """`in/0.png` to `in/3.png`, seen from the folder above."""
    (tmp_path / "in").mkdir()
    for number in range(4):
        draw(tmp_path / "in" / f"{number}.png", number)
    monkeypatch.chdir(tmp_path)
    return tmp_path / "in"


@pytest.fixture
def records():
    """The records of an output."""

    def read(path):
        return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]

    return read
