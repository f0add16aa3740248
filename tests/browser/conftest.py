"""The page in a real browser: `pip install playwright axe-playwright-python`, a Chromium, then `pytest tests/browser`.

Where one of them is missing these tests are not collected. `LECTOR_CHROMIUM` names the browser if it is not `chromium`
or `google-chrome` on the path.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import socket
from pathlib import Path

import pytest

from app.reader import Reader
from app.ui.cli import NONE, launch, prepare
from app.ui.door import Keys
from app.ui.handlers.desk import Desk
from app.ui.history import History
from app.ui.page import build
from tests.fakes import FakeBackend

CHROMIUM = os.environ.get("LECTOR_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
IS_HERE = CHROMIUM and all(map(importlib.util.find_spec, ("playwright", "axe_playwright_python")))
collect_ignore_glob = [] if IS_HERE else ["test_*.py"]
DOCS = Path(__file__).resolve().parents[2] / "docs"
PATIENCE = 60_000  # milliseconds until something must have happened, also on a busy machine


def pytest_configure(config):
    config.addinivalue_line("markers", "browser: in a real browser, where there is one")


def pytest_collection_modifyitems(items):
    for item in items:
        if Path(item.path).is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.browser)


def pytest_terminal_summary(terminalreporter):
    """A run without them says so; else nobody would miss them."""
    if not IS_HERE:
        terminalreporter.write_line("tests/browser is not collected: it needs playwright, axe and a Chromium")


@pytest.fixture(scope="session")
def chromium():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


def serve(reader: Reader, folder: Path, history: History | None, keys: Keys = NONE):
    """Serve a page at a free port; gives its address, its desk, and what ends it."""
    prepare(str(folder))
    desk = Desk(reader, history=history)
    page = build(desk)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    return launch(page, desk.sessions, "127.0.0.1", port, keys), desk, page.close


@pytest.fixture(scope="session")
def folder(tmp_path_factory):
    """Where gradio writes: one place for all pages, since a program has one."""
    return tmp_path_factory.mktemp("gradio")


@pytest.fixture(scope="session")
def served(folder):
    """A page with a fake model: address and desk."""
    reader = Reader(backend=FakeBackend())
    address, desk, close = serve(reader, folder, History(folder / "history.sqlite3"))
    yield address, desk
    close(verbose=False)


@pytest.fixture
def backend(served):
    """The fake model, which every test begins with anew."""
    fake = served[1].reader.backend
    fake.answer, fake.reasoning, fake.delay = "9.00", "", 0.0
    fake.asked, fake.thinking = [], []
    return fake


@pytest.fixture
def tab(chromium, served, backend):
    """A function: options of a browser context to a tab that shows the page. Nothing but the page may be fetched."""
    from tests.browser.tab import Tab

    contexts, strays = [], []

    def open_tab(**options):
        context = chromium.new_context(**{"viewport": {"width": 1280, "height": 820}, "locale": "en-GB", **options})
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        return Tab(context, served[0], strays)

    yield open_tab
    for context in contexts:
        context.close()
    assert not strays, f"the page tried to fetch {strays}"
