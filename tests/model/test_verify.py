"""`python -m app.verify` on toys: sound ones pass in both forms, each kind of damage is found and named."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer as Backend
from tokenizers import models, pre_tokenizers
from transformers import PreTrainedTokenizerFast

from app import verify, verify_oracle
from prompts.template import ChatTemplate
from tests.golden import toy
from vlm.config import ModelConfig

SPECIAL = {
    "<unk>": 0,
    "<s>": 1,
    "</s>": 2,
    "<think>": 3,
    "</think>": 4,
    "<|IMAGE_PLACEHOLDER|>": toy.IMAGE,
    "<|IMAGE_START|>": toy.IMAGE_START,
    "<|IMAGE_END|>": toy.IMAGE_END,
    "<|VIDEO_START|>": toy.VIDEO_START,
    "<|VIDEO_END|>": toy.VIDEO_END,
    "<|VIDEO_PLACEHOLDER|>": toy.VIDEO,
}
Checkpoint = Callable[..., Path]


def write_tokenizer(directory: Path, special: dict[str, int], template: str | None) -> None:
    words = {f"word{i}": i for i in range(toy.VOCAB) if i not in special.values()}
    words |= {"What": words.pop("word40"), "is": words.pop("word41"), "3": words.pop("word42")}
    backend = Backend(models.WordLevel({**words, **special}, unk_token="<unk>"))
    backend.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    backend.add_special_tokens(list(special))
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=backend, unk_token="<unk>", eos_token="</s>")
    tokenizer.chat_template = template
    tokenizer.save_pretrained(directory)


@pytest.fixture
def checkpoint(toys: Any, tmp_path: Path) -> Checkpoint:
    """A whole checkpoint: config and tensors of a toy, a tokenizer, a template, an image processor's settings."""

    def build(
        kind: str = "vl",
        naming: str = "hosted",
        special: dict[str, int] | None = None,
        template: str | None = "ernie_vl",
    ) -> Path:
        directory = tmp_path / "toy-model"
        shutil.copytree(toys(kind).directories[naming], directory)
        source = ChatTemplate.named(template).source if template and template.startswith("ernie") else template
        write_tokenizer(directory, special or SPECIAL, source)
        (directory / "preprocessor_config.json").write_text(json.dumps({"patch_size": toy.PATCH, "merge_size": 2}))
        return directory

    return build


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str]]:
    def call(*argv: object) -> tuple[int, str]:
        capsys.readouterr()
        code = verify.main([str(arg) for arg in argv])
        printed = capsys.readouterr()
        return code, printed.out + printed.err

    return call


def line(report: str, check: str) -> str:
    found = [line for line in report.splitlines() if re.match(rf"(ok|FAIL|skipped) +{check}", line)]
    assert len(found) == 1, report
    return found[0]


@pytest.mark.parametrize("naming", toy.NAMINGS)
def test_a_sound_checkpoint(checkpoint: Checkpoint, run: Any, naming: str) -> None:
    directory = checkpoint(naming=naming)
    code, report = run(directory)
    assert code == 0, report
    assert f"{naming} form" in line(report, "config") and "keys not known: none" in line(report, "config")
    assert "is ernie_vl, byte for byte" in line(report, "chat template")
    assert "<think> 3, </think> 4" in line(report, "token ids")
    assert line(report, "pictures").startswith("ok")
    for prompt in ("without a picture", "with a picture"):
        assert "20 of the top 20 shared, first choice the same" in line(report, f"logits {prompt}")
    assert "0 FAIL, 0 skipped" in report
    assert "Lector verify: toy-model" in report and f"torch {torch.__version__}" in report
    assert str(directory.parent) not in report and str(Path.home()) not in report


@pytest.mark.parametrize("kind", ["moe", "dense_untied"])
def test_a_text_only_checkpoint(checkpoint: Checkpoint, run: Any, kind: str) -> None:
    code, report = run(checkpoint(kind, template="ernie_text"))
    assert code == 0, report
    assert "a text-only model" in line(report, "pictures") and "with a picture" not in report.split("without")[1]


def test_half_precision(checkpoint: Checkpoint, run: Any) -> None:
    code, report = run(checkpoint(), "--dtype", "bfloat16")
    assert code == 0 and "dtype bfloat16" in report, report


@pytest.mark.parametrize("kind", ["vl", "vl_untied"])
def test_to_transformers_is_the_native_config(toys: Any, kind: str) -> None:
    built = verify_oracle.to_transformers(ModelConfig.load(toys(kind).directories["hosted"]))
    expected = ModelConfig.load(toys(kind).directories["native"])
    round_trip = ModelConfig.from_dict(json.loads(built.to_json_string(use_diff=False)))
    assert (round_trip.text, round_trip.vision, round_trip.tokens) == (expected.text, expected.vision, expected.tokens)


def edit_tensor(directory: Path, name: str, edit: Callable[[torch.Tensor], torch.Tensor] | None) -> None:
    tensors = load_file(directory / "model.safetensors")
    if edit is None:
        del tensors[name]
    else:
        tensors[name] = edit(tensors[name]).contiguous().clone()
    save_file(tensors, directory / "model.safetensors", metadata={"format": "pt"})


