"""What ships of our training: small, exact to half a step of its scales, and found again in the built checkpoint."""

from __future__ import annotations

import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors import safe_open

from prompts.messages import Message
from prompts.tasks import NOT_FOUND
from prompts.template import ChatTemplate
from vlm.config import ModelConfig
from vlm.generation_config import GenerationConfig
from vlm.model.attention import AttnMetadata
from vlm.model.positions import rope_positions
from vlm.nano import trained as trained_module
from vlm.nano.checkpoint import build
from vlm.nano.config import NanoShape
from vlm.nano.trained import (
    UPDATE_DOWN,
    UPDATE_UP,
    WEIGHTS,
    Trained,
    pack,
    quantise,
    read_trained,
    unpack,
    write_sight,
    write_trained,
)
from vlm.tokenizer import Tokenizer
from vlm.weights import load_model

EXPERTS = "language_model.layers.1.mlp.text_moe.experts.down_proj"
GATE = "language_model.layers.1.mlp.text_moe.gate.weight"
QUERY = "language_model.layers.0.self_attn.q_proj.weight"
MEGABYTE = 10**6


@settings(max_examples=30)
@given(st.integers(0, 10**6), st.floats(1e-4, 1e3), st.sampled_from([6, 8]))
def test_quantised_rows_are_off_by_half_a_step_at_most(seed, size, bits):
    tensor = torch.randn(3, 5, 7, generator=torch.Generator().manual_seed(seed)) * size
    whole, scales = quantise(tensor, bits)
    most = 2 ** (bits - 1) - 1
    assert whole.dtype == torch.int8 and scales.shape == (3, 5, 1) and int(whole.abs().max()) <= most
    steps = (whole * scales.float() - tensor).abs() / scales.float()
    assert float(steps.max()) <= 0.5 + most * 2**-8  # the scale itself is rounded to 16 bits


@settings(max_examples=30)
@given(st.lists(st.lists(st.integers(-32, 31), min_size=8, max_size=8), min_size=1, max_size=5))
def test_packed_numbers_come_back(rows):
    whole = torch.tensor(rows, dtype=torch.int8)
    packed = pack(whole)
    assert packed.dtype == torch.uint8 and packed.shape == (len(rows), 6)
    assert torch.equal(unpack(packed), whole)


def test_four_numbers_lie_in_three_bytes_low_bits_first():
    assert pack(torch.tensor([[-32, -31, 31, 0]], dtype=torch.int8)).tolist() == [
        [0b01_000000, 0b1111_0000, 0b100000_11]
    ]


def test_a_row_of_zeros_stays_zero():
    whole, scales = quantise(torch.zeros(2, 4))
    assert torch.equal(whole * scales, torch.zeros(2, 4))


def test_written_and_read(tmp_path):
    shape = NanoShape((1, 2), experts=4, width=8, top_k=2)
    up, down = torch.randn(6, 2), torch.randn(2, 5)
    tensors = {EXPERTS: torch.randn(4, 3, 8), GATE: torch.randn(4, 3), QUERY + UPDATE_UP: up, QUERY + UPDATE_DOWN: down}
    write_trained(shape, tensors, tmp_path / "text.safetensors", {"steps": "3"})
    trained = read_trained(tmp_path / "text.safetensors")
    assert trained.shape == shape
    assert torch.equal(trained.tensors[GATE], tensors[GATE]), "routers choose: they are kept whole"
    assert torch.allclose(trained.tensors[EXPERTS], tensors[EXPERTS], atol=0.07)
    assert set(trained.tensors) == {EXPERTS, GATE}
    assert torch.allclose(trained.updates[QUERY], up @ down, atol=0.3)


def test_the_shipped_weights_keep_to_their_quota():
    assert WEIGHTS.stat().st_size <= 9 * MEGABYTE
    with safe_open(WEIGHTS, framework="pt") as file:
        assert {"shape", "steps", "questions"} <= set(file.metadata())


def text_logits(directory):
    model = load_model(directory, ModelConfig.load(directory))
    ids = list(range(1000, 1100))
    positions, _ = rope_positions(ids, [], ())
    return model.compute_logits(model(torch.tensor(ids), positions, AttnMetadata([len(ids)])))


