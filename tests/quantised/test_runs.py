"""A run that goes on with what another began, and two at once: only what belongs together becomes one checkpoint."""

from __future__ import annotations

import errno
import fcntl
import json
import os
import threading

import pytest
import torch
from safetensors.torch import load_file, save_file

from tests.quantised.test_quantize import shards
from tests.toy_checkpoint import write_toy
from vlm.errors import CheckpointError, ConfigError
from vlm.quantisation import Quantisation
from vlm.quantize import __main__ as program
from vlm.quantize.journal import JOURNAL
from vlm.quantize.source import HubSource, LocalSource
from vlm.quantize.stream import quantise_checkpoint

HOW = Quantisation(4, 32)


@pytest.fixture
def source(tmp_path):
    (tmp_path / "toy").mkdir()
    return shards(write_toy(tmp_path / "toy"), tmp_path / "three", 3)


class Stops(LocalSource):
    """Its user presses Ctrl-C when so many shards are done."""

    left = 2

    def __init__(self, directory):
        super().__init__(directory)
        self.done = []

    def opened(self, shard):
        if len(self.done) == self.left:
            raise KeyboardInterrupt
        self.done.append(shard)
        return super().opened(shard)


def stopped(source, target, **options):
    with pytest.raises(KeyboardInterrupt):
        quantise_checkpoint(Stops(source), target, HOW, **options)


def changed(path, change):
    state = {name: change(tensor) for name, tensor in load_file(path).items()}
    path.unlink()
    save_file(state, path)


def test_weights_that_changed_in_between_are_not_mixed(source, tmp_path):
    stopped(source, tmp_path / "q")
    changed(source / "model-00001-of-00003.safetensors", lambda tensor: 3 * tensor)
    with pytest.raises(ConfigError, match=r"q\.partial is of another run, which differs in source files; delete it"):
        quantise_checkpoint(LocalSource(source), tmp_path / "q", HOW)


def test_documents_that_changed_in_between_are_not_mixed(source, tmp_path):
    page = tmp_path / "page.png"
    page.write_bytes(b"one")
    told = {"calibrated": lambda: None, "documents": [page]}
    stopped(source, tmp_path / "q", **told)
    page.write_bytes(b"two")
    for options in (told, {}):
        with pytest.raises(ConfigError, match="differs in documents"):
            quantise_checkpoint(LocalSource(source), tmp_path / "q", HOW, **options)
    page.write_bytes(b"one")
    quantise_checkpoint(LocalSource(source), tmp_path / "q", HOW, **told)


def test_a_hub_is_asked_of_one_commit(tmp_path, monkeypatch):
    """That of the first question, whatever is pushed in between."""
    asked = []

    class Api:
        def model_info(self, model, files_metadata):
            asked.append("about")
            return type("About", (), {"sha": "abc", "siblings": []})()

        def parse_safetensors_file_metadata(self, model, name, revision):
            asked.append(revision)
            return type("Metadata", (), {"tensors": {}})()

    def bring(model, *names, revision, **_):
        asked.append(revision)
        return str(tmp_path)

    monkeypatch.setattr("huggingface_hub.HfApi", Api)
    monkeypatch.setattr("huggingface_hub.snapshot_download", bring)
    monkeypatch.setattr("huggingface_hub.hf_hub_download", bring)
    hub = HubSource("toy/toy", tmp_path / "q")
    hub.small_files(), hub.shards(), hub.shard_bytes()
    with pytest.raises(CheckpointError, match=r"holds no \.safetensors"), hub.opened("model.safetensors"):
        pass
    assert hub.state() == "abc" and asked == ["about", "abc", "abc", "abc"]
    hub._home.cleanup()


