"""No answer and no file is lost for one that is not there yet, and a mirror is mended without asking again."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from app.batch import __main__ as batch
from app.batch import desk, diff, journal
from app.batch.files import root_of, straight
from app.batch.mirror import Mirror
from app.batch.work import better
from tests.facade.coloured import draw

pytestmark = pytest.mark.usefixtures("fake_reader")


def run(*inputs, flags=("--resume",)):
    return batch.main([*map(str, inputs), "-q", "What?", "-o", "out.jsonl", *flags])


def lines():
    text = Path("out.jsonl").read_text(encoding="utf-8")
    return {record["source"]: record for record in map(json.loads, text.splitlines())}


def set_line(source, **changes):
    changed = [record | (changes if record["source"] == source else {}) for record in lines().values()]
    with journal.opened("out.jsonl", "w") as out:
        for record in changed:
            journal.write(record, out, True)


def in_part(code, page=2):
    return {"status": "partial_success", "errors": [{"page": page, "code": code, "message": ""}]}


def tree(folder):
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_lines_worth_another_try_stay_where_the_run_does_not_read_their_files(drawer, tmp_path, fake_reader):
    assert run("in") == 0
    set_line("in/0.png", **in_part("too_slow"))
    before = (tmp_path / "out.jsonl").read_bytes()
    assert run("in/3.png") == 0 and (tmp_path / "out.jsonl").read_bytes() == before
    assert run("in") == 0 and lines()["in/0.png"]["status"] == "success" and len(fake_reader.asked) == 5


def test_an_answer_in_part_stays_until_there_is_a_better_one(drawer, tmp_path, fake_reader, monkeypatch):
    assert run("in") == 0
    set_line("in/0.png", **in_part("too_slow"))
    fake_reader.delay = 0.1
    assert run("in", flags=["--resume", "--timeout", "0.05", "--retries", "1"]) == 1
    kept = lines()["in/0.png"]
    assert kept["text"] == "57.30 EUR" and kept["status"] == "partial_success" and kept["attempts"] == 2
    assert [error["code"] for error in kept["errors"]] == ["too_slow", "timeout"]
    monkeypatch.setattr(batch, "Reader", lambda **_: (_ for _ in ()).throw(KeyboardInterrupt))
    before = (tmp_path / "out.jsonl").read_bytes()
    assert run("in") == 130 and (tmp_path / "out.jsonl").read_bytes() == before


def test_no_failure_takes_the_place_of_an_answer():
    answer, failed = {"text": "x", **in_part("too_slow")}, desk.failure("timeout", "late")
    assert better(None, failed) == better({"status": "failure", "errors": []}, failed) == failed
    assert better(answer, {"status": "success"}) == {"status": "success"}
    twice = better(better(answer, failed), failed)
    assert twice["text"] == "x" and [error["code"] for error in twice["errors"]] == ["too_slow", "timeout"]


def test_a_tree_that_was_not_written_is_not_forgotten_where_the_next_try_fails():
    """As with a file that is locked, where the password is forgotten."""
    unwritten = {"code": "not_written", "message": ""}
    former = {"status": "partial_success", "errors": [unwritten], "text": "9"}
    found = {"status": "failure", "errors": [{"code": "password_required", "message": ""}]}
    assert [error["code"] for error in better(former, found)["errors"]] == ["not_written", "password_required"]
    assert not journal.is_final(better(former, found))


def test_a_lock_takes_no_file_that_somebody_has(make_pdf, tmp_path, monkeypatch):
    for name in (".lock", "out.jsonl.lock"):
        (tmp_path / name).write_text("mine")
    with journal.alone(tmp_path), journal.alone(tmp_path / "out.jsonl"):
        pass
    assert all((tmp_path / name).read_text() == "mine" for name in (".lock", "out.jsonl.lock"))


def test_of_two_lines_of_a_document_the_later_one_holds(drawer, tmp_path):
    """As a run leaves them that was killed behind the second."""
    assert run("in/0.png", "in/1.png") == 0
    out = tmp_path / "out.jsonl"
    first, second = out.read_bytes().splitlines(keepends=True)
    out.write_bytes(first.replace(b'"success"', b'"failure", "errors": []') + second + first)
    assert [record["status"] for record in journal.read(out)] == ["success"] * 2
    assert run("in/0.png", "in/1.png") == 0 and out.read_bytes() == first + second


def test_an_answer_is_kept_where_the_mirror_cannot_be_written(drawer, tmp_path, fake_reader):
    (tmp_path / "tree").touch()
    flags = ["--mirror", "tree/deep", "--retries", "2"]
    assert run("in/0.png", flags=flags) == 2 and not fake_reader.asked, "told before anything is asked"
    (tmp_path / "tree").unlink()
    (tmp_path / "tree").mkdir()
    (tmp_path / "tree" / "x").touch()
    (tmp_path / "in" / "x").mkdir()
    (drawer / "0.png").rename(drawer / "x" / "0.png")
    flags[1] = "tree"
    assert run("in", flags=flags) == 1 and len(fake_reader.asked) == 4
    record = lines()["in/x/0.png"]
    assert record["text"] == "57.30 EUR" and record["attempts"] == 3 and record["files"] == []
    assert [error["code"] for error in record["errors"]] == ["not_written"]
    (tmp_path / "tree" / "x").unlink()
    assert run("in", flags=["--resume", *flags]) == 0 and len(fake_reader.asked) == 4
    assert (tmp_path / "tree" / "x" / "0.png.md").exists() and lines()["in/x/0.png"]["status"] == "success"


def test_time_that_runs_out_behind_the_answer_costs_the_tree_alone(drawer, tmp_path, monkeypatch, fake_reader):
    read = desk.read

    def late(*args, cancel, **options):
        cancel.set()
        return read(*args, cancel=cancel, **options)

    monkeypatch.setattr(desk, "read", late)
    assert run("in/0.png", flags=["--mirror", "tree"]) == 1
    (record,) = lines().values()
    assert record["text"] == "57.30 EUR" and record["errors"][0]["code"] == "not_written"
    assert "raise --timeout" in record["errors"][0]["message"]
    monkeypatch.setattr(desk, "read", read)
    assert run("in/0.png", flags=["--resume", "--mirror", "tree"]) == 0 and len(fake_reader.asked) == 1


def test_a_tree_that_is_gone_is_built_again_without_asking(drawer, tmp_path, fake_reader):
    flags = ["--mirror", "tree", "--resume"]
    assert run("in", flags=flags) == 0
    before = (tmp_path / "out.jsonl").read_bytes()
    assert run("in", flags=flags) == 0 and (tmp_path / "out.jsonl").read_bytes() == before, "nothing is missing"
    shutil.rmtree(tmp_path / "tree")
    assert run("in", flags=flags) == 0 and len(fake_reader.asked) == 4
    assert tree(tmp_path / "tree") == [f"{number}.png.md" for number in range(4)]


def test_a_tree_grows_and_takes_its_new_shape(drawer, tmp_path, fake_reader, capsys):
    flags = ["--mirror", "tree", "--resume"]
    (tmp_path / "more").mkdir()
    draw(tmp_path / "more" / "0.png", 9)
    assert run("in", flags=flags) == 0
    capsys.readouterr()
    assert run("more", flags=flags) == 2 and "tree/0.png.md is what was written of" in capsys.readouterr().err
    assert run("in", "more", flags=flags) == 0 and len(fake_reader.asked) == 5
    assert tree(tmp_path / "tree") == [*(f"in/{number}.png.md" for number in range(4)), "more/0.png.md"]


def test_what_was_read_in_part_and_renamed_leaves_no_text_under_its_old_name(drawer, tmp_path, fake_reader):
    flags = ["--mirror", "tree", "--resume"]
    assert run("in/0.png", "in/1.png", flags=flags) == 0
    set_line("in/0.png", **in_part("damaged"))
    (drawer / "0.png").rename(drawer / "new.png")
    assert run("in/new.png", "in/1.png", flags=flags) == 1 and len(fake_reader.asked) == 2
    assert lines()["in/new.png"]["errors"][0]["code"] == "damaged" and len(lines()) == 2
    assert tree(tmp_path / "tree") == ["1.png.md", "new.png.md"]


def test_names_that_were_swapped_swap_their_texts_in_the_tree(make_pdf, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "in").mkdir()
    first, second = make_pdf("in/a.pdf", pages=(["First"],)), make_pdf("in/b.pdf", pages=(["Second"],))
    for number in range(4):
        assert run("in", flags=["--mirror", "tree", "--resume", "--workers", str(1 + number % 2)]) == 0
        texts = [(tmp_path / "tree" / f"{name}.pdf.md").read_text() for name in "ab"]
        assert ["First" in text for text in texts] == [number % 2 == 0, number % 2 == 1]
        first.rename(tmp_path / "x")
        second.rename(first)
        (tmp_path / "x").rename(second)


def test_files_that_lector_did_not_write_stay(drawer, tmp_path, capsys):
    mine = tmp_path / "tree" / "0.png.md"
    mine.parent.mkdir()
    mine.write_text("mine")
    assert run("in", flags=["--mirror", "tree"]) == 2
    assert "0.png.md exists; name another mirror, or add --overwrite" in capsys.readouterr().err
    assert mine.read_text() == "mine" and not (tmp_path / "out.jsonl").exists()
    (drawer / "0.png").write_bytes(b"no picture")
    assert run("in", flags=["--mirror", "tree", "--overwrite"]) == 1 and mine.read_text() == "mine"


def test_what_was_written_of_a_page_that_is_no_more_asked_for_stays(drawer, tmp_path):
    assert run("in", flags=["--mirror", "tree"]) == 0
    assert run("in", flags=["--mirror", "tree", "--overwrite", "--pages", "2"]) == 3
    assert len(tree(tmp_path / "tree")) == 4


def test_what_was_written_goes_when_its_file_fails_for_good_however_long_that_takes(drawer, tmp_path, fake_reader):
    flags = ["--mirror", "tree", "--resume"]
    assert run("in", flags=flags) == 0
    draw(drawer / "0.png", 99)
    fake_reader.delay = 0.1
    assert run("in", flags=[*flags, "--timeout", "0.05"]) == 1 and len(tree(tmp_path / "tree")) == 4
    assert lines()["in/0.png"]["errors"][0]["code"] == "timeout"
    (drawer / "0.png").write_bytes(b"no picture")
    assert run("in", flags=flags) == 1 and "0.png.md" not in tree(tmp_path / "tree")
    assert "files" not in lines()["in/0.png"]


def test_what_cannot_be_removed_is_told_and_tried_again(drawer, tmp_path):
    flags = ["--mirror", "tree", "--resume"]
    assert run("in", flags=flags) == 0
    (drawer / "0.png").rename(drawer / "new.png")
    old = tmp_path / "tree" / "0.png.md"
    old.unlink()
    old.mkdir()
    assert run("in", flags=flags) == 1
    record = lines()["in/new.png"]
    assert record["status"] == "partial_success" and "cannot be removed" in record["errors"][0]["message"]
    old.rmdir()
    old.touch()
    assert run("in", flags=flags) == 0 and not old.exists()


def test_two_runs_do_not_write_to_one_mirror(drawer, tmp_path, capsys):
    (tmp_path / "tree").mkdir()
    with journal.alone(tmp_path / "tree"):
        assert run("in", flags=["--mirror", "tree"]) == 2
    assert "another run is writing to tree" in capsys.readouterr().err
    assert run("in", flags=["--mirror", "tree"]) == 0 and ".lector.lock" not in tree(tmp_path / "tree")


def test_runs_differ_where_their_trees_do(make_pdf, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    forms = ["--task", "transcribe", "--to", "md,xlsx"]
    rows = ["Size  Price  Stock", "Small  3.00  7", "Large  4.50  9", "Huge  9.25  11"]
    for name, last in (("one", rows[3]), ("same", rows[3]), ("two", "Huge  9.25  12")):
        make_pdf("a.pdf", pages=(["Sizes", "", *rows[:3], last],))
        assert batch.main(["a.pdf", *forms, "-o", f"{name}.jsonl", "--mirror", name]) == 0
    assert diff.main(["one.jsonl", "same.jsonl"]) == 0
    capsys.readouterr()
    assert diff.main(["one.jsonl", "two.jsonl"]) == 1
    assert [line.split("\t")[1] for line in capsys.readouterr().out.splitlines()[:-1]] == ["md file", "xlsx file"]


def test_a_way_through_a_link_and_back_leads_to_where_the_system_goes(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "other" / "deep").mkdir(parents=True)
    (tmp_path / "link").symlink_to("other/deep")
    assert straight("link/../a.pdf") == tmp_path / "other" / "a.pdf" and straight("link/a") == tmp_path / "link" / "a"
    mirror = Mirror(tmp_path / "tree", root_of(["link/../a.pdf", "a.pdf"]), ("md",))
    assert mirror.target("link/../a.pdf", "md") == tmp_path / "tree" / "other" / "a.pdf.md"
    assert mirror.target(mirror.root, "md").name == f"{tmp_path.name}.md", "a folder that cannot be looked into"
