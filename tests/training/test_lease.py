"""What travels comes back whole, and a trainer outlives who started it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from safetensors.torch import load_file

from tests.toy_checkpoint import write_toy
from train import lease, luggage, state
from train.meter import CHECK_AFTER, UNCOUNTED, Meter, TooSlow, flops_per_token
from train.shapes import Shape
from train.trainee import trained_tensors, trainee

ROOT = Path(__file__).parents[2]


@given(content=st.binary(max_size=300), size=st.integers(1, 120))
def test_split_and_join(tmp_path_factory, content, size):
    home = tmp_path_factory.mktemp("parts")
    (home / "thing").write_bytes(content)
    parts = lease.split(home / "thing", home / "there", size)
    assert all(part.stat().st_size <= size for part in parts)
    assert lease.join(home / "there", "thing", home / "again").read_bytes() == content


def test_a_part_that_is_missing_or_of_another_version_is_named(tmp_path):
    (tmp_path / "thing").write_bytes(b"one two three")
    first, second, _ = lease.split(tmp_path / "thing", tmp_path, 5)
    with pytest.raises(lease.LeaseError, match=r"other\.json"):
        lease.join(tmp_path, "other", tmp_path / "again")
    content = second.read_bytes()
    second.unlink()
    with pytest.raises(lease.LeaseError, match=second.name):
        lease.join(tmp_path, "thing", tmp_path / "again")
    second.write_bytes(content[::-1])
    with pytest.raises(lease.LeaseError, match="another version"):
        lease.join(tmp_path, "thing", tmp_path / "again")
    assert first.exists() and not (tmp_path / "again").exists()


def test_fewer_parts_leave_none_of_the_older_ones(tmp_path):
    (tmp_path / "thing").write_bytes(b"0123456789")
    lease.split(tmp_path / "thing", tmp_path / "there", 2)
    lease.split(tmp_path / "thing", tmp_path / "there", 8)
    assert sorted(path.name for path in (tmp_path / "there").iterdir()) == ["thing.00", "thing.01", "thing.json"]


def test_a_trainer_outlives_its_caller_and_its_state_comes_back(tmp_path, capsys):
    trainer = tmp_path / "trainer.py"
    trainer.write_text(
        "import pathlib, time\n"
        f"while not pathlib.Path({str(tmp_path / 'go')!r}).exists(): time.sleep(0.01)\n"
        f"pathlib.Path({str(tmp_path / lease.STATE)!r}).write_bytes(b'learned')\nprint('step 7')\n"
    )
    caller = f"""
