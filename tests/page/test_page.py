"""The page builds, keeps to itself, and its program ends with the codes it promises."""

from __future__ import annotations

import asyncio
import socket
from types import SimpleNamespace

import gradio as gr
import pytest

from app.reader import Reader
from app.settings import Settings
from app.ui import cli, main
from app.ui.guard import Guard
from app.ui.handlers.desk import Desk
from app.ui.page import build
from app.ui.sessions import KEPT_SECONDS, Sessions
from tests.fakes import FakeBackend


@pytest.fixture(scope="module")
def config():
    return build(Desk(Reader(backend=FakeBackend()))).get_config_file()


def test_builds_and_sends_nothing_home(config):
    assert config["title"] == "Lector" and config["analytics_enabled"] is False


def test_model_calls_share_a_limit_and_turning_pages_has_none(config):
    page = build(Desk(Reader(backend=FakeBackend(), settings=Settings(max_num_seqs=3))))
    limits = {function.name: (function.concurrency_id, function.concurrency_limit) for function in page.fns.values()}
    assert limits["work"] == ("model", 3)
    quick = ("turn", "back", "forth", "stop", "ask", "words", "open", "find", "read_chart", "fill", "hurry", "arrive")
    assert all(limits[name][1] is None for name in (*quick, "watch")), "a tab that is back waits for no other's answer"


def test_a_tab_that_was_left_for_too_long_is_told():
    """It used to look alive, and to do nothing."""
    now = [0.0]
    desk = Desk(Reader(backend=FakeBackend()), Sessions(lambda: now[0]))
    handlers = {function.name: function.fn for function in build(desk).fns.values()}
    visit = SimpleNamespace(session_hash="visit", headers={"accept-language": "de-DE,de;q=0.9,en;q=0.8"})
    other = SimpleNamespace(session_hash="other", headers={})
    assert all(part == gr.skip() for part in handlers["stop"](visit)), "before it has arrived there is nothing to say"
    for request in (visit, other):
        handlers["arrive"]({}, request)
    now[0] = 2 * KEPT_SECONDS
    handlers["arrive"]({}, SimpleNamespace(session_hash="third", headers={}))
    with pytest.raises(gr.Error, match="länger als einen Tag"):
        handlers["stop"](visit)
    with pytest.raises(gr.Error, match="more than a day"):
        next(handlers["work"](other))


def test_every_button_has_a_name(config):
    buttons = [c["props"] for c in config["components"] if c["type"] in ("button", "uploadbutton")]
    assert len(buttons) == 18 and all(button.get("value") or button.get("label") for button in buttons)


def test_browsers_are_told_to_fetch_from_here_only():
    sent = []

    async def app(scope, receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": [(b"a", b"b")]})

    async def send(message):
        sent.append(message)

    asyncio.run(Guard(app)({"type": "http"}, None, send))
    headers = dict(sent[0]["headers"])
    assert headers[b"a"] == b"b" and b"default-src 'self'" in headers[b"content-security-policy"]


def test_a_taken_port_is_told_before_the_model_loads(capsys):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        assert main(["--port", str(taken.getsockname()[1]), "--no-browser"]) == 2
    assert "--port" in capsys.readouterr().err


def test_a_port_that_gradio_will_ask_for_here_is_told_before_the_model_loads(capsys):
    """It looks at 127.0.0.1 whatever the host is."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        assert main(["--host", "127.0.0.2", "--port", str(taken.getsockname()[1]), "--no-browser"]) == 2
    assert "--port" in capsys.readouterr().err


def test_a_port_that_is_taken_while_the_model_loads_is_one_sentence(monkeypatch, capsys):
    def taken(*_):
        raise OSError("Cannot find empty port in range: 7860-7860")

    reader = SimpleNamespace(close=lambda: None, settings=Settings())
    monkeypatch.setattr(cli, "Reader", lambda settings, progress: reader)
    monkeypatch.setattr(cli, "build", lambda desk: SimpleNamespace(close=lambda verbose: None))
    monkeypatch.setattr(cli, "launch", taken)
    assert main(["--no-browser", "--no-history"]) == 2
    assert "--port" in capsys.readouterr().err


def test_a_wrong_setting_is_wrong_usage(capsys):
    assert main(["--max-tokens", "0", "--no-browser"]) == 2
    assert "max_tokens" in capsys.readouterr().err


@pytest.mark.parametrize(("host", "server"), [("127.0.0.1", "127.0.0.1"), ("::1", "[::1]")])
def test_an_address_of_version_six_stands_in_brackets(host, server):
    seen = {}
    page = SimpleNamespace(launch=lambda **options: seen.update(options) or (None, "there", None))
    assert cli.launch(page, None, host, 7860, max_file_mb=7) == "there" and seen["server_name"] == server
    assert seen["max_file_size"] == 7 * 2**20


@pytest.mark.parametrize(
    ("flags", "kept"),
    [([], True), (["--no-history"], False), (["--token", "x"], False), (["--host", "0.0.0.0", "--token", "x"], False)],
)
def test_where_no_history_is_kept_nothing_is_that_was_read(flags, kept, monkeypatch):
    """Nor is one where several people may come in: they would share it."""
    seen = []
    monkeypatch.delenv("LECTOR_TOKEN", raising=False)
    monkeypatch.setattr(cli, "Reader", lambda settings, progress: seen.append(settings))
    monkeypatch.setattr(cli, "_serve", lambda desk, *args, **options: seen.append(desk.history is not None))
    assert main(["--no-browser", "--ocr-cache-mb", "5", "--picture-cache-mb", "5", *flags]) == 0
    assert (seen[0].ocr_cache_mb > 0, seen[0].picture_cache_mb > 0, seen[1]) == (kept, kept, kept)


def test_a_port_that_is_none(capsys):
    assert main(["--port", "99999", "--no-browser"]) == 2
    assert capsys.readouterr().err.startswith("error: cannot serve at")


def test_a_model_that_is_not_here_is_one_sentence(capsys):
    assert main(["--model", "no/such/model/here", "--no-browser"]) == 4
    assert capsys.readouterr().err.startswith("error: no/such/model/here")
