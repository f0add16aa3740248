"""What the page's tests are made of: documents drawn here, what a browser sends, and a page without a browser."""

from __future__ import annotations

import re
from types import SimpleNamespace

import pymupdf

from app.reader import Reader
from app.settings import Settings
from app.ui.handlers.desk import Desk
from app.ui.handlers.opening import Opening
from app.ui.handlers.paging import Paging
from app.ui.handlers.remembering import Remembering
from app.ui.handlers.searching import Searching
from app.ui.handlers.talking import Talking
from app.ui.session import Session


def draw(pages: list[str], **saving) -> bytes:
    document = pymupdf.open()
    for text in pages:
        document.new_page().insert_text((72, 90), text)
    return document.tobytes(**saving)


def sideways() -> bytes:
    """A page whose lines run up, of which its file says nothing."""
    document = pymupdf.open()
    sheet = document.new_page(width=595, height=842)
    for row in range(12):
        sheet.insert_text((100 + 30 * row, 700), f"Description of article {row}", rotate=90)
    return document.tobytes()


def is_wide(picture: str) -> bool:
    width, height = re.search(r"aspect-ratio:(\d+)/(\d+)", picture).groups()
    return int(width) > int(height)


def event(**data) -> SimpleNamespace:
    """What a browser sends along."""
    return SimpleNamespace(_data=data)


class Page:
    """The handlers of one desk, a session of it with an open document of two pages, and the model behind."""

    def __init__(self, backend, history=None, **settings):
        self.backend, self.session = backend, Session()
        self.reader = Reader(backend=backend, settings=Settings(**settings))
        self.desk = Desk(self.reader, history=history)
        self.opening, self.paging, self.talking = Opening(self.desk), Paging(self.desk), Talking(self.desk)
        self.searching, self.remembering = Searching(self.desk), Remembering(self.desk)

    def ask(self, question="What?", thinking="auto"):
        """Ask and wait: the updates, the last ones being those of the answer."""
        self.talking.ask(self.session, question, thinking)
        updates = list(self.talking.work(self.session))
        assert self.session.asking.finished.wait(10)  # it has been saved, too
        return updates
