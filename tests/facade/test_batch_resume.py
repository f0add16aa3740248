"""What `--resume` leaves of an output: one line a file, under its name of now, in the very bytes it was written in."""

from __future__ import annotations

import json
import os
import stat

import pytest

from app.batch import __main__ as batch
from app.batch import journal
from tests.facade.coloured import draw

pytestmark = pytest.mark.usefixtures("fake_reader")


def run(*inputs, flags=()):
    return batch.main([*map(str, inputs), "-q", "What?", "-o", "out.jsonl", "--resume", *flags])


def sources(records):
    return sorted(record["source"] for record in records)


def test_the_line_of_a_file_that_changed_is_replaced(drawer, tmp_path, fake_reader, records):
    assert run("in") == 0
    before = {record["source"]: record["sha256"] for record in records(tmp_path / "out.jsonl")}
    draw(drawer / "0.png", 99)
    assert run("in") == 0 and len(fake_reader.asked) == 5
    after = {record["source"]: record["sha256"] for record in records(tmp_path / "out.jsonl")}
    assert len(records(tmp_path / "out.jsonl")) == 4
    assert [name for name in before if before[name] != after[name]] == ["in/0.png"]


def test_names_that_were_swapped_swap_their_lines(drawer, tmp_path, fake_reader, records):
    assert run("in") == 0
    (drawer / "0.png").rename(drawer / "x")
    (drawer / "1.png").rename(drawer / "0.png")
    (drawer / "x").rename(drawer / "1.png")
    assert run("in") == 0 and len(fake_reader.asked) == 4
    found = records(tmp_path / "out.jsonl")
    assert sources(found) == [f"in/{number}.png" for number in range(4)]
    assert all(record["sha256"] == journal.content_hash(tmp_path / record["source"], 1) for record in found)


def test_another_spelling_and_another_name_move_a_line_and_a_copy_gets_its_own(drawer, tmp_path, fake_reader, records):
    assert run("in") == 0
    (drawer / "0.png").rename(drawer / "new.png")
    (drawer / "copy.png").write_bytes((drawer / "1.png").read_bytes())
    assert run(drawer) == 0 and len(fake_reader.asked) == 4
    names = ["1.png", "2.png", "3.png", "copy.png", "new.png"]
    assert sources(records(tmp_path / "out.jsonl")) == [str(drawer / name) for name in names]


def test_from_another_folder_the_same_names_are_the_same_files(drawer, tmp_path, monkeypatch, fake_reader, records):
    assert run("in") == 0
    monkeypatch.chdir(drawer)
    assert batch.main([".", "-q", "What?", "-o", "../out.jsonl", "--resume"]) == 0
    assert len(fake_reader.asked) == 4 and sources(records(tmp_path / "out.jsonl")) == [f"{n}.png" for n in range(4)]


def test_files_that_are_not_part_of_the_run_keep_their_lines(drawer, tmp_path, fake_reader, records):
    assert run("in") == 0
    (drawer / "0.png").unlink()
    before = (tmp_path / "out.jsonl").read_bytes()
    assert run("in/3.png") == 0
    assert (tmp_path / "out.jsonl").read_bytes() == before and len(fake_reader.asked) == 4


def test_what_cannot_be_looked_at_keeps_its_line(drawer, tmp_path, fake_reader, records):
    """As where a drive is away for once, or a limit is lower this time."""
    assert run("in") == 0
    (drawer / "0.png").unlink()
    assert run("in/0.png") == 0 and len(fake_reader.asked) == 4 and len(records(tmp_path / "out.jsonl")) == 4


def test_a_file_that_grew_above_a_lower_limit_has_changed_all_the_same(drawer, tmp_path, records):
    assert run("in") == 0
    with open(drawer / "0.png", "ab") as file:
        file.truncate(2 * 2**20)
    assert run("in", flags=["--max-file-mb", "1"]) == 1
    (first,) = [record for record in records(tmp_path / "out.jsonl") if record["source"] == "in/0.png"]
    assert first["errors"][0]["code"] == "too_large"


@pytest.mark.parametrize("name", ["in", "link"])
def test_with_a_mirror_what_was_renamed_is_written_again_and_has_one_line(name, drawer, tmp_path, fake_reader, records):
    flags = ["--mirror", "tree"]
    (tmp_path / "link").symlink_to(drawer)
    assert run(name, flags=flags) == 0
    (drawer / "0.png").rename(drawer / "new.png")
    assert run(tmp_path / name, flags=flags) == 0 and len(fake_reader.asked) == 4
    assert len(records(tmp_path / "out.jsonl")) == 4
    assert (tmp_path / "tree" / "new.png.md").exists() and not (tmp_path / "tree" / "0.png.md").exists()


def test_with_a_mirror_the_same_command_goes_on_from_another_folder(drawer, tmp_path, monkeypatch, fake_reader):
    command = [str(drawer), "-q", "What?", "-o", str(tmp_path / "out.jsonl"), "--mirror", str(tmp_path / "tree")]
    assert batch.main(command) == 0
    monkeypatch.chdir(drawer)
    assert batch.main([*command, "--resume"]) == 0 and len(fake_reader.asked) == 4


def test_a_line_is_rewritten_as_it_was_written(tmp_path):
    out = tmp_path / "out.jsonl"
    odd = {"text": "“ü”\u2028 \\udce9 😀 \x00", "share": 0.1 + 0.2, "none": None}
    names = [os.fsdecode(b"caf\xe9%d.pdf" % number) for number in range(3)]
    records = [odd | {"status": "success", "settings_hash": "x", "source": name} for name in names]
    with journal.opened(out, "w") as file:
        for record in records:
            journal.write(record, file, True)
    first, second, third = out.read_bytes().splitlines(keepends=True)
    assert journal.recover(out, "x") == records
    place = out.stat().st_ino
    journal.rewrite(out, journal.recover(out, "x"))
    assert out.stat().st_ino == place, "what is right already is not written"
    out.write_bytes(first + second + third + b'{"source": "b.pd')
    journal.rewrite(out, journal.recover(out, "x")[::2])
    assert out.read_bytes() == first + third


def test_a_link_stays_a_link_and_a_file_keeps_its_permissions(drawer, tmp_path, records):
    real, link = tmp_path / "real.jsonl", tmp_path / "out.jsonl"
    link.symlink_to(real)
    assert run("in") == 0
    real.chmod(0o640)
    draw(drawer / "0.png", 99)
    assert run("in") == 0
    assert link.is_symlink() and stat.S_IMODE(real.stat().st_mode) == 0o640 and len(records(real)) == 4
    assert not list(tmp_path.glob(".*.part"))


@pytest.mark.parametrize("code", ["password_required", "too_large", "library_missing"])
def test_what_was_closed_may_be_open_now(code):
    record = {"status": "failure", "errors": [{"code": code, "message": ""}]}
    assert not journal.is_final(record)


def test_a_dry_run_rewrites_nothing(drawer, tmp_path, capsys):
    assert run("in") == 0
    draw(drawer / "0.png", 99)
    (drawer / "1.png").rename(drawer / "new.png")
    before = (tmp_path / "out.jsonl").read_bytes()
    capsys.readouterr()
    assert run("in", flags=["--dry-run"]) == 0
    assert json.loads(capsys.readouterr().out)["done"] == 3 and (tmp_path / "out.jsonl").read_bytes() == before
