"""Who may come in: where others can reach the page a name and password for people, a token for links and programs, and
without these whoever calls this machine by its own name.
"""

from __future__ import annotations

import asyncio
import binascii
import hmac
import ipaddress
import secrets
from base64 import b64decode
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

COOKIE = "lector"
PATIENCE = 1.0  # seconds that a wrong answer waits, so that guessing takes for ever
OPEN = "/gradio_api/startup-events"  # gradio asks its own server whether it has started; there is nothing to see


@dataclass(frozen=True, slots=True)
class Keys:
    """What opens the page; empty where there is none. `pass_` is what a browser that was let in shows from then on."""

    login: str = ""
    token: str = ""
    pass_: str = field(default_factory=lambda: secrets.token_urlsafe(32))

    def __post_init__(self) -> None:
        name, colon, password = self.login.partition(":")
        if self.login and not (name and colon and password):
            raise ValueError("a login is NAME:PASSWORD, neither of them empty")

    def __bool__(self) -> bool:
        return bool(self.login or self.token)


class Door:
    """ASGI middleware that lets nobody in who has none of `keys`; without any, whoever calls this machine by its own
    name: a web site can have its name lead here, and what it then asks for is no other site's to the browser.
    """

    def __init__(self, app: Any, keys: Keys) -> None:
        self.app, self.keys = app, keys

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] not in ("http", "websocket") or scope["path"] == OPEN:
            await self.app(scope, receive, send)
            return
        headers = {name.lower(): value.decode("latin-1") for name, value in scope["headers"]}
        if not self.keys:
            is_ours = is_loopback(_host(headers.get(b"host", "")))
            await (self.app(scope, receive, send) if is_ours else _turn_away(scope, send))
            return
        query = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
        token = dict(query).get("token", "")
        if _same(_cookie(headers.get(b"cookie", "")), self.keys.pass_):
            await self.app(scope, receive, send)
        elif token and _same(token, self.keys.token):
            rest = urlencode([(name, value) for name, value in query if name != "token"])
            where = "/" + quote(scope["path"].lstrip("/")) + (f"?{rest}" if rest else "")  # "//name" is another place
            await _answer(send, 303, [(b"location", where.encode()), self._pass()])
        elif self._opens(headers.get(b"authorization", "")):
            await self.app(scope, receive, self._handing_out_the_pass(send))
        else:
            if token or b"authorization" in headers:
                await asyncio.sleep(PATIENCE)
            await _refuse(scope, send)

    def _opens(self, authorization: str) -> bool:
        kind, _, value = authorization.partition(" ")
        if kind.lower() == "bearer":
            return _same(value.strip(), self.keys.token)
        if kind.lower() != "basic":
            return False
        try:
            return _same(b64decode(value, validate=True).decode(), self.keys.login)
        except (binascii.Error, UnicodeDecodeError):
            return False

    def _pass(self) -> tuple[bytes, bytes]:
        return b"set-cookie", f"{COOKIE}={self.keys.pass_}; Path=/; HttpOnly; SameSite=Lax".encode()

    def _handing_out_the_pass(self, send: Any) -> Any:
        async def sends(message: Any) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), self._pass()]
            await send(message)

        return sends


def is_loopback(host: str) -> bool:
    """Whether this is a name or an address of this machine alone."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _host(header: str) -> str:
    """Without the port; empty if it is written in no way that is known."""
    try:
        return urlsplit(f"//{header}").hostname or ""
    except ValueError:
        return ""


def _same(given: str, key: str) -> bool:
    """Takes as long however much of it is right; an empty key opens nothing."""
    return bool(key) and hmac.compare_digest(given.encode(), key.encode())


def _cookie(header: str) -> str:
    """Ours. Cookies of other programs on this machine come along, whatever their form is."""
    pairs = (part.strip().partition("=") for part in header.split(";"))
    return next((value for name, _, value in pairs if name == COOKIE), "")


async def _refuse(scope: Any, send: Any) -> None:
    challenge = (b"www-authenticate", b'Basic realm="Lector", charset="UTF-8"')
    await _tell(scope, send, 401, [challenge], "Lector asks who you are.")


async def _turn_away(scope: Any, send: Any) -> None:
    ways = "open it as localhost, or say who may come in, by LECTOR_LOGIN or LECTOR_TOKEN."
    await _tell(scope, send, 403, [], f"Lector serves this machine alone: {ways}")


async def _tell(scope: Any, send: Any, status: int, headers: list[tuple[bytes, bytes]], said: str) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008})
        return
    await _answer(send, status, [*headers, (b"content-type", b"text/plain; charset=utf-8")], said.encode())


async def _answer(send: Any, status: int, headers: list[tuple[bytes, bytes]], body: bytes = b"") -> None:
    length = (b"content-length", str(len(body)).encode())
    await send({"type": "http.response.start", "status": status, "headers": [*headers, length]})
    await send({"type": "http.response.body", "body": body})