from pathlib import Path
import sys
from train.lease import launch
launch(Path({str(tmp_path)!r}), [sys.executable, {str(trainer)!r}])
"""
    subprocess.run([sys.executable, "-c", caller], check=True, cwd=ROOT)
    assert not lease.follow(tmp_path, 0, tmp_path / "early"), "it is still running"
    (tmp_path / "go").touch()
    assert lease.follow(tmp_path, 60, tmp_path / "back")
    assert "step 7" in capsys.readouterr().out and "step 7" in (tmp_path / "back" / lease.LOG).read_text()
    assert lease.join(tmp_path / "back", lease.STATE, tmp_path / "again").read_bytes() == b"learned"


def test_two_trainers_do_not_write_one_state(tmp_path, capsys):
    process = lease.launch(tmp_path, [sys.executable, "-c", "input()"])  # which ends at once: nobody answers
    sleeper = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    (tmp_path / lease.TRAINER).write_text(json.dumps({"process": sleeper.pid}))
    try:
        assert lease.main(["start", str(tmp_path)]) == 1
        assert f"process {sleeper.pid} is still training" in capsys.readouterr().err
    finally:
        sleeper.kill()
        sleeper.wait()
    (tmp_path / lease.TRAINER).write_text(json.dumps({"process": process}))
    assert lease.follow(tmp_path, 60, tmp_path / "back")
    assert lease.main(["start", str(tmp_path)]) == 1 and "base.whl.json is missing" in capsys.readouterr().err


def test_of_what_was_packed_anew_training_goes_on(tmp_path):
    lying, here = tmp_path / lease.STATE, tmp_path / "here"
    here.mkdir()
    assert "one is begun" in lease.settle(tmp_path)
    lying.write_bytes(b"begun here")
    assert lease.settle(tmp_path) == f"goes on from {lying}"
    (here / lease.STATE).write_bytes(b"packed")
    lease.split(here / lease.STATE, tmp_path, 4)
    assert f"another lay here, now {tmp_path / lease.OLDER}" in lease.settle(tmp_path)
    assert lying.read_bytes() == b"packed" and (tmp_path / lease.OLDER).read_bytes() == b"begun here"
    lying.write_bytes(b"packed, and trained on")
    assert "began with the state that was packed" in lease.settle(tmp_path)
    (here / lease.STATE).write_bytes(lying.read_bytes())  # it came back, and was packed for the next lease
    lease.split(here / lease.STATE, tmp_path, 4)
    assert "began with" in lease.settle(tmp_path) and lying.read_bytes() == b"packed, and trained on"
    (here / lease.STATE).write_bytes(b"a mean")
    first, *_ = lease.split(here / lease.STATE, tmp_path, 4)
    content = first.read_bytes()
    first.unlink()
    with pytest.raises(lease.LeaseError, match=first.name):
        lease.settle(tmp_path)
    assert lying.read_bytes() == b"packed, and trained on", "nothing is lost where a part is"
    first.write_bytes(content)
    lease.settle(tmp_path)
    assert lying.read_bytes() == b"a mean"


def test_nothing_to_follow(tmp_path, capsys):
    assert lease.main(["follow", str(tmp_path), "--out", str(tmp_path)]) == 1
    assert "nothing was started" in capsys.readouterr().err


def test_the_luggage_holds_the_wheel_and_what_opens_it(tmp_path):
    wheel = tmp_path / "any.whl"
    wheel.write_bytes(os.urandom(1000))
    parts = lease.pack(tmp_path / "luggage", wheel, None)
    assert [part.name for part in parts] == [f"{lease.WHEEL}.00"]
    program = "import gguf, platformdirs; print(gguf.__file__)"
    found = subprocess.run(
        [sys.executable, "-c", program],
        env=os.environ | {"PYTHONPATH": str(tmp_path / "luggage" / "libraries")},
        capture_output=True,
        text=True,
        check=True,
    )
    assert str(tmp_path) in found.stdout
    assert lease.main(["start", str(tmp_path / "luggage"), "--", "--minutes", "1"]) == 1, "no such wheel is known"


def test_the_meter_tells_waiting_from_computing():
    meter = Meter()
    for _ in range(UNCOUNTED):
        meter.add(10**9, 100.0, 100.0)
    assert meter.told(1.0, 1.0) == {}
    meter.add(600, 1.0, 2.0)
    assert meter.told(10.0, 8000.0) == {"tok/s": 200, "waiting": 0.33, "of peak": 0.25}
    meter.check(10**9)  # not a minute yet
    slow = Meter(600, CHECK_AFTER, 1.0)
    with pytest.raises(TooSlow, match="waiting for data: more --workers"):
        slow.check(100)
    with pytest.raises(TooSlow, match="arithmetic is slow"):
        Meter(600, 1.0, CHECK_AFTER).check(100)
    slow.check(100)  # once is enough: later the machine may be shared
    Meter(600, 1.0, CHECK_AFTER).check(1)


def test_operations_of_a_token_by_hand(tmp_path):
    """A layer that is frozen below everything trained costs 2 a weight, one above 4, a trained weight 2 more."""
    directory = write_toy(tmp_path, untrained=True)
    model = trainee(directory, Shape((2,), experts=4, width=16, top_k=2), torch.float32, "cpu")
    layers = model.language_model.layers
    sizes = [sum(p.numel() for p in layer.parameters() if p.dim() > 1) for layer in layers]
    trained = sum(p.numel() for p in layers[2].parameters() if p.dim() > 1 and p.requires_grad)
    assert flops_per_token(model) == 2 * sum(sizes[:2]) + 4 * sum(sizes[2:]) + 2 * trained


def test_for_sight_fonts_and_what_draws_come_along(tmp_path, monkeypatch):
    def fetched(folder, python):
        assert python == "3.12"
        path = folder / "skia.whl"
        path.write_bytes(b"a wheel")
        return path

    def shared(folder):
        (folder / "lib").mkdir()
        (folder / "lib" / "libGL.so.1").write_bytes(b"a library")
        return folder / "lib"

    monkeypatch.setattr(luggage, "_drawing", fetched)
    monkeypatch.setattr(luggage, "_system", shared)
    (tmp_path / "fonts").mkdir()
    (tmp_path / "fonts" / "One.ttf").write_bytes(b"a font")
    (tmp_path / "any.whl").write_bytes(b"the base")
    parts = lease.pack(tmp_path / "luggage", tmp_path / "any.whl", None, tmp_path / "fonts")
    assert [part.name for part in parts] == ["base.whl.00", "fonts.tar.00", "drawing.whl.00"]
    with tarfile.open(lease.join(tmp_path / "luggage", lease.FONTS, tmp_path / "again.tar")) as tar:
        assert tar.extractfile("./One.ttf").read() == b"a font"
    first, *rest = luggage.calls(tmp_path / "luggage", parts)
    assert {path.name for path in first} == {
        *("libraries", "base.whl.json", "fonts.tar.json", "drawing.whl.json"),
        *("base.whl.00", "fonts.tar.00", "drawing.whl.00"),
    }
    assert not rest and (tmp_path / "luggage" / "libraries" / "lib" / "libGL.so.1").exists()
    lease.pack(tmp_path / "luggage", tmp_path / "any.whl", None)
    assert not (tmp_path / "luggage" / "fonts.tar.json").exists(), "luggage for text is not luggage for sight"


@pytest.mark.parametrize(
    ("sight", "arguments", "is_bare", "trainer"),
    [
        ([], ["--shape", "deep"], True, "train.nano_text"),
        (["--sight"], ["--stage", "lines"], False, "train.nano_sight"),
        (["--sight"], ["--stage", "together"], True, "train.nano_sight"),
        (["--sight"], ["--stage=together"], True, "train.nano_sight"),
    ],
)
def test_who_learns_to_read_begins_with_the_bare_base(tmp_path, monkeypatch, sight, arguments, is_bare, trainer):
    built, launched = [], []

    def build(command, **_):
        built.extend(command)
        return subprocess.CompletedProcess(command, 0, "/the/base\n", "")

    monkeypatch.setattr(lease.subprocess, "run", build)
    monkeypatch.setattr(lease, "launch", lambda folder, command, draws: launched.extend(command) or 7)
    monkeypatch.setattr(lease, "join", lambda folder, name, target: tmp_path / f"whole {name}")
    monkeypatch.setattr(lease, "leave_own", lambda folder: None)
    tarfile.open(tmp_path / f"whole {lease.FONTS}", "w").close()
    zipfile.ZipFile(tmp_path / f"whole {lease.DRAWING}", "w").close()
    assert lease.main(["start", *sight, str(tmp_path), "--", *arguments]) == 0
    assert ("--untrained" in built) == is_bare
    assert launched[1:5] == ["-m", trainer, "--base", "/the/base"] and launched[-len(arguments) :] == arguments


def test_parts_that_do_not_fit_travel_in_calls_of_their_own(tmp_path, monkeypatch):
    monkeypatch.setattr(luggage, "CALL", 10)
    (tmp_path / "thing").write_bytes(b"x" * 25)
    parts = luggage.split(tmp_path / "thing", tmp_path, 7)
    sizes = [[path.stat().st_size for path in call if path in parts] for call in luggage.calls(tmp_path, parts)]
    assert sizes == [[7], [7], [7], [4]]


def test_a_state_that_is_too_large_comes_back_in_16_bits_and_is_gone_on_from(tmp_path, monkeypatch):
    directory = write_toy(tmp_path, untrained=True)
    shape = Shape((2,), experts=4, width=16, top_k=2)
    model = trainee(directory, shape, torch.float32, "cpu")
    state.save(model, shape, 7, 8, tmp_path / lease.STATE)
    (tmp_path / lease.TRAINER).write_text('{"process": 999999999}')
    (tmp_path / lease.LOG).touch()
    assert lease.follow(tmp_path, 0, tmp_path / "whole")
    monkeypatch.setattr(lease, "MOST_BACK", 100)
    assert lease.follow(tmp_path, 0, tmp_path / "light")
    whole, light = (
        lease.join(tmp_path / name, lease.STATE, tmp_path / f"{name}.safetensors") for name in ("whole", "light")
    )
    assert whole.read_bytes() == (tmp_path / lease.STATE).read_bytes()
    assert light.stat().st_size < 0.7 * whole.stat().st_size
    assert state.resume(model, shape, light) == (7, 8)
    kept = trained_tensors(model)
    for name, tensor in load_file(whole).items():
        assert kept[name].dtype == torch.float32
        assert torch.equal(kept[name], tensor if ".gate." in name or tensor.dim() < 2 else tensor.bfloat16().float())
