"""What a run finds and leaves on the disk: where shards come to, and files that changed while it was stopped."""

import pytest

from tests.toy_checkpoint import write_toy
from vlm.errors import ConfigError
from vlm.quantisation import Quantisation
from vlm.quantize import stream
from vlm.quantize.source import HubSource, LocalSource
from vlm.quantize.stream import quantise_checkpoint

HOW = Quantisation(4, 32)


@pytest.fixture
def toy(tmp_path):
    (tmp_path / "toy").mkdir()
    return LocalSource(write_toy(tmp_path / "toy"))


@pytest.fixture
def stopped(toy, tmp_path, monkeypatch):
    """The files of a run that was stopped when all was written but its name."""

    def stop(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(stream, "_finish", stop)
        quantise_checkpoint(toy, tmp_path / "q", HOW)
    return tmp_path / "q.partial"


def weights(directory):
    return {path.name: path.read_bytes() for path in directory.glob("*.safetensors")}


def test_shards_of_a_hub_come_beside_the_target(tmp_path):
    """Where the look for room looks; and not before one is asked for, when it is known that nobody else works there."""
    source = HubSource("toy/toy", tmp_path / "results" / "q")
    assert not (tmp_path / "results").exists() and source._home
    assert len(list((tmp_path / "results").glob("lector-*"))) == 1
    source._home.cleanup()
    assert not list((tmp_path / "results").iterdir())


def test_what_a_killed_run_left_goes_and_another_targets_run_is_let_be(tmp_path):
    (tmp_path / "lector-q.shards-left").mkdir()
    other = HubSource("toy/toy", tmp_path / "q-other")
    mine = HubSource("toy/toy", tmp_path / "q")
    assert other._home and mine._home
    there = [path.name.rpartition("-")[0] for path in sorted(tmp_path.iterdir())]
    assert there == ["lector-q-other.shards", "lector-q.shards"]
    other._home.cleanup(), mine._home.cleanup()


def test_a_header_that_did_not_reach_the_disk_is_written_again(toy, tmp_path, stopped):
    quantise_checkpoint(toy, tmp_path / "plain", HOW)
    for path in stopped.glob("*.safetensors"):
        with path.open("r+b") as out:
            out.write(bytes(64))
    quantise_checkpoint(toy, tmp_path / "q", HOW)
    assert weights(tmp_path / "q") == weights(tmp_path / "plain")


@pytest.mark.parametrize("is_there", [True, False])
def test_weights_that_are_gone_are_not_taken_for_written(toy, tmp_path, stopped, is_there):
    path = next(stopped.glob("*.safetensors"))
    path.unlink()
    if is_there:
        path.write_bytes(bytes(100))
    with pytest.raises(ConfigError, match=f"delete {stopped}"):
        quantise_checkpoint(toy, tmp_path / "q", HOW)
