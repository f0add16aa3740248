"""`--backend ray` on a local cluster of two workers gives what two threads give. Needs ray installed:

python -m pytest tests/facade/test_batch_ray.py -m ray
"""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest
from PIL import Image

from app.batch import __main__ as batch
from app.batch import cluster
from tests.toy_checkpoint import write_toy

pytestmark = pytest.mark.ray


class Fragile(cluster.Worker):
    """Dies of one file, as a process does that the system ends for its memory."""

    def __call__(self, row):
        if "deadly" in row["path"]:
            os.kill(os.getpid(), signal.SIGKILL)
        return super().__call__(row)


@pytest.fixture
def drawer(make_pdf, tmp_path):
    (tmp_path / "in" / "deep").mkdir(parents=True)
    for name in ("a", "b", "deep/c", "deep/d e"):
        make_pdf(f"in/{name}.pdf", pages=([f"Invoice {name}", "Total  57.30 EUR"],))
    (tmp_path / "in" / "broken.pdf").write_bytes(b"%PDF-1.7 nothing follows")
    return tmp_path / "in"


def outcome(records):
    """What does not depend on who did it, and when."""
    left_out = ("started", "finished", "timings")
    rows = [{key: value for key, value in record.items() if key not in left_out} for record in records]
    return sorted(rows, key=lambda row: row["source"])


def files(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_answers_and_tree_are_those_of_threads(drawer, tmp_path, monkeypatch, records):
    (tmp_path / "toy").mkdir()
    toy = str(write_toy(tmp_path / "toy"))
    monkeypatch.chdir(tmp_path)
    for backend in ("threads", "ray"):
        command = ["in", "-q", "What is the total?", "-o", f"{backend}.jsonl", "--mirror", str(tmp_path / backend)]
        flags = ["--backend", backend, "--workers", "2", "--model", toy, "--max-tokens", "8", "--dtype", "float32"]
        assert batch.main([*command, *flags, "--threads", "1"]) == 1
    assert files(tmp_path / "threads") == files(tmp_path / "ray") and len(files(tmp_path / "ray")) == 4
    threads, ray = (outcome(records(tmp_path / f"{backend}.jsonl")) for backend in ("threads", "ray"))
    for one, other in zip(threads, ray, strict=True):
        assert [Path(name).name for name in one.pop("files", [])] == [
            Path(name).name for name in other.pop("files", [])
        ]
        assert one.pop("settings_hash") != other.pop("settings_hash"), "the trees are different ones"
        assert one == other


def test_no_more_workers_than_there_are_cores_and_none_is_said(drawer, tmp_path, capsys):
    command = [str(drawer), "--task", "transcribe", "--backend", "ray", "-o", str(tmp_path / "out.jsonl")]
    assert batch.main([*command, "--workers", "1000"]) == 1
    assert batch.main([*command, "--threads", "1000", "--overwrite"]) == 2
    assert "threads is 1000" in capsys.readouterr().err


def test_it_goes_on_where_threads_ended(drawer, tmp_path, records):
    out = tmp_path / "out.jsonl"
    command = [str(drawer), "--task", "transcribe", "-o", str(out), "--resume"]
    assert batch.main(command) == 1
    whole = out.read_bytes()
    out.write_bytes(whole[: whole.index(b"\n") + 9])
    assert batch.main([*command, "--backend", "ray", "--workers", "2"]) == 1
    assert sorted(record["source"] for record in records(out)) == sorted(map(str, drawer.rglob("*.pdf")))
    before = out.read_bytes()
    assert batch.main([*command, "--backend", "ray"]) == 1 and out.read_bytes() == before


def test_a_file_that_kills_its_worker_is_told_and_the_others_are_done(drawer, tmp_path, monkeypatch, records):
    Image.new("RGB", (40, 30)).save(drawer / "deadly.png")
    monkeypatch.setattr(cluster, "Worker", Fragile)
    out = tmp_path / "out.jsonl"
    command = [str(drawer), "--task", "transcribe", "-o", str(out), "--workers", "2", "--backend", "ray"]
    assert batch.main(command) == 1
    by_name = {Path(record["source"]).name: record for record in records(out)}
    assert len(by_name) == 6 and by_name.pop("deadly.png")["errors"][0]["code"] == "internal"
    assert [by_name[name]["status"] for name in sorted(by_name)] == ["success"] * 2 + ["failure"] + ["success"] * 2
