"""The engine's benches on small models: that they run, say what they measured, and reckon as they should."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path

import gguf
import pymupdf
import pytest
import torch

from bench import copying, decode, duel, flags, gpu, prefill, quantisation, repeat, serve, vision
from bench.llama import write_gguf
from bench.quantisation import Reading, compare, perplexity
from bench.shapes import plain_model, random_model, text_shape, whole_shape
from bench.text_half import in_transformers
from tests.toy_checkpoint import write_toy
from vlm.engine.model_runner import ModelRunner
from vlm.family import weigh
from vlm.kernels.aten import Aten
from vlm.kernels.choice import Choice
from vlm.model.attention import AttnMetadata
from vlm.model.ernie_vl import ErnieVL
from vlm.quantisation import Quantisation


@pytest.fixture(scope="module")
def toy(tmp_path_factory):
    return str(write_toy(tmp_path_factory.mktemp("toy")))


def last_json(capsys):
    return json.loads(capsys.readouterr().out.splitlines()[-1])


def test_decode_says_its_share_of_what_memory_allows(capsys, monkeypatch):
    monkeypatch.setattr(decode, "read_bandwidth", lambda: 10e9)
    words = ["--shape", "0.3B", "--layers", "1", "--contexts", "8,40", "--tokens", "2", "--rounds", "1"]
    assert decode.main([*words, "--kernels", "aten"]) == 0
    told = last_json(capsys)
    weight = weigh(text_shape("0.3B", 1), torch.bfloat16, Quantisation(4, 128))
    assert [row["context"] for row in told["rounds"]] == [8, 40]
    for row in told["rounds"]:
        read = weight.per_token + row["context"] * weight.kv_per_token
        assert row["share"] == pytest.approx(read * row["tok_s"] / 10e9)


def test_prefill_reads_words_and_pictures(capsys, monkeypatch):
    small = {"moe_num_experts": (8, 8), "moe_intermediate_size": (32, 16), "hidden_size": 64, "head_dim": 32}
    config = whole_shape("VL-28B", 2)
    text = replace(config.text, **small, intermediate_size=96, num_attention_heads=2, num_key_value_heads=1)
    vision = replace(config.vision, depth=1, hidden_size=32, num_heads=2, intermediate_size=64)
    monkeypatch.setattr(prefill, "whole_shape", lambda name, layers: replace(config, text=text, vision=vision))
    words = ["--tokens", "40,1100", "--rounds", "1", "--kernels", "aten"]
    assert prefill.main([*words, "--pictures", "0.9"]) == 0
    assert [row["tokens"] for row in last_json(capsys)["rounds"]] == [40, 1100]
    assert prefill.main([*words, "--shape", "0.3B", "--layers", "1"]) == 0
    assert all(row["tok_s"] == row["tokens"] / row["seconds"] for row in last_json(capsys)["rounds"])


def test_a_tower_is_compared_with_the_same_weights(capsys):
    assert vision.main(["--grid", "4x6", "--depth", "1", "--rounds", "2", "--kernels", "aten"]) == 0
    told = last_json(capsys)
    assert told["patches"] == 24 and len(told["rounds"]) == 2
    assert 0 < told["error"] < 0.05, "in 8 bits, but not in other weights"


def test_a_shape_is_written_for_llama(tmp_path):
    """Every number of the shape, in blocks of 18 bytes, and as many parameters as the model has."""
    config = text_shape("VL-28B", 2)
    text = replace(config.text, vocab_size=64, hidden_size=64, intermediate_size=96, moe_num_experts=(4,))
    small = replace(config, text=replace(text, moe_intermediate_size=(32,), head_dim=32, num_attention_heads=4))
    write_gguf(tmp_path / "x.gguf", small)
    reader = gguf.GGUFReader(tmp_path / "x.gguf")
    assert reader.get_field("ernie4_5-moe.expert_used_count").contents() == 6
    written = sum(int(tensor.n_elements) for tensor in reader.tensors)
    assert written == sum(parameter.numel() for parameter in ErnieVL(small).parameters())
    quantised = [tensor for tensor in reader.tensors if tensor.tensor_type == gguf.GGMLQuantizationType.Q4_0]
    assert len(quantised) == 1 + 2 * 4 + 3 + 2 * 3
    assert all(tensor.n_bytes == tensor.n_elements // 32 * 18 for tensor in quantised)


def test_a_duel_takes_turns(capsys, monkeypatch):
    """A peer that takes half a second for everything."""

    class Slow:
        def __init__(self, python, path, context, threads):
            assert path.exists() and context == 40 + 2

        __enter__ = lambda self: self  # noqa: E731
        __exit__ = lambda self, *error: None  # noqa: E731

        def measure(self, prompt, tokens):
            return 0.5, [0.5] * tokens

    monkeypatch.setattr(duel, "Llama", Slow)
    monkeypatch.setattr(duel, "read_bandwidth", lambda: 10e9)
    words = ["--peer", "none", "--shape", "0.3B", "--layers", "1", "--prompts", "12,40", "--tokens", "2"]
    assert duel.main([*words, "--rounds", "2", "--kernels", "aten"]) == 0
    rows = last_json(capsys)["rounds"]
    assert [row["prompt"] for row in rows] == [12, 12, 40, 40]
    assert all(row["decode_llama"] == row["prefill_llama"] == 0.5 and row["decode"] > 0 for row in rows)


def test_a_peer_that_is_not_there_is_told(capsys):
    words = ["--peer", sys.executable, "--shape", "0.3B", "--layers", "1", "--kernels", "aten"]
    assert duel.main(words) == 4 and "ended with code 1" in capsys.readouterr().err


def test_random_models_have_the_shape_and_stay_finite():
    config = text_shape("VL-28B", 2)
    text = config.text
    assert not text.has_vision_experts and text.mlp_layer_types == ("dense", "sparse")
    small = text_shape("0.3B", 2)
    model = random_model(small, Quantisation(4, 64), Choice(Aten(torch.bfloat16)))
    with torch.inference_mode():
        hidden = model(torch.arange(5), torch.arange(5).expand(3, -1), AttnMetadata([5]))
    assert hidden.isfinite().all() and hidden.std() > 0.1


def test_tokens_of_random_models_choose_their_experts_apart():
    """Eight that choose six of 64 each meet 35 of them, if they choose by chance."""

    class Listening(Aten):
        def experts(self, x, weights, indices, prepared):
            chosen.append(len(indices.unique()))
            return super().experts(x, weights, indices, prepared)

    chosen: list[int] = []
    shape = text_shape("VL-28B", 4)
    text = replace(shape.text, vocab_size=512, hidden_size=256, intermediate_size=64, moe_intermediate_size=(32,))
    small = replace(shape, text=replace(text, head_dim=32, num_attention_heads=4, num_key_value_heads=2))
    model = random_model(small, Quantisation(4, 128), Choice(Listening(torch.bfloat16)))
    with torch.inference_mode():
        model(torch.arange(8), torch.arange(8).expand(3, -1), AttnMetadata([8]))
    routed = [count for count in chosen if count > 1]  # the others are shared experts
    assert len(routed) == 3 and min(routed) > 25


def test_answers_side_by_side_are_counted(capsys):
    words = ["--shape", "0.3B", "--layers", "1", "--prompt", "8", "--tokens", "4", "--streams", "1,3"]
    assert serve.main([*words, "--rounds", "2", "--kernels", "aten"]) == 0
    rows = last_json(capsys)["rounds"]
    assert len(rows) == 2 and all(row["lector 1"] > 0 and row["lector 3"] > 0 for row in rows)


def test_a_second_question_is_compared_with_the_first(toy, capsys):
    assert repeat.main(["docs/invoice.pdf", "--rounds", "2", "--model", toy, "--max-evidence-tokens", "800"]) == 0
    told = last_json(capsys)
    assert len(told["rounds"]) == 2 and all(row["first"] > 0 and row["second"] > 0 for row in told["rounds"])


def test_each_round_reads_its_prompt_and_encodes_its_picture_anew(toy, tmp_path, capsys, monkeypatch):
    """Whatever the settings keep on the disk; the second question of a round finds it in memory."""
    encode, encoded, run, read = ErnieVL.embed_images, [], ModelRunner.run, []
    monkeypatch.setattr(ErnieVL, "embed_images", lambda *args: encoded.append(1) or encode(*args))
    monkeypatch.setattr(
        ModelRunner, "run", lambda self, batch: read.append(sum(item.num_tokens for item in batch)) or run(self, batch)
    )
    monkeypatch.setenv("LECTOR_CACHE", str(tmp_path / "cache"))
    with pymupdf.open() as document:
        document.new_page(width=200, height=100).insert_text((20, 40), "Total 57.30")
        document.save(tmp_path / "a.pdf")
    words = ["--rounds", "2", "--model", toy, "--picture-cache-mb", "64"]
    assert repeat.main([str(tmp_path / "a.pdf"), *words]) == 0
    assert len(encoded) == 1 + 2 and not list(tmp_path.rglob("*.safetensors*"))
    assert sum(count > read[0] // 2 for count in read) == 1 + 2, "a second question reads no more than its own end"


class Counting(Aten):
    """Torch's own kernels, which say how often they were asked."""

    calls = 0

    def linear(self, *args, **options):
        type(self).calls += 1
        return super().linear(*args, **options)


