"""What the benches refuse, before they begin: in a sentence, and with the exit codes of every program."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from bench import copying, decode, duel, flags, gpu, prefill, quantisation, serve, shapes
from bench.steps import step
from vlm.engine.engine import StepOutput
from vlm.errors import VLMError
from vlm.kernels.aten import Aten
from vlm.kernels.choice import Choice


@pytest.fixture
def bare(monkeypatch, tmp_path):
    """A machine that has nothing kept, a wheel that is not there, and no network."""
    monkeypatch.setenv("LECTOR_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("LECTOR_NANO_WHEEL", str(tmp_path / "absent.whl"))
    return tmp_path


@pytest.mark.parametrize("program", [duel, serve, copying, quantisation])
def test_where_nano_cannot_be_had_that_is_told(program, bare, capsys):
    words = {duel: ["--peer", "none", "--shape", "nano"], quantisation: ["docs/invoice.pdf"]}.get(program, [])
    assert program.main([*words, "--kernels", "aten"]) == 4
    assert f"error: {bare / 'absent.whl'} cannot be read" in capsys.readouterr().err


def test_the_peers_file_comes_from_the_same_wheel(bare, monkeypatch, capsys):
    monkeypatch.setattr(duel, "model_of", lambda *_: None)
    assert duel.main(["--peer", "none", "--shape", "nano", "--kernels", "aten"]) == 4
    assert "absent.whl cannot be read" in capsys.readouterr().err


def test_nano_and_kernels_are_kept_where_the_settings_say(bare, monkeypatch):
    asked = []
    monkeypatch.setattr(shapes, "resolve_model", lambda *args, **options: asked.append((*args, options)))
    monkeypatch.setattr(flags, "choose", lambda cache, dtype, name: asked.append(cache) or Choice(Aten(dtype)))
    shapes.nano_in(8)
    flags.kernels_called("auto")
    cache = bare / "cache"
    assert asked == [("nano", cache, bare / "absent.whl", {"nano_bits": 8}), cache]


@pytest.mark.parametrize("flag", [["--transformers"], ["--vllm", "python"]])
def test_peers_of_serving_are_of_nano_alone(flag, capsys):
    with pytest.raises(SystemExit) as caught:
        serve.main(["--shape", "0.3B", *flag])
    assert caught.value.code == 2 and "measure nano" in capsys.readouterr().err


@pytest.mark.parametrize("tokens", ["40", "41"])
def test_no_more_is_copied_than_there_is(tokens, capsys):
    with pytest.raises(SystemExit) as caught:
        copying.main(["--prompt", "40", "--tokens", tokens])
    assert caught.value.code == 2 and "must be the longer one" in capsys.readouterr().err


@pytest.mark.parametrize("program", [copying, decode, duel, gpu, prefill, serve])
def test_an_unknown_shape_is_told(program, capsys):
    with pytest.raises(SystemExit) as ended:
        program.main([*(["--peer", "none"] if program is duel else []), "--shape", "VL-29B"])
    assert ended.value.code == 2 and "'VL-29B' is part of none of baidu/ERNIE-4.5" in capsys.readouterr().err


def test_an_answer_that_failed_is_no_quick_one():
    engine = SimpleNamespace(step=lambda: [StepOutput(0, None, "abort", error=VLMError("overflowed"))])
    with pytest.raises(VLMError, match="overflowed"):
        step(engine)
