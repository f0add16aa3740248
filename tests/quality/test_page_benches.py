"""The benches of pages, memory and drawers: that they run, say what they measured, and reckon as they should."""

from __future__ import annotations

import json
import shutil
import sys
import time
from types import SimpleNamespace

import psutil
import pymupdf
import pytest
from PIL import Image, ImageDraw

from app.batch.files import find_files
from bench import batch, memory, pages
from bench.child import Child, ChildError
from bench.made import Wanted, make
from bench.peers import Peer, Recipe
from bench.tree import Run, watched
from tests.toy_checkpoint import write_toy


def last_json(capsys):
    return json.loads(capsys.readouterr().out.splitlines()[-1])


def test_a_program_and_what_it_starts_are_watched(tmp_path):
    """The child holds forty megabytes, and its child as many: a third of a second later, too."""
    hold = "import sys, subprocess, time; held = bytearray(40 * 2**20); held[::4096] = b'x' * len(held[::4096])\n"
    inner = f"{hold}time.sleep(1)"
    outer = f"{hold}subprocess.run([sys.executable, '-c', {inner!r}]); print('done')"
    run = watched([sys.executable, "-c", outer])
    assert run.out == "done\n" and run.seconds > 1
    assert 80 < run.peak_mb < 160 and 0 < run.cpu_seconds < run.seconds
    with pytest.raises(RuntimeError, match="ended with 3: told"):
        watched([sys.executable, "-c", "import sys; sys.stderr.write('told'); sys.exit(3)"])


def test_parts_of_a_run_by_hand():
    run = Run(10.0, 0.0, ((0.0, 10.0), (2.0, 20.0), (4.0, 40.0), (9.0, 90.0)), "")
    assert run.peak_mb == 90 and run.mean_mb(0.2, 0.4) == 30 and run.mean_mb(0.8, 1.0) == 90


def test_what_is_made_has_the_pages_the_words_and_the_table(tmp_path):
    text, scan, other = (str(tmp_path / f"{name}.pdf") for name in ("text", "scan", "other"))
    make([Wanted(text, 2), Wanted(scan, 1, scans=True), Wanted(other, 2, seed=1)])
    with pymupdf.open(text) as one, pymupdf.open(scan) as two, pymupdf.open(other) as three:
        assert len(one) == 2 and len(two) == 1
        words = one[0].get_text("words")
        assert len(words) == 30 * 9 + 20 * 5 + 5, "a head is two words"
        assert not two[0].get_text().strip() and len(two[0].get_images()) == 1
        assert len({page.get_text() for document in (one, three) for page in document}) == 4


def test_memory_is_compared_from_the_shortest_to_the_longest(capsys):
    assert memory.main(["--pages", "1,3", "--rounds", "1"]) == 0
    told = last_json(capsys)
    assert [row["pages"] for row in told["rows"]] == [1, 3]
    first, last = (row["peaks_mb"][0] for row in told["rows"])
    assert told["ratio"] == pytest.approx(last / first) and first > 20


def test_a_drawer_is_done_by_each_number_of_workers(capsys):
    assert batch.main(["--files", "2", "--workers", "1,2", "--rounds", "1"]) == 0
    told = last_json(capsys)
    assert [(row["files"], row["workers"]) for row in told["rows"]] == [(2, 1), (2, 2)]
    assert all(row["median_s"] == row["seconds"][0] > 0 for row in told["rows"])


def test_a_drawer_that_has_too_few_is_told_before_anything_runs(capsys, monkeypatch):
    monkeypatch.setattr(batch, "watched", None)
    with pytest.raises(SystemExit) as caught:
        batch.main(["--files", "2,9", "--folder", "docs"])
    there = len(find_files(["docs"]))
    assert caught.value.code == 2 and f"docs has {there} documents, and --files asks for 9" in capsys.readouterr().err


def test_a_drawer_may_be_asked(capsys, tmp_path):
    toy = str(write_toy(_made(tmp_path / "toy")))
    drawer = _made(tmp_path / "drawer")
    shutil.copy("docs/chart.png", drawer)
    words = ["--files", "1", "--rounds", "1", "--folder", str(drawer), "--question", "What?"]
    assert batch.main([*words, "--model", toy, "--max-tokens", "4"]) == 0
    assert last_json(capsys)["rows"][0]["files"] == 1


def _made(folder):
    folder.mkdir()
    return folder


ECHO = Recipe("def convert(path):\n    print('noise')\n    return open(path).read()", True, ("text",))


def test_a_converter_is_loaded_once_and_its_noise_is_no_answer(tmp_path):
    (tmp_path / "a").write_text("some  words\n")
    with Peer(ECHO, sys.executable) as peer:
        assert peer.convert(str(tmp_path / "a"))[1] == len("somewords")
        with pytest.raises(ChildError, match="FileNotFoundError"):
            peer.convert(str(tmp_path / "absent"))
        assert peer.convert(str(tmp_path / "a"))[1] == len("somewords"), "a failure ends nothing"
    with Child(sys.executable, "import os\ndef answer(code): os._exit(code)") as child:
        for _ in range(2):
            with pytest.raises(ChildError, match="ended with code 7"):
                child.ask(7)
    with pytest.raises(ChildError, match="ended with code 1"):
        Peer(Recipe("import a_module_that_is_not_there", True, ()), sys.executable)


