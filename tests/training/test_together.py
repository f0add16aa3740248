"""Text and sight that learn together: as each alone before the first step, and apart again where they ship."""

from __future__ import annotations

import json
import shutil
from dataclasses import asdict, replace

import pytest
import torch
from safetensors.torch import load_file, save_file

from tests.toy_checkpoint import write_toy
from tests.training.pictures import blank, row_of
from train import lease, loop, ship, state
from train.command import packer_of
from train.nano_sight import eyes_of
from train.packing import Turn, collate, seen
from train.shapes import JointShape, Shape, SightShape
from train.sight_trainee import joint_trainee, sight_trainee
from train.trainee import trained_tensors, trainee
from vlm.errors import CheckpointError

TEXT = Shape((1, 2), experts=4, width=16, top_k=2, rank=4, low_rank_layers=2, mlp_rank=2)


@pytest.fixture(scope="module")
def bare(tmp_path_factory):
    """A base that has learned neither to read nor to see."""
    return write_toy(tmp_path_factory.mktemp("bare"), use_image_tokens=False, untrained=True)


@pytest.fixture(scope="module")
def packer(bare):
    return packer_of(bare, eyes_of(bare))


def stirred(model, seed):
    """Everything that learns, as if it had."""
    torch.manual_seed(seed)
    for tensor in trained_tensors(model).values():
        tensor.add_(torch.randn_like(tensor) * 0.1)
    return model


def hidden_of(model, batch):
    with torch.no_grad():
        return model(batch.ids, batch.positions, batch.mask, seen(model, batch))


def test_together_it_reads_as_the_one_and_sees_as_the_other(bare, packer):
    """Words alone give what the trainee of text gives; pictures, while text has learned nothing, that of sight."""
    text, sight = trainee(bare, TEXT, torch.float32, "cpu"), sight_trainee(bare, torch.float32, "cpu")
    both = joint_trainee(bare, TEXT, torch.float32, "cpu")
    assert set(trained_tensors(both)) == set(trained_tensors(text)) | set(trained_tensors(sight))
    stirred(sight, 3)
    both.load_state_dict(trained_tensors(sight), strict=False)
    pictured = collate([row_of(packer, "31")]).normalised(packer.eyes.processor)
    assert torch.allclose(hidden_of(both, pictured), hidden_of(sight, pictured), atol=1e-4)
    stirred(text, 4)
    both.load_state_dict(trained_tensors(text), strict=False)
    worded = collate([packer.row(blank(), [Turn("Total?", "9.00")], 500)])
    assert torch.allclose(hidden_of(both, worded), hidden_of(text, worded), atol=1e-4)
    assert not torch.allclose(hidden_of(both, pictured), hidden_of(sight, pictured), atol=1e-2)


def test_together_everything_learns_from_a_batch_of_both_kinds(bare, packer, tmp_path):
    model = joint_trainee(bare, TEXT, torch.float32, "cpu")
    before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    mixed = [row_of(packer, "31"), packer.row(blank(), [Turn("Total?", "9.00")], 500), row_of(packer, "4", (56, 84))]
    batch = collate(mixed).normalised(packer.eyes.processor)
    shape = JointShape(TEXT, SightShape.of(model.config))
    path = tmp_path / "state.safetensors"
    loop.train(model, shape, loop.Recipe(10, steps=3), lambda _: batch, path, lambda _: None)
    after, names = model.state_dict(), set(trained_tensors(model))
    changed = {name for name in before if not torch.equal(before[name], after[name])}
    assert changed <= names and len(changed) > 0.9 * len(names)
    assert {"text_moe" in name for name in changed if "experts" in name} == {True, False}
    assert state.resume(joint_trainee(bare, TEXT, torch.float32, "cpu"), shape, path) == (3, 9)


def test_text_experts_count_words_and_those_of_vision_pictures_and_none_padding(bare, packer):
    model = joint_trainee(bare, TEXT, torch.float32, "cpu")
    batch = collate([row_of(packer, "31"), packer.row(blank(), [Turn("Total?", "9.00")], 500)])
    loop.loss_of(model, batch.normalised(packer.eyes.processor))
    seen_as = [batch.ids == getattr(packer.eyes.tokens, f"image_{name}token_id") for name in ("", "start_", "end_")]
    pictured = int(torch.stack(seen_as).any(0).sum())
    worded = int((batch.parts >= 0).sum()) - pictured
    assert pictured and worded + pictured < batch.ids.numel()
    for layer in model.language_model.layers[1:]:
        assert int(layer.mlp.text_moe.counts.sum()) == 2 * worded
        assert int(layer.mlp.vision_moe.counts.sum()) == 2 * pictured


