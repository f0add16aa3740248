"""The model that is trained is the model that runs: same numbers before the first step, in packs and alone."""

from __future__ import annotations

import json
from dataclasses import asdict, replace

import pytest
import torch
from safetensors.torch import save_file
from tokenizers import Tokenizer

from preprocess.document import Box, Line, PageText, Word
from prompts.evidence import build
from prompts.template import ChatTemplate
from tests.toy_checkpoint import write_toy
from train import loop, state
from train.low_rank import SCALE, LowRankLinear
from train.packing import Packer, Turn, collate
from train.shapes import Shape
from train.trainee import DenseExperts, routers, trained_tensors, trainee
from vlm.config import ModelConfig
from vlm.errors import CheckpointError
from vlm.model.attention import AttnMetadata
from vlm.weights import load_model

SHAPE = Shape((1, 2), experts=4, width=16, top_k=2, rank=4, low_rank_layers=2)
TURNS = [Turn("Total?", "9.00"), Turn("Who?", "ACME", "Who: ACME\nACME"), Turn("When?", "not found")]


@pytest.fixture(scope="module")
def toy(tmp_path_factory):
    return write_toy(tmp_path_factory.mktemp("toy"), untrained=True)


@pytest.fixture
def packer(toy):
    tokenizer = Tokenizer.from_file(str(toy / "tokenizer.json"))
    return Packer(ChatTemplate.named("chatml"), lambda text: tokenizer.encode(text, add_special_tokens=False).ids)


@pytest.fixture
def evidence():
    texts = ["ACME Ltd", "Total  9.00"]
    lines = tuple(Line(text, (Word(text, Box(0, 0, 1, 1)),)) for text in texts)
    return build([(1, PageText(lines, "text"))], 1)


def stirred(model):
    """The fresh parts as if they had been trained."""
    torch.manual_seed(3)
    for tensor in trained_tensors(model).values():
        tensor.add_(torch.randn_like(tensor) * 0.2)
    return model


def logits(model, batch):
    with torch.no_grad():
        return model.compute_logits(model(batch.ids, batch.positions, batch.mask))


def test_before_the_first_step_it_is_the_base(toy, packer, evidence):
    row = packer.row(evidence, TURNS[:1], 500)
    batch = collate([row])
    mine = logits(
        trainee(toy, Shape((1, 2), experts=4, width=16, rank=4, low_rank_layers=3), torch.float32, "cpu"), batch
    )
    base = load_model(toy, ModelConfig.load(toy))
    for layer in base.language_model.layers[1:]:
        layer.mlp.text_moe.experts.down_proj.data.zero_()
    count = len(row.ids)
    with torch.no_grad():
        hidden = base(batch.ids[:count], batch.positions[:, :count], AttnMetadata([count]))
        theirs = base.compute_logits(hidden)
    assert torch.allclose(mine[:count], theirs, atol=1e-4 * float(theirs.abs().max()))


def test_packed_questions_do_not_see_one_another(toy, packer, evidence):
    model = stirred(trainee(toy, SHAPE, torch.float32, "cpu"))
    together = packer.row(evidence, TURNS, 2000)
    batch = collate([together])
    packed = logits(model, batch)
    for number, turn in enumerate(TURNS, 1):
        alone_row = packer.row(evidence, [turn], 2000)
        alone = logits(model, collate([alone_row]))
        mine = packed[batch.parts.flatten() == number]
        document = sum(part == 0 for part in alone_row.parts)
        assert torch.allclose(mine, alone[document : len(alone_row.ids)], atol=1e-4)


@pytest.mark.parametrize("merges", [[], [["Ċ", "Ċ"]]])
def test_a_row_is_the_prompt_of_the_answering_model_to_the_token(toy, evidence, merges):
    """Document and question are encoded apart; the processor encodes them as one text, and nano's merges line ends."""
    from prompts.tasks import ask

    told = json.loads((toy / "tokenizer.json").read_text("utf-8"))
    told["model"]["merges"] = merges
    told["model"]["vocab"] |= {"".join(pair): 300 + number for number, pair in enumerate(merges)}
    tokenizer = Tokenizer.from_str(json.dumps(told))
    packer = Packer(ChatTemplate.named("chatml"), lambda text: tokenizer.encode(text, add_special_tokens=False).ids)
    for turn in TURNS:
        row = packer.row(evidence, [turn], 2000)
        prompt = packer.template.render(ask(evidence, turn.question), enable_thinking=turn.thinking is not None).text
        thought = f"{turn.thinking}\n</think>\n" if turn.thinking else ""
        assert row.ids == packer.encode(f"{prompt}{thought}{turn.answer}<|im_end|>")