class Clock:
    """A converter that takes a file its seconds, and cannot do some, or not every time."""

    def __init__(self, seconds, cannot=()):
        self.seconds, self.cannot, self.asked = seconds, cannot, []

    def convert(self, path):
        self.asked.append(path)
        if (path, self.asked.count(path)) in self.cannot:
            raise ChildError("cannot")
        return self.seconds[path], 7


FILES = {"a": 2, "bad": 1, "b": 3}


def test_converters_take_turns_and_pages_a_minute_are_reckoned():
    peers = {"fast": Clock(dict.fromkeys(FILES, 0.5), {("bad", 1)}), "slow": Clock(dict.fromkeys(FILES, 2.0))}
    scores = pages.measured(peers, FILES, rounds=2)  # type: ignore[arg-type]
    fast, slow = (pages._row("text", name, scores, FILES) for name in ("fast", "slow"))
    assert fast["failed"] == {"bad": "cannot"} and fast["pages"] == 5 and fast["characters"] == 14
    assert fast["rates"] == [60 * 5 / 1.0] * 2 and slow["rates"] == [60 * 6 / 6.0] * 2 and slow["characters"] == 21
    assert peers["fast"].asked.count("a") == 3 and peers["fast"].asked.count("bad") == 1


def test_a_file_that_fails_once_is_in_no_round_and_both_are_compared_on_the_same_files():
    """The peer fails on the quick file in its second round: neither its rates nor Lector's beside it have that file."""
    seconds = {"a": 4.0, "bad": 0.25, "b": 6.0}
    peers = {"lector": Clock(seconds), "peer": Clock(seconds, {("bad", 2)})}
    scores = pages.measured(peers, FILES, rounds=3)  # type: ignore[arg-type]
    ours, row = (pages._row("text", name, scores, FILES) for name in ("lector", "peer"))
    assert ours["pages"] == 6 and "beside" not in ours
    assert row["rates"] == [60 * 5 / 10.0] * 3 and row["files_both_did"] == 2
    assert row["beside"]["lector"] == row["beside"]["peer"] == {name: row[name] for name in row["beside"]["peer"]}
    assert ", 1 files failed; on 2 files that both did, Lector 30 (30 to 30) pages a minute, 14 " in pages._line(row)


def test_what_lector_fails_on_is_in_neither_figure_beside_it():
    seconds = {"a": 4.0, "bad": 0.25, "b": 6.0}
    peers = {"lector": Clock(seconds, {("bad", 1)}), "peer": Clock(seconds)}
    scores = pages.measured(peers, FILES, rounds=1)  # type: ignore[arg-type]
    row = pages._row("text", "peer", scores, FILES)
    assert row["pages"] == 6 and row["beside"]["peer"]["pages"] == 5 and row["beside"]["peer"]["rates"] == [30.0]
    assert " and this one 30 (30 to 30) pages a minute" in pages._line(row)


def test_kinds_are_read_as_the_settings_say(monkeypatch):
    seen = []
    monkeypatch.setenv("LECTOR_PDF_LIBRARY", "pypdfium2")
    monkeypatch.setattr(pages, "open_file", lambda path, settings: seen.append(settings) or path)
    monkeypatch.setattr(pages, "read", lambda path: SimpleNamespace(pages=()))
    assert pages.kinds(["a.pdf"]) == {}
    assert [(one.pdf_library, one.ocr_cache_mb) for one in seen] == [("pypdfium2", 0)], "the tests keep nothing"


def test_files_are_sorted_by_kind_and_lector_and_ocr_read_them(capsys, tmp_path):
    make([Wanted(str(tmp_path / "text.pdf"), 1)])
    scan = Image.new("L", (700, 160), 255)
    ImageDraw.Draw(scan).text((40, 50), "Invoice number 2024-0017", fill=0, font_size=40)
    scan.save(tmp_path / "scan.png")
    assert (
        pages.main([str(tmp_path / name) for name in ("text.pdf", "scan.png", "absent.pdf")] + ["--rounds", "1"]) == 0
    )
    rows = last_json(capsys)["rows"]
    assert [(row["kind"], row["converter"]) for row in rows] == [
        ("text", "lector"), ("scan", "lector"), ("scan", "rapidocr"),
    ]  # fmt: skip
    assert all(row["pages"] == 1 and row["characters"] > 15 and row["pages_a_minute"] > 0 for row in rows)


STARTS_ANOTHER = """
import pathlib, subprocess
started = subprocess.Popen(["sleep", "600"]).pid
pathlib.Path({path!r}).write_text(str(started))
def answer(request): return 1 / request
"""


@pytest.mark.parametrize("first", [1, 0])
def test_what_a_peer_started_ends_with_it(tmp_path, first):
    """vLLM's workers hold gigabytes; also where it cannot answer, and is never used."""
    path = tmp_path / "pid"
    code = STARTS_ANOTHER.format(path=str(path))
    if first:
        with Child(sys.executable, code, first) as child:
            assert child.ask(2) == 0.5 and psutil.pid_exists(int(path.read_text()))
    else:
        with pytest.raises(ChildError, match="ZeroDivisionError"):
            Child(sys.executable, code, first)
    pid = int(path.read_text())
    deadline = time.monotonic() + 10
    while _is_running(pid) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not _is_running(pid)


def _is_running(pid):
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
