"""The life of a process that parses: it starts lightly, and never outlives the program that it reads for."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from preprocess.jail import JailedFile
from preprocess.jail_process import JailProcess
from tests.documents import stand_in
from tests.documents.stand_in import script

PROGRAM = """
import os, sys, threading, time
from preprocess.jail import JailedFile, Limits
from tests.documents import stand_in
file = JailedFile(stand_in, stand_in.script("read", "spin", "abort"), "", name="x", limits=Limits(page_seconds=SECONDS))
child = file.on_page(0, stand_in.process_id)
"""
BUSY = "threading.Thread(target=lambda: file.on_page(1, stand_in.words), daemon=True).start(); time.sleep(0.5)\n"
TELL = "print(child, flush=True)\n"
WAIT = "time.sleep(600)\n"


@pytest.fixture
def program(pytestconfig) -> Iterator[object]:
    """Starts a program that has a process of its own parse, and gives the program and that process's number."""
    started: list[subprocess.Popen[str]] = []

    def start(*code: str, seconds: float = 600) -> tuple[subprocess.Popen[str], int]:
        source = "".join([PROGRAM.replace("SECONDS", str(seconds)), *code])
        popen = subprocess.Popen(
            [sys.executable, "-c", source],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=pytestconfig.rootpath,
            start_new_session=True,
        )
        started.append(popen)
        return popen, int(popen.stdout.readline())

    yield start
    for popen in started:
        popen.kill()
        popen.communicate()


def is_running(pid: int) -> bool:
    """One that has ended, and that nobody has asked about, is not."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    stat = Path(f"/proc/{pid}/stat")
    return not stat.exists() or stat.read_text().rpartition(")")[2].split()[0] not in "ZX"


def wait_for_end(pid: int) -> None:
    for _ in range(1200):
        if not is_running(pid):
            return
        time.sleep(0.05)
    os.kill(pid, signal.SIGKILL)
    pytest.fail("it lives on")


def test_it_ends_with_its_program(program) -> None:
    popen, child = program(TELL)
    assert popen.wait() == 0 and popen.stderr.read() == ""
    wait_for_end(child)


def test_it_ends_with_its_program_even_in_the_middle_of_work(program) -> None:
    popen, child = program(BUSY, TELL)
    assert popen.wait() == 0 and popen.stderr.read() == ""
    wait_for_end(child)


def test_it_ends_when_its_program_is_killed(program) -> None:
    popen, child = program(TELL, WAIT)
    assert is_running(child)
    popen.kill()
    popen.wait()
    wait_for_end(child)


def test_it_ends_when_its_program_is_killed_while_it_hangs(program) -> None:
    """Nobody is left to end it, and a library that hangs does not look at its pipe: the system does it, in time."""
    popen, child = program(BUSY, TELL, WAIT, seconds=3)
    popen.kill()
    popen.wait()
    wait_for_end(child)


CTRL_C = """
try:
    print(child, flush=True)
    DOING
except KeyboardInterrupt:
    print("interrupted", IS_THERE)
"""


@pytest.mark.parametrize(
    ("doing", "is_there"),
    [
        ("time.sleep(600)", "child == file.on_page(0, stand_in.process_id)"),
        ("file.on_page(1, stand_in.words)", "True"),  # which waits for a library that hangs
    ],
)
def test_ctrl_c_is_for_the_program_alone(program, doing: str, is_there: str) -> None:
    popen, child = program(CTRL_C.replace("DOING", doing).replace("IS_THERE", is_there))
    time.sleep(1.0)  # Python may miss a signal in the moment in which it begins to wait
    os.killpg(popen.pid, signal.SIGINT)  # as a terminal does
    out, err = popen.communicate(timeout=120)
    assert (out.strip(), err, popen.returncode) == ("interrupted True", "", 0)
    wait_for_end(child)


def test_a_fork_has_a_process_of_its_own(program) -> None:
    """And may end without ending that of the program it was forked from."""
    fork = """
if os.fork() == 0:
    print(file.on_page(0, stand_in.process_id) != child, flush=True)
    sys.exit()
os.wait()
print(file.on_page(0, stand_in.process_id) == child)
"""
    popen, child = program(TELL, fork)
    out, err = popen.communicate(timeout=120)
    assert (out.split(), err) == (["True", "True"], "")
    wait_for_end(child)


def test_it_imports_little(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever this program has imported, and wherever it is by now."""
    import torch  # noqa: F401

    monkeypatch.chdir(tmp_path)
    process = JailProcess(stand_in.__name__)
    process.ask({"do": "open", "key": 0, "args": [""]}, script("read"), seconds=60, memory=2**30)
    request = {"do": "page", "key": 0, "index": 0, "job": "modules", "args": []}
    message, _ = process.ask(request, seconds=60, memory=2**30)
    process.end()
    ours = {name for name in message["value"] if name.split(".")[0] in ("preprocess", "prompts", "vlm", "app")}
    assert "preprocess.jail_child" in ours and len(ours) < 8
    assert not {"torch", "numpy", "gradio", "multiprocessing", "pymupdf", "subprocess"} & set(message["value"])


def test_one_that_cannot_start_says_so() -> None:
    with pytest.raises(RuntimeError, match=r"no\.such\.module did not start"):
        JailProcess("no.such.module")


def test_a_name_for_each_file() -> None:
    """Two files of the same bytes are two."""
    one, other = (JailedFile(stand_in, script("read"), "", name="x") for _ in range(2))
    assert one.page_count == other.page_count == 1
    assert one.on_page(0, stand_in.open_documents) >= 2