@pytest.mark.parametrize(
    "name, edit, message",
    [
        ("model.layers.1.mlp.gate.weight_1", None, "lacks model.layers.1.mlp.gate.weight_1"),
        ("model.layers.1.mlp.gate.weight", torch.Tensor.t, "1 misshapen: model.layers.1.mlp.gate.weight [8, 64]"),
        ("model.norm.weight", lambda x: x[1:], "1 misshapen: model.norm.weight [63]"),
    ],
)
def test_broken_tensors(checkpoint: Checkpoint, run: Any, name: str, edit: Any, message: str) -> None:
    directory = checkpoint()
    edit_tensor(directory, name, edit)
    code, report = run(directory)
    assert code == 1 and message in line(report, "tensors")
    assert line(report, "pictures and logits").startswith("skipped")
    assert str(directory.parent) not in report


def test_logits_that_differ(checkpoint: Checkpoint, run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A runtime that computes something else is found out."""
    monkeypatch.setattr("vlm.model.decoder.rotate_pairs", lambda x, cos, sin: x)
    code, report = run(checkpoint())
    assert code == 1 and line(report, "logits without a picture").startswith("FAIL")


def test_unknown_keys_are_reported(checkpoint: Checkpoint, run: Any) -> None:
    directory = checkpoint(naming="native")
    raw = json.loads((directory / "config.json").read_text())
    raw["text_config"]["attention_sinks"] = 5
    raw["vision_config"]["window_size"] = 7
    (directory / "config.json").write_text(json.dumps({**raw, "use_qk_norm": True}))
    _, report = run(directory, "--skip-transformers")
    keys = line(report, "config").split("keys not known: ")[1].split(", ")
    assert keys == ["use_qk_norm", "vision_config.window_size", "text_config.attention_sinks"]


def test_a_template_that_writes_otherwise(checkpoint: Checkpoint, run: Any) -> None:
    source = ChatTemplate.named("ernie_vl").source.replace("'User: '", "'Human: '")
    code, report = run(checkpoint(template=source), "--skip-transformers")
    found = line(report, "chat template")
    assert code == 1 and found.startswith("FAIL") and "'Human: " in found and "'User: " in found


def test_a_template_that_is_only_worded_otherwise(checkpoint: Checkpoint, run: Any) -> None:
    source = "{#- the same -#}" + ChatTemplate.named("ernie_vl").source
    code, report = run(checkpoint(template=source), "--skip-transformers")
    assert code == 0 and "differs from ernie_vl, but writes the same 15 prompts" in line(report, "chat template")


def test_token_ids_that_are_elsewhere(checkpoint: Checkpoint, run: Any) -> None:
    special = {**SPECIAL, "<|IMAGE_START|>": toy.IMAGE_END, "<|IMAGE_END|>": toy.IMAGE_START}
    code, report = run(checkpoint(special=special), "--skip-transformers")
    assert code == 1
    assert "image_start_token_id is 101, the tokenizer has <|IMAGE_START|> at 102" in line(report, "token ids")


def test_a_processor_for_other_patches(checkpoint: Checkpoint, run: Any) -> None:
    directory = checkpoint()
    (directory / "preprocessor_config.json").unlink()
    code, report = run(directory)
    assert code == 1 and "patch and merge size are (14, 2), the config says (4, 2)" in line(report, "pictures")


def test_parts_that_are_missing_are_skipped(toys: Any, run: Any) -> None:
    """No tokenizer: said, not crashed on."""
    code, report = run(toys("dense").directories["native"])
    assert code == 0 and line(report, "chat template").startswith("skipped")
    assert line(report, "token ids").startswith("skipped") and line(report, "logits").startswith("ok")


def test_no_template_is_skipped(checkpoint: Checkpoint, run: Any) -> None:
    code, report = run(checkpoint(template=None), "--skip-transformers")
    assert code == 0 and "the tokenizer carries none" in line(report, "chat template")


def test_too_little_memory_is_said_before_loading(
    checkpoint: Checkpoint, run: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verify_oracle, "free_memory", lambda device: 1000)
    monkeypatch.setattr(verify, "compare_logits", lambda *_: pytest.fail("loaded all the same"))
    code, report = run(checkpoint())
    assert code == 4 and re.search(r"needs [\d.e-]+ GiB of memory, .* try --dtype bfloat16", report)


def test_a_quantised_checkpoint_is_no_failure(checkpoint: Checkpoint, run: Any) -> None:
    directory = checkpoint()
    raw = json.loads((directory / "config.json").read_text())
    (directory / "config.json").write_text(json.dumps(raw | {"lector_quantisation": {"bits": 8, "group_size": 64}}))
    code, said = run(directory)
    assert code == 2 and "was quantised by Lector" in said and "FAIL" not in said


def test_no_config(tmp_path: Path, run: Any) -> None:
    code, report = run(tmp_path)
    assert code == 1 and "has no config.json" in report and str(tmp_path.parent) not in report


def test_usage(tmp_path: Path, run: Any) -> None:
    assert run()[0] == 2
    assert run(tmp_path, "--dtype", "int3")[0] == 2
    code, message = run(tmp_path, "--device", "tpu")
    assert code == 2 and "device 'tpu' is not known" in message
    code, message = run(tmp_path / "nowhere")
    assert code == 4 and "neither a directory" in message
    assert run("--help")[0] == 0
