"""Who may come in, where others can reach the page: a name and password for people, a token for links and programs."""

from __future__ import annotations

import asyncio
import binascii
import hmac
import secrets
from base64 import b64decode
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode

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
    """ASGI middleware that lets nobody in who has none of `keys`; without any, everybody."""

    def __init__(self, app: Any, keys: Keys) -> None:
        self.app, self.keys = app, keys

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if not self.keys or scope["type"] not in ("http", "websocket") or scope["path"] == OPEN:
            await self.app(scope, receive, send)
            return
        headers = {name.lower(): value.decode("latin-1") for name, value in scope["headers"]}
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


def _same(given: str, key: str) -> bool:
    """Takes as long however much of it is right; an empty key opens nothing."""
    return bool(key) and hmac.compare_digest(given.encode(), key.encode())


def _cookie(header: str) -> str:
    """Ours. Cookies of other programs on this machine come along, whatever their form is."""
    pairs = (part.strip().partition("=") for part in header.split(";"))
    return next((value for name, _, value in pairs if name == COOKIE), "")


async def _refuse(scope: Any, send: Any) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008})
        return
    challenge = (b"www-authenticate", b'Basic realm="Lector", charset="UTF-8"')
    await _answer(send, 401, [challenge, (b"content-type", b"text/plain; charset=utf-8")], b"Lector asks who you are.")


async def _answer(send: Any, status: int, headers: list[tuple[bytes, bytes]], body: bytes = b"") -> None:
    length = (b"content-length", str(len(body)).encode())
    await send({"type": "http.response.start", "status": status, "headers": [*headers, length]})
    await send({"type": "http.response.body", "body": body})