def test_a_second_run_is_refused_while_the_first_works(source, tmp_path):
    inside, go, ended = threading.Event(), threading.Event(), []

    class Waits(LocalSource):
        def opened(self, shard):
            inside.set()
            assert go.wait(60)
            return super().opened(shard)

    def first():
        quantise_checkpoint(Waits(source), tmp_path / "q", HOW)
        ended.append("well")

    thread = threading.Thread(target=first)
    thread.start()
    assert inside.wait(60)
    with pytest.raises(ConfigError, match=r"another run writes to .*q\.partial"):
        quantise_checkpoint(LocalSource(source), tmp_path / "q", HOW, calibrated=lambda: 1 / 0)
    assert (tmp_path / "q.partial").exists()
    go.set()
    thread.join(60)
    assert ended == ["well"] and sorted(path.name for path in tmp_path.iterdir()) == ["q", "three", "toy"]


def test_a_line_that_was_cut_off_costs_its_shard_once(source, tmp_path, monkeypatch):
    monkeypatch.setattr(Stops, "left", 1)
    stopped(source, tmp_path / "q")
    journal = tmp_path / "q.partial" / JOURNAL
    journal.write_text(journal.read_text() + '["half a li')
    stopped(source, tmp_path / "q")
    assert [len(json.loads(line)) > 0 for line in journal.read_text().splitlines()] == [True] * 3
    monkeypatch.setattr(Stops, "left", 3)
    last = Stops(source)
    quantise_checkpoint(last, tmp_path / "q", HOW)
    assert last.done == ["model-00003-of-00003.safetensors"]


@pytest.mark.parametrize("line", ["{", "[3]", "3"])
def test_a_journal_that_is_none(source, tmp_path, line):
    stopped(source, tmp_path / "q")
    (tmp_path / "q.partial" / JOURNAL).write_text(line + "\n")
    with pytest.raises(ConfigError, match=r"pieces\.jsonl is damaged; delete .*q\.partial"):
        quantise_checkpoint(LocalSource(source), tmp_path / "q", HOW)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 1e38])
@pytest.mark.parametrize("name", ["layers.1.self_attn.q_proj.weight", "layers.1.input_layernorm.weight"])
def test_weights_that_are_no_numbers_are_named(source, tmp_path, name, value):
    if name.endswith("layernorm.weight") and value == 1e38:
        value = -float("inf")  # what is not packed may be as large as it likes
    for path in source.glob("*.safetensors"):
        state = load_file(path)
        for found in state:
            if found.endswith(name):
                state[found].flatten()[3] = value
        save_file(state, path)
    with pytest.raises(CheckpointError, match=f"{name} has weights that are NaN, infinite, or too large"):
        quantise_checkpoint(LocalSource(source), tmp_path / "q", HOW)


def test_weights_without_fractions_are_named(source, tmp_path):
    for path in source.glob("*.safetensors"):
        changed(path, lambda tensor: tensor.to(torch.int8))
    with pytest.raises(CheckpointError, match=r"is of type torch\.int8"):
        quantise_checkpoint(LocalSource(source), tmp_path / "q", HOW)


def test_a_system_that_brings_nothing_to_the_disk_that_is_only_read(source, tmp_path, monkeypatch):
    """As Windows, which does not count blocks either."""
    fsync = os.fsync

    def strict(number):
        if fcntl.fcntl(number, fcntl.F_GETFL) & os.O_ACCMODE == os.O_RDONLY:
            raise OSError(errno.EBADF, "Bad file descriptor")
        fsync(number)

    monkeypatch.setattr(os, "fsync", strict)
    quantise_checkpoint(LocalSource(source), tmp_path / "q", HOW)


def test_a_disk_that_is_full_is_said(source, tmp_path, monkeypatch, capsys):
    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(program, "quantise_checkpoint", full)
    assert program.main([str(source), str(tmp_path / "q")]) == 4
    assert f"error: {tmp_path / 'q'}: No space left on device" in capsys.readouterr().err
    monkeypatch.undo()
    (tmp_path / "file").write_text("no folder")
    assert program.main([str(source), str(tmp_path / "file" / "q")]) == 4
    assert f"error: {tmp_path / 'file'}" in capsys.readouterr().err