@pytest.fixture
def documents(tmp_path):
    """Two documents of some 700 words each, none of which is in both."""
    paths = []
    for number in range(2):
        with pymupdf.open() as document:
            page = document.new_page()
            for row in range(60):
                page.insert_text((40, 30 + 13 * row), " ".join(f"{number}w{row}x{k}" for k in range(12)), fontsize=6)
            document.save(tmp_path / f"{number}.pdf")
        paths.append(str(tmp_path / f"{number}.pdf"))
    return paths


def test_no_document_scores_what_it_calibrated(documents):
    scored, seen = quantisation.parted([Path(path) for path in documents * 2], lambda text: list(text.encode()))
    texts = ["".join(map(chr, torch.cat(part).tolist())) for part in (scored, seen)]
    assert "0w5x3" in texts[0] and "1w" not in texts[0] and "1w5x3" in texts[1] and "0w" not in texts[1]
    assert quantisation.passages([Path(documents[0])], lambda text: [1] * 511) == [], "no passage is shorter"


def test_of_one_document_nothing_can_be_calibrated(documents, toy, capsys):
    with pytest.raises(SystemExit):
        quantisation.main([documents[0], "--model", toy, "--kernels", "aten"])
    assert "those that calibrate 0" in capsys.readouterr().err


def test_what_bits_cost_is_said_for_every_form(toy, documents, capsys, monkeypatch):
    """On the kernels that users get, whichever these are."""
    asked = []
    monkeypatch.setattr(
        flags, "choose", lambda cache, dtype, name: asked.append(name) or Choice(Counting(dtype, "counting"))
    )
    assert quantisation.main([*documents, "--model", toy]) == 0
    out = capsys.readouterr().out
    assert asked == ["auto"] and Counting.calls and "of fewer bits on counting |" in out
    told = json.loads(out.splitlines()[-1])
    rows = told["rows"]
    assert told["kernels"] == "counting"
    assert rows[0]["form"] == "16 bits" and rows[0]["same_top"] == 1.0 and rows[0]["worst_error"] == 0.0
    by_form = {row["form"]: row["worst_error"] for row in rows}
    assert by_form["8 bits, groups of 64"] < by_form["4 bits, groups of 64"]
    assert 0 < by_form["16 bits, keys and values in int8"] < by_form["4 bits, groups of 32"]
    assert len(rows) == 2 + len(quantisation.FORMS)