def test_without_our_parts_the_text_path_is_the_bases_to_the_bit(tmp_path, base_gguf, untrained_dir):
    """Routed experts that add nothing, against the same weights with no routed experts at all."""
    build(base_gguf, tmp_path, Trained(NanoShape(sparse_layers=()), {}, {}))
    assert torch.equal(text_logits(untrained_dir), text_logits(tmp_path))


def test_the_built_checkpoint_holds_base_and_update(untrained_dir, nano_dir):
    trained = read_trained()
    with_them = load_model(nano_dir, ModelConfig.load(nano_dir)).state_dict()
    without = load_model(untrained_dir, ModelConfig.load(untrained_dir)).state_dict()
    assert trained.updates and trained.tensors
    for name, update in trained.updates.items():
        assert torch.equal(with_them[name], without[name] + update), name
    for name, tensor in trained.tensors.items():
        assert torch.equal(with_them[name], tensor), name


def test_how_much_sooner_it_refuses_is_the_checkpoints(nano_dir):
    """Where an answer begins, in both modes, behind what a thought calls by its name, and nowhere else."""
    tokenizer, trained = Tokenizer.load(nano_dir), read_trained()
    biases = GenerationConfig.load(nano_dir).sequence_bias
    prompt = ChatTemplate(tokenizer.chat_template).render([Message.of("user", "x")], enable_thinking=False)
    places = {
        prompt.text: trained.refusal_bias,
        "<think>\nx\n</think>\n": trained.refusal_bias,
        "<think>\ndue date: ": trained.thought_refusal_bias,
        "<think>\nFloor (if any): ": trained.thought_refusal_bias,
        "<think>\nThe due date is ": 0.0,
    }
    assert trained.refusal_bias > 0 and trained.thought_refusal_bias > 0
    for before, bias in places.items():
        ids, ahead = tokenizer.encode(before + NOT_FOUND), len(tokenizer.encode(before.rstrip(" ")))
        assert biases.get((ids[ahead - 1], ids[ahead]), 0.0) == bias, before


def test_the_base_alone_is_decoded_as_it_is(nano_dir, untrained_dir):
    assert not GenerationConfig.load(untrained_dir).sequence_bias
    assert GenerationConfig.load(nano_dir).exact_sums and not GenerationConfig.load(untrained_dir).exact_sums
    assert GenerationConfig.load(nano_dir).think_below and not GenerationConfig.load(untrained_dir).think_below


def test_what_sees_ships_in_shards_and_is_found_again(tmp_path, monkeypatch):
    monkeypatch.setattr(trained_module, "SHARD", 3000)
    write_trained(NanoShape((1, 2), experts=4, width=8), {GATE: torch.randn(4, 3)}, tmp_path / "text.safetensors", {})
    assert not read_trained(tmp_path / "text.safetensors").sees
    sight = {
        "vision_tower.ln.weight": torch.randn(9),
        "resampler_model.mlp.weight": torch.randn(20, 40),
        "vision_tower.blocks.0.attn.qkv.weight": torch.randn(30, 40),
        GATE.replace("text_moe", "vision_moe"): torch.randn(4, 3),
    }
    many = write_sight(sight, tmp_path, True, {"steps": "1"})
    assert len(many) == 2 and all(path.stat().st_size <= 3000 for path in many)
    back = read_trained(tmp_path / "text.safetensors")
    assert back.sees and set(back.tensors) == {GATE, *sight}
    for name, tensor in sight.items():
        assert torch.allclose(back.tensors[name], tensor, atol=0.03), name
    assert torch.equal(back.tensors["vision_tower.ln.weight"], sight["vision_tower.ln.weight"])
    monkeypatch.setattr(trained_module, "SHARD", 10**6)
    (one,) = write_sight(sight, tmp_path, False, {"steps": "2"})
    assert sorted(tmp_path.glob("sight-*")) == [one], "older shards would be read too"
    assert not read_trained(tmp_path / "text.safetensors").sees