def test_what_learned_together_ships_apart_and_comes_back(bare, tmp_path):
    model = stirred(joint_trainee(bare, TEXT, torch.float32, "cpu"), 5)
    shape = JointShape(TEXT, SightShape.of(model.config))
    saved, shipped, again = (tmp_path / name for name in ("state.safetensors", "out/text.safetensors", "again"))
    state.save(model, shape, 7, 70, saved)
    ship.main([str(saved), "--out", str(shipped), "--sees"])
    assert {path.name for path in shipped.parent.iterdir()} == {"text.safetensors", "sight-1-of-1.safetensors"}
    other = joint_trainee(bare, TEXT, torch.float32, "cpu")
    ship.unship(shipped, other, shape, again)
    assert state.resume(other, shape, again) == (7, 70)
    for name, tensor in trained_tensors(model).items():
        step = tensor.abs().amax(-1, keepdim=True) / 31
        assert bool(((trained_tensors(other)[name] - tensor).abs() <= step + 1e-9).all()), name
    sight = sight_trainee(bare, torch.float32, "cpu")
    ship.unship(shipped, sight, shape.sight, again)  # a lost state of sight, too
    assert state.resume(sight, shape.sight, again) == (7, 70)
    assert all(torch.equal(t, trained_tensors(other)[name]) for name, t in trained_tensors(sight).items())


def test_a_joint_state_of_before_a_field_of_its_text_existed_goes_on(bare, tmp_path):
    model = stirred(joint_trainee(bare, TEXT, torch.float32, "cpu"), 5)
    shape = JointShape(TEXT, SightShape.of(model.config))
    told = asdict(shape)
    del told["text"]["top_k"]
    about = {"shape": json.dumps(told), "steps": "7", "seen": "70"}
    save_file({name: tensor.contiguous() for name, tensor in trained_tensors(model).items()}, tmp_path / "state", about)
    assert state.resume(joint_trainee(bare, TEXT, torch.float32, "cpu"), shape, tmp_path / "state") == (7, 70)
    other = replace(shape, text=replace(TEXT, rank=8))
    with pytest.raises(CheckpointError, match="another shape"):
        state.resume(model, other, tmp_path / "state")


def test_what_is_too_large_to_come_back_comes_as_it_ships(bare, tmp_path, monkeypatch, capsys):
    model = joint_trainee(bare, TEXT, torch.float32, "cpu")
    state.save(model, JointShape(TEXT, SightShape.of(model.config)), 7, 70, tmp_path / lease.STATE)
    (tmp_path / lease.TRAINER).write_text('{"process": 999999999}')
    (tmp_path / lease.LOG).touch()
    monkeypatch.setattr(lease, "MOST_BACK", 100)
    assert lease.follow(tmp_path, 0, tmp_path / "back")
    assert ship.FOLLOWS in capsys.readouterr().out
    assert {path.name for path in (tmp_path / "back").iterdir()} == {
        *(lease.LOG, "text.safetensors", "sight-1-of-1.safetensors"),
    }


def test_a_base_that_lacks_a_tensor_is_refused(bare, tmp_path):
    """Noise in its place would be trained, and nobody would know."""
    shutil.copytree(bare, tmp_path / "base")
    tensors = load_file(bare / "model.safetensors")
    del tensors["model.vision_tower.blocks.1.attn.qkv.weight"]
    save_file(tensors, tmp_path / "base" / "model.safetensors")
    with pytest.raises(CheckpointError, match=r"lacks vision_tower\.blocks\.1\.attn\.qkv\.weight"):
        joint_trainee(tmp_path / "base", TEXT, torch.float32, "cpu")


def test_without_sight_that_shipped_nothing_begins_together(bare, tmp_path):
    model = trainee(bare, TEXT, torch.float32, "cpu")
    state.save(model, TEXT, 7, 70, tmp_path / "state.safetensors")
    ship.main([str(tmp_path / "state.safetensors"), "--out", str(tmp_path / "out" / "text.safetensors")])
    both = joint_trainee(bare, TEXT, torch.float32, "cpu")
    shape = JointShape(TEXT, SightShape.of(both.config))
    with pytest.raises(CheckpointError, match="no sight yet"):
        ship.unship(tmp_path / "out" / "text.safetensors", both, shape, tmp_path / "again")