def test_reckoning_by_hand():
    """Two tokens, two words: the first pass says the right next word with 3/4."""
    logits = torch.tensor([[0.0, 3.0], [1.0, 0.0]]).log().clamp(min=-30)
    ids = [torch.tensor([0, 1])]
    reference = Reading(torch.tensor([[1.0, 3.0], [1.0, 0.0]]).log().clamp(min=-30), torch.ones(1, 2, 2))
    assert perplexity(reference, ids) == pytest.approx(4 / 3)
    row = compare("x", Reading(logits, 1.5 * torch.ones(1, 2, 2)), reference, ids)
    assert (row.same_top, row.median_error) == (1.0, 0.5)


def test_copying_is_counted_in_passes(capsys):
    """Torch's own kernels draft nothing: both ways take a pass a token."""
    words = ["--shape", "0.3B", "--layers", "1", "--prompt", "40", "--tokens", "6", "--rounds", "1"]
    assert copying.main([*words, "--kernels", "aten"]) == 0
    (row,) = last_json(capsys)["rounds"]
    assert row["plain passes"] == row["passes"] == 6 and row["in vain"] == 0


def test_a_gpu_is_measured_against_the_same_weights(capsys, monkeypatch):
    """On the processor here: what is run is the same but for the recordings."""
    shape = text_shape("VL-28B", 3)
    small = {"hidden_size": 64, "head_dim": 32, "num_attention_heads": 2, "num_key_value_heads": 1}
    text = replace(shape.text, **small, intermediate_size=96, moe_num_experts=(8,), moe_intermediate_size=(32,))
    monkeypatch.setattr(gpu, "text_shape", lambda name, layers: replace(shape, text=text))
    monkeypatch.setattr(gpu, "READ_BYTES", 4 * 10**6)
    words = ["--device", "cpu", "--contexts", "9,600", "--streams", "1,2", "--tokens", "3", "--rounds", "1"]
    assert gpu.main(words) == 0
    rows = last_json(capsys)["rounds"]
    assert [(row["context"], row["streams"]) for row in rows] == [(9, 1), (9, 2), (600, 1), (600, 2)]
    assert all(row[name]["tok_s"] > 0 for row in rows for name in ("lector", "lector, not recorded", "transformers"))


@torch.inference_mode()
def test_the_peer_on_a_gpu_computes_the_same(monkeypatch):
    """Over the same weights, so the same logits, if each lies where it belongs."""
    shape = text_shape("VL-28B", 2)
    small = {"hidden_size": 64, "head_dim": 32, "num_attention_heads": 2, "num_key_value_heads": 1}
    text = replace(shape.text, **small, intermediate_size=96, moe_num_experts=(8,), moe_intermediate_size=(32,))
    model = plain_model(replace(shape, text=text), "cpu").float()
    ids = torch.arange(20, 40)
    hidden = model(ids, torch.arange(20).expand(3, -1), AttnMetadata([20]))
    theirs = in_transformers(model)(input_ids=ids[None]).logits[0]
    torch.testing.assert_close(model.compute_logits(hidden), theirs, rtol=1e-3, atol=1e-3)
