"""A page that asks who is there, in a real browser: by its own dialogue, and by a link."""

from __future__ import annotations

import pytest

from app.reader import Reader
from app.ui.door import Keys
from tests.browser.conftest import DOCS, PATIENCE, serve
from tests.browser.tab import Tab
from tests.fakes import FakeBackend


@pytest.fixture(scope="module")
def locked(folder):
    """The address of a page that opens to Anna, and to who has the ticket."""
    address, _, close = serve(Reader(backend=FakeBackend()), folder, None, Keys("anna:secret", "ticket"))
    yield address
    close(verbose=False)


def test_strangers_see_nothing(chromium, locked):
    """Without a window there is no dialogue, and Chromium gives up."""
    from playwright.sync_api import Error

    context = chromium.new_context()
    with pytest.raises(Error, match="INVALID_AUTH_CREDENTIALS"):
        context.new_page().goto(locked + "?token=guess")
    context.close()


@pytest.mark.parametrize("way", ["login", "token"])
def test_who_is_let_in_can_do_everything(chromium, locked, way):
    credentials = {"username": "anna", "password": "secret"} if way == "login" else None
    context = chromium.new_context(locale="en-GB", http_credentials=credentials)
    context.set_default_timeout(PATIENCE)
    if way == "token":
        page = context.new_page()
        assert page.goto(locked + "?token=ticket").status == 200 and "token" not in page.url
    tab = Tab(context, locked, [])
    tab.open(DOCS / "receipt.jpg")
    tab.ask("What is the total?")
    assert "9.00" in tab.page.inner_text("#chat") and not tab.errors
    context.close()
