"""Beyond this machine the page asks who is there, whatever is asked of it; on it, it need not."""

from __future__ import annotations

import asyncio
import socket

import httpx
import pytest

from app.reader import Reader
from app.ui import cli, door, main
from app.ui.cli import launch, prepare
from app.ui.door import COOKIE, Door, Keys
from app.ui.handlers.desk import Desk
from app.ui.page import build
from tests.fakes import FakeBackend

KEYS = Keys("anna:secret:er", "ticket")


@pytest.fixture(autouse=True)
def hasty(monkeypatch):
    monkeypatch.setattr(door, "PATIENCE", 0.0)


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    """A page that is really served."""
    prepare(str(tmp_path_factory.mktemp("gradio")))
    desk = Desk(Reader(backend=FakeBackend()))
    page = build(desk)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    yield launch(page, desk.sessions, "127.0.0.1", port, KEYS)
    page.close(verbose=False)


@pytest.mark.parametrize(
    "path", ["", "config", "gradio_api/info", "lector/abc/page.jpg", "assets/index.js", "?token=", "?token=wrong"]
)
def test_nothing_is_shown_to_strangers(address, path):
    answer = httpx.get(address + path)
    assert answer.status_code == 401 and answer.headers["www-authenticate"].startswith("Basic")
    assert "default-src" in answer.headers["content-security-policy"]


@pytest.mark.parametrize("auth", [("anna", "secret"), ("anna", ""), ("", "secret:er"), ("ANNA", "secret:er")])
def test_a_wrong_login_opens_nothing(address, auth):
    assert httpx.get(address, auth=auth).status_code == 401


def test_a_login_opens_the_page_and_the_browser_keeps_a_pass(address):
    with httpx.Client(base_url=address) as client:
        answer = client.get("/", auth=("anna", "secret:er"))
        assert answer.status_code == 200 and "Lector" in answer.text
        cookie = answer.headers["set-cookie"]
        assert "HttpOnly" in cookie and "SameSite=Lax" in cookie and "secret" not in cookie
        assert client.get("/config").status_code == 200


def test_a_token_in_the_address_becomes_a_pass_and_leaves_the_address(address):
    with httpx.Client(base_url=address) as client:
        answer = client.get("/?a=1&token=ticket")
        assert answer.status_code == 303 and answer.headers["location"] == "/?a=1"
        assert client.get("/config").status_code == 200
    assert httpx.get(address + "config", headers={"Authorization": "Bearer ticket"}).status_code == 200
    assert httpx.get(address + "config", headers={"Authorization": "Bearer anna:secret:er"}).status_code == 401
    assert httpx.get(address, cookies={COOKIE: "ticket"}).status_code == 401


@pytest.mark.parametrize("other", ['prefs={"theme":"dark"}', "version=1", "a b=c"])
def test_cookies_of_other_programs_here_do_no_harm(address, other):
    """A browser sends those of every port, the oldest first."""
    with httpx.Client(base_url=address) as client:
        ours = client.get("/?token=ticket").headers["set-cookie"].partition(";")[0]
    for header in (f"{other}; {ours}", f"{ours}; {other}"):
        assert httpx.get(address + "config", headers={"Cookie": header}).status_code == 200


@pytest.mark.parametrize(
    ("path", "where"), [("//elsewhere.example/x", "/elsewhere.example/x"), ("/\u9875 1", "/%E9%A1%B5%201")]
)
def test_a_token_never_leads_away(path, where):
    sent = []

    async def send(message):
        sent.append(message)

    scope = {"type": "http", "path": path, "headers": [], "query_string": b"token=ticket"}
    asyncio.run(Door(None, KEYS)(scope, None, send))
    assert sent[0]["status"] == 303 and dict(sent[0]["headers"])[b"location"] == where.encode()


@pytest.mark.parametrize("authorization", ["Basic", "Basic !!!", "Basic /w==", "Digest x", ""])
def test_garbage_opens_nothing(address, authorization):
    assert httpx.get(address, headers={"Authorization": authorization}).status_code == 401
    assert httpx.get(address, headers={"Cookie": "lector=;;;=\x01"}).status_code == 401


def asked_without_keys(host):
    """The status of what somebody gets who calls a page that is for this machine alone by this name."""
    sent = []

    async def app(scope, receive, send):
        await send({"type": "http.response.start", "status": 200})

    async def send(message):
        sent.append(message)

    scope = {"type": "http", "path": "/", "headers": [(b"host", host.encode())], "query_string": b""}
    asyncio.run(Door(app, Keys())(scope, None, send))
    return sent[0]["status"]


@pytest.mark.parametrize("host", ["localhost:7860", "127.0.0.1:7860", "127.0.0.2", "[::1]:7860", "LOCALHOST"])
def test_this_machine_needs_no_key(host):
    assert asked_without_keys(host) == 200


@pytest.mark.parametrize("host", ["site.example:7860", "localhost.site.example", "10.0.0.1", "", "[::1", "a:b:c"])
def test_a_site_whose_name_leads_here_is_turned_away(host):
    """To the browser, what its script asks for is then its own (DNS rebinding)."""
    assert asked_without_keys(host) == 403


def test_sockets_are_closed_to_strangers():
    sent, passed = [], []

    async def app(scope, receive, send):
        passed.append(scope["type"])

    async def send(message):
        sent.append(message)

    scope = {"type": "websocket", "path": "/x", "headers": [], "query_string": b""}
    for keys in (KEYS, Keys()):
        asyncio.run(Door(app, keys)(scope, None, send))
    assert sent == [{"type": "websocket.close", "code": 1008}] * 2 and not passed
    asyncio.run(Door(app, Keys())(scope | {"headers": [(b"host", b"localhost")]}, None, send))
    asyncio.run(Door(app, KEYS)({"type": "lifespan"}, None, send))
    assert passed == ["websocket", "lifespan"]


def test_each_start_has_a_pass_of_its_own():
    assert Keys("a:b").pass_ != Keys("a:b").pass_


def test_beyond_this_machine_it_does_not_start_without_a_key(capsys, monkeypatch):
    monkeypatch.delenv("LECTOR_LOGIN", raising=False)
    monkeypatch.delenv("LECTOR_TOKEN", raising=False)
    assert main(["--host", "0.0.0.0", "--no-browser"]) == 2
    assert "LECTOR_LOGIN" in capsys.readouterr().err
    for wrong in ("anna", "anna:", ":secret"):
        assert main(["--host", "127.0.0.1", "--login", wrong, "--no-browser"]) == 2
        assert "NAME:PASSWORD" in capsys.readouterr().err


@pytest.mark.parametrize(("flags", "variables"), [(["--login", "a:b"], {}), ([], {"LECTOR_TOKEN": "t"})])
def test_with_one_it_does(monkeypatch, capsys, flags, variables):
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    served = []
    monkeypatch.setattr(cli, "Reader", lambda **_: Reader(backend=FakeBackend()))

    def serve(desk, host, port, keys, *rest, **more):
        served.append((desk.history, keys))

    monkeypatch.setattr(cli, "_serve", serve)
    assert main(["--host", "0.0.0.0", "--no-browser", *flags]) == 0
    ((history, keys),) = served
    assert history is None and keys and "unencrypted" in capsys.readouterr().err
