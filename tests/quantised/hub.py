"""A hub that serves one directory: what `huggingface_hub` asks of a repository, and no more."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

COMMIT = "0" * 40


@contextmanager
def hub(directory: Path) -> Iterator[tuple[str, list[str]]]:
    """Its address, and the files that were fetched from it as a whole, in order."""
    fetched: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_HEAD(self) -> None:
            self.answer(with_body=False)

        def do_GET(self) -> None:
            self.answer(with_body=True)

        def answer(self, with_body: bool) -> None:
            path = self.path.partition("?")[0]
            if path.startswith("/api/models/"):
                return self.send(200, json.dumps(self.about("/tree/" in path)).encode(), with_body)
            file = directory / path.rpartition("/")[2]
            if not file.exists():
                return self.send(404, b"", with_body)
            body, part = file.read_bytes(), self.headers.get("Range")
            if part is not None:
                first, last = map(int, part.removeprefix("bytes=").split("-"))
                return self.send(206, body[first : last + 1], with_body)
            if with_body:
                fetched.append(file.name)
            self.send(200, body, with_body)

        def about(self, is_tree: bool) -> object:
            files = [(file.name, file.stat().st_size) for file in sorted(directory.iterdir())]
            if is_tree:
                return [{"type": "file", "path": name, "size": size, "oid": "0"} for name, size in files]
            siblings = [{"rfilename": name, "size": size, "blobId": "0"} for name, size in files]
            return {"id": "toy/toy", "modelId": "toy/toy", "sha": COMMIT, "siblings": siblings}

        def send(self, status: int, body: bytes, with_body: bool) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("ETag", f'"{hashlib.sha256(body).hexdigest()}"')
            self.send_header("X-Repo-Commit", COMMIT)
            self.end_headers()
            if with_body:
                self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", fetched
    finally:
        server.shutdown()
        server.server_close()
