"""How long a person waits at the page: `python -m bench.clicks FILE... [--rounds 5]`

A real browser opens each file and asks two questions. Timed are: until the file's page is seen, and, from the key that
sends a question, until the first word of its answer is seen and until all of it is. Every round forgets what the
model read, prompts and pictures; what OCR read is kept. It needs `pip install playwright` and a Chromium. The last line
is JSON.
"""

from __future__ import annotations

import argparse
import json
import shutil
import socket
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from app.reader import Reader
from app.settings import Settings, add_arguments
from app.ui.cli import launch, prepare
from app.ui.handlers.desk import Desk
from app.ui.page import build
from bench.forgetting import forget, nothing_kept

QUESTIONS = ("What is the date?", "What is the total?")
NAMES = ("open", "first word", "answer", "second: first word", "second: answer")
# The last message is an answer's text, and not what stands there while it is waited for.
SPEAKS = """(count) => {
    const said = [...document.querySelectorAll("#chat .bot.message")].slice(count);
    return said.some((one) => one.innerText.trim() && !one.querySelector(".status"));
}"""


def visit(page: Page, address: str, path: Path) -> dict[str, float]:
    """One person's visit: seconds by name."""
    page.goto(address)
    page.wait_for_selector("body.arrived")
    began = time.perf_counter()
    page.set_input_files("#file input", str(path))
    page.wait_for_selector("#picture img")
    page.wait_for_selector("#forecast .forecast")
    times = [time.perf_counter() - began]
    for number, question in enumerate(QUESTIONS):
        page.fill("#question textarea", question)
        before = page.locator("#chat .bot.message").count()
        began = time.perf_counter()
        page.press("#question textarea", "Enter")
        page.wait_for_function(SPEAKS, arg=before)
        times.append(time.perf_counter() - began)
        page.locator("#chat .print").nth(number).wait_for()
        times.append(time.perf_counter() - began)
        page.wait_for_selector("#send")
    return dict(zip(NAMES, times, strict=True))


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.clicks", description="How long a person waits.")
    parser.add_argument("files", nargs="+", type=Path, help="PDFs or pictures")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--browser", default=shutil.which("chromium") or shutil.which("google-chrome"))
    add_arguments(parser)
    args = parser.parse_args(argv)
    settings = nothing_kept(Settings.load(args))
    rows = []
    with tempfile.TemporaryDirectory() as folder, Reader(settings=settings) as reader, sync_playwright() as playwright:
        prepare(folder)
        desk = Desk(reader)
        page = build(desk)
        address = launch(page, desk.sessions, "127.0.0.1", _free_port())
        browser = playwright.chromium.launch(executable_path=args.browser, args=["--no-sandbox"])
        for path in args.files:
            for number in range(args.rounds + 1):
                forget(reader)
                context = browser.new_context()
                times = visit(context.new_page(), address, path)
                context.close()
                if number:  # the first visit reads the words, which are kept
                    rows.append({"file": path.name, **times})
            mine = [row for row in rows if row["file"] == path.name]
            middles = (f"{name} {statistics.median(float(row[name]) for row in mine):.2f} s" for name in NAMES)
            print(f"{path.name}: {', '.join(middles)}", flush=True)
        browser.close()
        page.close(verbose=False)
    print(json.dumps({"model": settings.model, "rounds": rows}))
    return 0


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    sys.exit(main())