def test_only_answers_are_learned(packer, evidence):
    row = packer.row(evidence, TURNS[:2], 2000)
    learned = [target for target, weight in zip(row.targets, row.weights, strict=True) if weight > 0]
    said = [packer.encode("9.00<|im_end|>"), packer.encode("Who: ACME\nACME\n</think>\nACME<|im_end|>")]
    assert learned == said[0] + said[1]


def test_rows_that_are_too_long_lose_questions_not_tokens(packer, evidence):
    whole = packer.row(evidence, TURNS, 2000)
    shorter = packer.row(evidence, TURNS, len(whole.ids) - 1)
    assert len(shorter.tasks) == 2
    assert packer.row(evidence, TURNS, 10) is None


def test_dense_experts_give_the_routed_sum_and_count_the_chosen(toy):
    model = stirred(trainee(toy, SHAPE, torch.float32, "cpu"))
    dense = next(module for module in model.modules() if isinstance(module, DenseExperts))
    x = torch.randn(20, 64)
    weights, indices = dense.gate(x)
    expected = dense.experts(x, weights, indices)
    dense.counts.zero_()
    assert torch.allclose(dense(x), expected, atol=1e-5)
    assert dense.counts.tolist() == torch.bincount(indices.flatten(), minlength=4).tolist()


def test_padding_is_not_balanced(toy, packer, evidence):
    """It is one token, over and over: counted, it would turn text away from the experts that it chooses."""
    model = stirred(trainee(toy, SHAPE, torch.float32, "cpu"))
    rows = [packer.row(evidence, TURNS, 2000), packer.row(evidence, TURNS[:1], 2000)]
    batch = collate(rows)
    loop.loss_of(model, batch)
    together = [routed.counts.tolist() for routed in routers(model)]
    places = sum(len(row.ids) for row in rows)
    assert places < batch.ids.numel() and all(sum(counts) == SHAPE.top_k * places for counts in together)
    for routed in routers(model):
        routed.counts.zero_()
    for row in rows:
        loop.loss_of(model, collate([row]))
    assert together == [routed.counts.tolist() for routed in routers(model)]
    assert all(routed.is_real is None for routed in routers(model)), "of this batch alone"


def test_low_rank_update_is_what_ships():
    torch.manual_seed(0)
    base = torch.nn.Linear(12, 8, bias=False)
    update = LowRankLinear(base, rank=3)
    x = torch.randn(5, 12)
    assert torch.equal(update(x), base(x))
    torch.nn.init.normal_(update.b)
    merged = torch.nn.functional.linear(x, base.weight + (update.b * SCALE) @ update.a)
    assert torch.allclose(update(x), merged, atol=1e-5)


def test_state_comes_back_and_another_shape_is_refused(toy, tmp_path):
    model = stirred(trainee(toy, SHAPE, torch.float32, "cpu"))
    state.save(model, SHAPE, 7, 70, tmp_path / "state.safetensors")
    fresh = trainee(toy, SHAPE, torch.float32, "cpu", seed=9)
    assert state.resume(fresh, SHAPE, tmp_path / "state.safetensors") == (7, 70)
    for name, tensor in trained_tensors(model).items():
        assert torch.equal(tensor, trained_tensors(fresh)[name]), name
    with pytest.raises(CheckpointError, match="another shape"):
        state.resume(fresh, replace(SHAPE, rank=8), tmp_path / "state.safetensors")


def test_a_state_of_before_a_field_of_its_shape_existed_goes_on(toy, tmp_path):
    model = stirred(trainee(toy, SHAPE, torch.float32, "cpu"))
    early = {name: value for name, value in asdict(SHAPE).items() if name != "mlp_rank"}
    about = {"shape": json.dumps(early), "steps": "7", "seen": "70"}
    path = tmp_path / "state.safetensors"
    save_file({name: tensor.contiguous() for name, tensor in trained_tensors(model).items()}, path, about)
    assert state.resume(trainee(toy, SHAPE, torch.float32, "cpu"), SHAPE, path) == (7, 70)
    wider = replace(SHAPE, low_rank_layers=3, mlp_rank=2)
    with pytest.raises(CheckpointError):
        state.resume(trainee(toy, wider, torch.float32, "cpu"), wider, path)


def test_only_the_new_parts_are_trained(toy):
    model = trainee(toy, SHAPE, torch.float32, "cpu")
    learning = {name for name, parameter in model.named_parameters() if parameter.requires_grad}
    assert learning == {name for name in trained_tensors(model) if "correction_bias" not in name}


def test_a_trained_base_is_refused(tmp_path):
    """Its updates would be added twice, and nobody would notice but by worse answers."""
    with pytest.raises(CheckpointError, match="--untrained"):
        trainee(write_toy(tmp_path), SHAPE, torch.float32, "cpu")
