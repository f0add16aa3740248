"""`python app.py [--host 127.0.0.1] [--port 7860] [--no-browser] [--no-history]`: load the model, open the page, serve
until Ctrl-C.

Exit codes: 0 ended by Ctrl-C, 2 wrong usage (a port in use too), 4 the model is not here or cannot be
used.
"""

from __future__ import annotations

import argparse
import errno
import os
import signal
import socket
import sys
import tempfile
import time
import webbrowser
from dataclasses import replace
from pathlib import Path
from types import FrameType
from typing import Any

import gradio as gr
from starlette.middleware import Middleware

from app.opening import MEGABYTE
from app.reader import Reader
from app.settings import Settings, add_arguments
from app.ui import look
from app.ui.door import Door, Keys, is_loopback
from app.ui.files import Files
from app.ui.guard import Guard
from app.ui.handlers.desk import Desk
from app.ui.history import History, default_path
from app.ui.look.theme import Paper
from app.ui.page import build
from app.ui.sessions import Sessions
from preprocess.load import MAX_FILE_MB
from vlm.errors import ConfigError, VLMError

PORT = 7860
NONE = Keys()
LOGIN, TOKEN = "LECTOR_LOGIN", "LECTOR_TOKEN"  # of the environment
PORTS_TRIED = 20
SHOWN = 128  # visits of which gradio remembers what each part showed, the page's picture too; it would be 10,000
STYLES = sorted(Path(look.__file__).parent.glob("*.css"))


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python app.py", description="Lector's page: read documents in a browser.")
    parser.add_argument("--host", default="127.0.0.1", help="address to serve at, default 127.0.0.1: this machine only")
    parser.add_argument("--port", type=int, help=f"default {PORT}, or the next free one")
    parser.add_argument("--no-browser", action="store_true", help="do not open a browser")
    parser.add_argument(
        "--no-history", dest="history", action="store_false", default=None, help="keep no conversations on the disk"
    )
    parser.add_argument("--login", metavar="NAME:PASSWORD", help="ask for it; rather set LECTOR_LOGIN, unseen")
    parser.add_argument("--token", help="lets in who opens the page with ?token=TOKEN (LECTOR_TOKEN)")
    add_arguments(parser)
    args = parser.parse_args(argv)
    try:
        keys = _keys(args)
        port = _free_port(args.host, args.port)
    except (OSError, ValueError) as error:
        return _fail(str(error), 2)
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        if not is_loopback(args.host):
            _tell(f"{args.host} is open to the network, unencrypted; so nothing is kept on the disk")
        elif keys:
            _tell("others may come in by login or token, and would share one history; so nothing is kept on the disk")
        settings = Settings.load(args)
        history = History(default_path()) if is_loopback(args.host) and not keys and settings.history else None
        if history is None:  # nor what was read of the documents
            settings = replace(settings, ocr_cache_mb=0, picture_cache_mb=0)
        desk = Desk(Reader(settings=settings, progress=_tell), history=history)
        with tempfile.TemporaryDirectory(prefix="lector-") as folder:
            _serve(desk, args.host, port, keys, folder, open_browser=not args.no_browser)
    except VLMError as error:
        return _fail(str(error), 2 if isinstance(error, ConfigError) else 4)
    except KeyboardInterrupt:
        _tell("\nLector has ended.")
    return 0


def prepare(folder: str) -> None:
    """Tell gradio, before a page is built, to write into `folder` only and to reach its own server directly."""
    os.environ["GRADIO_TEMP_DIR"] = folder
    for name in ("NO_PROXY", "no_proxy"):  # gradio greets its own server when it starts
        os.environ[name] = ",".join(filter(None, (os.environ.get(name), "127.0.0.1,localhost")))


def launch(
    page: gr.Blocks, sessions: Sessions, host: str, port: int, keys: Keys = NONE, max_file_mb: int = MAX_FILE_MB
) -> str:
    """Serve `page`, and the files of its `sessions`, from threads of their own, and give its address."""
    middleware = [Middleware(Guard), Middleware(Door, keys=keys), Middleware(Files, sessions=sessions)]
    _, address, _ = page.launch(
        server_name=f"[{host}]" if ":" in host else host,  # an address of IPv6, as it stands in a URL
        server_port=port,
        prevent_thread_lock=True,
        quiet=True,
        share=False,
        ssr_mode=False,
        pwa=False,
        mcp_server=False,
        show_error=False,
        footer_links=[],
        max_file_size=max_file_mb * MEGABYTE,
        state_session_capacity=SHOWN,
        enable_monitoring=False,
        theme=Paper(),
        css_paths=STYLES,
        app_kwargs={"middleware": middleware, "docs_url": None, "redoc_url": None, "openapi_url": None},
    )
    return str(address)


def _keys(args: argparse.Namespace) -> Keys:
    """
    Raises:
        ValueError: others can reach the page, and nothing would keep them out.
    """
    keys = Keys(args.login or os.environ.get(LOGIN, ""), args.token or os.environ.get(TOKEN, ""))
    if not keys and not is_loopback(args.host):
        raise ValueError(
            f"{args.host} is open to the network: say who may come in, by {LOGIN}=NAME:PASSWORD or {TOKEN} "
            "(--login, --token)"
        )
    return keys


def _serve(desk: Desk, host: str, port: int, keys: Keys, folder: str, open_browser: bool) -> None:
    prepare(folder)
    page = build(desk)
    try:
        address = _launched(page, desk, host, port, keys)
        _tell(f"Lector is at {address}  (Ctrl-C ends it)")
        if open_browser and _has_desktop():
            webbrowser.open(address)
        while True:
            time.sleep(3600)  # Ctrl-C wakes this on every system, an Event's wait does not
    finally:
        page.close(verbose=False)
        desk.reader.close()


def _launched(page: gr.Blocks, desk: Desk, host: str, port: int, keys: Keys) -> str:
    try:
        return launch(page, desk.sessions, host, port, keys, desk.reader.settings.max_file_mb)
    except OSError as error:  # somebody took the port while the model loaded
        raise ConfigError(f"cannot serve at {host}:{port} ({error}); see --host and --port") from error


def _free_port(host: str, wanted: int | None) -> int:
    """Found before the model loads, so that nobody waits a minute to hear of a port in use."""
    for port in (wanted,) if wanted is not None else range(PORT, PORT + PORTS_TRIED):
        try:
            _probe(host, port)
            _probe("127.0.0.1", port)  # gradio looks there, whatever the host is
            return port
        except (OSError, OverflowError) as error:
            if wanted is not None or getattr(error, "errno", None) != errno.EADDRINUSE:
                reason = getattr(error, "strerror", None) or error
                raise OSError(f"cannot serve at {host}:{port} ({reason}); see --host and --port") from error
    raise OSError(f"no port from {PORT} to {PORT + PORTS_TRIED - 1} is free at {host}; choose one with --port")


def _probe(host: str, port: int) -> None:
    """Raises OSError or OverflowError: nothing can be served there."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind((host, port))


def _has_desktop() -> bool:
    """Without one, Python would open a browser of text in the terminal that Lector runs in."""
    return sys.platform in ("darwin", "win32") or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _interrupt(signum: int, frame: FrameType | None) -> Any:
    raise KeyboardInterrupt


def _tell(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _fail(text: str, code: int) -> int:
    _tell(f"error: {text}")
    return code
