"""An eye that learns: the same numbers as the model that runs, the text path untouched, and a toy that reads back."""

from __future__ import annotations

import pickle
from dataclasses import replace
from itertools import islice
from random import Random

import numpy as np
import pytest
import torch
from PIL import ImageFont

from preprocess.document import Box, Word
from tests.toy_checkpoint import write_toy
from tests.training.pictures import blank, picture, row_of
from train import loop, state
from train.command import packer_of
from train.factory.draw import Drawn
from train.factory.evidence import evidence_of
from train.factory.sample import TOLD, Sample, reading
from train.factory.stream import samples
from train.measure import measure_rows
from train.nano_sight import SightLessons, eyes_of, rows
from train.packing import Turn, collate, seen
from train.shapes import TOGETHER, SightShape
from train.sight_trainee import sight_trainee
from train.sight_turns import STAGES, looked_up, looks
from train.trainee import routers, trained_tensors
from vlm.config import ModelConfig
from vlm.errors import CheckpointError
from vlm.model.attention import AttnMetadata
from vlm.weights import load_model


@pytest.fixture(scope="module")
def toy(tmp_path_factory):
    """A checkpoint whose sight is still to be taught, as far as its config says."""
    return write_toy(tmp_path_factory.mktemp("toy"), use_image_tokens=False)


@pytest.fixture(scope="module")
def packer(toy):
    return packer_of(toy, eyes_of(toy))


def test_pictures_and_words_give_the_numbers_of_the_model_that_runs(toy, packer):
    """Two pictures of different sizes in one batch, against each alone through the plain model."""
    model = sight_trainee(toy, torch.float32, "cpu")
    plain = load_model(toy, ModelConfig.load(toy))
    plain.resampler_model.after_norm.weight.data.copy_(model.resampler_model.after_norm.weight)
    both = [row_of(packer, "31"), row_of(packer, "4", (56, 84))]
    processor = packer.eyes.processor
    batch = collate(both).normalised(processor)
    with torch.no_grad():
        mine = model(batch.ids, batch.positions, batch.mask, seen(model, batch)).unflatten(0, (2, -1))
        for row, hidden in zip(both, mine, strict=True):
            embeds = plain.embed_images(processor.normalise(row.pixels), row.grids)
            theirs = plain(torch.tensor(row.ids), row.positions, AttnMetadata([len(row.ids)]), embeds)
            assert torch.allclose(hidden[: len(row.ids)], theirs, atol=1e-4 * float(theirs.abs().max()))


def test_a_row_is_the_prompt_of_the_answering_model(toy, packer):
    from prompts.tasks import ask
    from vlm.processor import Processor

    image = picture("7")
    row = packer.row(blank(), [Turn("Text?", "7")], 2000, [image])
    inputs, _ = Processor.load(toy, ModelConfig.load(toy))(ask(blank(), "Text?", [image]), False)
    count = len(inputs.token_ids)
    assert row.ids[:count] == inputs.token_ids
    assert torch.equal(row.positions[:, :count], inputs.positions)
    assert torch.equal(packer.eyes.processor.normalise(row.pixels), inputs.pixel_values)


def test_what_learns_and_what_stays(toy, packer, tmp_path):
    model = sight_trainee(toy, torch.float32, "cpu")
    before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    names = set(trained_tensors(model))
    assert all(name.startswith(("vision_tower", "resampler_model")) or ".vision_moe." in name for name in names)
    assert any("e_score_correction_bias" in name for name in names)
    batch = collate([row_of(packer, "31")]).normalised(packer.eyes.processor)
    shape = SightShape.of(model.config)
    loop.train(model, shape, loop.Recipe(10, steps=3), lambda _: batch, tmp_path / "state.safetensors", lambda _: None)
    after = model.state_dict()
    assert {name for name in before if not torch.equal(before[name], after[name])} <= names
    assert sum(not torch.equal(before[name], after[name]) for name in names) > 0.9 * len(names)
    other = sight_trainee(toy, torch.float32, "cpu")
    assert state.resume(other, shape, tmp_path / "state.safetensors") == (3, 3)
    assert all(torch.equal(tensor, after[name]) for name, tensor in trained_tensors(other).items())


def test_only_what_a_picture_token_chose_counts(toy, packer):
    model = sight_trainee(toy, torch.float32, "cpu")
    batch = collate([row_of(packer, "31")]).normalised(packer.eyes.processor)
    loop.loss_of(model, batch)
    pictured = int((batch.ids == packer.eyes.tokens.image_token_id).sum())
    assert pictured == 8
    for routed in routers(model):  # begin and end of the picture go to its experts too, and each chooses two
        assert int(routed.counts.sum()) == 2 * (pictured + 2)


def test_who_sees_already_is_not_taught_again(tmp_path):
    directory = write_toy(tmp_path)
    with pytest.raises(CheckpointError, match="sees already"):
        sight_trainee(directory, torch.float32, "cpu")


@pytest.mark.parametrize("learned", [0.0, 0.1])
def test_fresh_sight_begins_as_loud_as_words_and_what_has_learned_goes_on(toy, monkeypatch, learned):
    plain = load_model(toy, ModelConfig.load(toy))
    for layer in plain.language_model.layers:
        if hasattr(layer.mlp, "vision_moe"):
            layer.mlp.vision_moe.experts.down_proj.data.fill_(learned)
    plain.resampler_model.after_norm.weight.data.fill_(7.0)
    monkeypatch.setattr("train.sight_trainee.load_model", lambda *_: plain)
    words = float(plain.language_model.embed_tokens.weight.square().mean().sqrt())
    loudness = sight_trainee(toy, torch.float32, "cpu").resampler_model.after_norm.weight
    assert loudness.tolist() == pytest.approx([7.0 if learned else words] * len(loudness))


def test_a_few_samples_may_fail_and_no_more(caplog):
    def broken(sample, *_):
        if sample in bad:
            raise ValueError("no such thing")

    pairs = [(number, None) for number in range(500)]
    bad = {3, 400}
    assert list(looks(iter([(Named(n), r) for n, r in pairs]), lambda s, *_: broken(s.number), None, "train")) == []
    assert caplog.text.count("left out a thing: ValueError: no such thing") == 2
    bad = {3, 4}
    with pytest.raises(ValueError, match="no such thing"):
        list(looks(iter([(Named(n), r) for n, r in pairs]), lambda s, *_: broken(s.number), None, "train"))


class Named:
    kind = "thing"

    def __init__(self, number):
        self.number = number


def test_pieces_are_asked_for_the_fields_that_stand_in_them_and_once_on_the_page(monkeypatch):
    def at(*texts):
        return tuple(Word(text, Box(0.1, 0.1, 0.2, 0.2)) for text in texts)

    page = Drawn(
        np.zeros((40, 40, 3), np.uint8), at("Net", "9.00", "of", "19.00", "Tax", "2.00", "Total", "2.00", "No", "7")
    )
    monkeypatch.setattr("train.sight_turns._seen", lambda *_: page)
    monkeypatch.setattr("train.sight_turns._piece", lambda *_: (page.picture, page.words[:6]))
    asked = {"net": "9.00", "tax": "2.00", "number": "7", "gone": "not found"}
    questions = tuple(reading(f"{key}?", key, value, f"field/{key}") for key, value in asked.items())
    look = looked_up(Sample("receipt", (), questions), None, Random(0), "train")
    assert [(turn.question, turn.answer) for turn in look.turns] == [("net?", "9.00")], "tax stands twice, 7 elsewhere"
    look = looked_up(Sample("receipt", (), questions[1:]), None, Random(0), "train")
    assert [turn.task for turn in look.turns] == ["sight/piece"]


def test_a_form_is_not_asked_for_a_value_whose_label_was_cut_away(monkeypatch):
    """Labels stand above their values; the piece begins between the two."""
    texts = ("Staff", "name", "Badge", "Ada", "Lovelace", "K-17", "Town", "York")
    words = tuple(Word(text, Box(0.1, 0.1, 0.2, 0.2)) for text in texts)
    page = Drawn(np.zeros((40, 40, 3), np.uint8), words)
    monkeypatch.setattr("train.sight_turns._seen", lambda *_: page)
    monkeypatch.setattr("train.sight_turns._piece", lambda *_: (page.picture, words[2:]))
    asked = {"Staff name": "Ada Lovelace", "badge": "K-17", "Town": "York"}
    questions = tuple(reading(f"{key}?", key, value, f"field/{key}") for key, value in asked.items())
    look = looked_up(Sample("form", (), questions), None, Random(0), "train")
    assert [turn.answer for turn in look.turns] == ["K-17", "York"]


def test_wrong_words_beside_a_picture_have_another_digit_where_something_is_asked():
    sample = next(sample for sample, _ in samples(1, "train", {"receipt": 1.0}) if sample.medium == "digital")
    sample = replace(sample, kind=TOLD)  # whose lines stand as they are: of wrong digits others are told
    right, wrong = (evidence_of(sample, Random(3), is_wrong=wrong).text for wrong in (False, True))
    differ = [(a, b) for a, b in zip(right, wrong, strict=True) if a != b]
    assert differ and all(a.isdigit() and b.isdigit() for a, b in differ)


@pytest.fixture(scope="module")
def fonts(tmp_path_factory):
    """Every file of the train split's families, in whatever font PIL carries; what it lacks is left out of samples."""
    from train.factory import fonts as module

    folder = tmp_path_factory.mktemp("fonts")
    data = ImageFont.load_default(20).font_bytes
    for split in ("train", "test"):
        for family in module.FAMILIES[split]:
            for file in family.files:
                (folder / file).write_bytes(data)
    return folder


@pytest.mark.parametrize("stage", STAGES)
def test_every_stage_makes_rows(packer, fonts, stage):
    from train.factory.fonts import FAMILIES, Fonts

    look_at, shares = STAGES[stage]
    found = list(islice(looks(samples(1, "train", shares), look_at, Fonts.load(fonts, FAMILIES["train"]), "train"), 12))
    assert all(look.turns and look.turns[0].answer for look in found)
    assert all(min(look.image.size) >= 14 for look in found)
    if stage == "questions":
        assert 0 < sum(bool(look.evidence.lines) for look in found) < len(found), "words beside some, not beside all"
    else:
        assert not any(look.evidence.lines for look in found)
    made = list(islice(rows(packer, fonts, "1", "train", stage), 2))
    assert all(row.pixels is not None and row.pixels.dtype == torch.uint8 for row in made)
    again = list(islice(rows(packer, fonts, "1", "train", stage), 2))
    assert all(torch.equal(one.pixels, two.pixels) and one.ids == two.ids for one, two in zip(made, again, strict=True))


def test_together_pictures_and_words_come_by_turns(packer, fonts):
    made = list(islice(rows(packer, fonts, "1", "train", TOGETHER), 4))
    assert [row.pixels is None for row in made] == [False, True, False, True]


def test_a_piece_of_a_page_says_what_it_shows(fonts):
    """No word outside, and boxes of the words inside on their ink."""
    from train.factory.documents import receipt
    from train.factory.draw import draw
    from train.factory.fonts import FAMILIES, Fonts, UncoveredText
    from train.sight_turns import _piece

    library = Fonts.load(fonts, FAMILIES["train"])
    found = 0
    for seed in range(12):
        rng = Random(seed)
        try:
            drawn = draw(receipt.make(rng, "train").scenes[0], library, rng, 1.5)
        except UncoveredText:
            continue
        piece = _piece(drawn, rng)
        if piece is None:
            continue
        found += 1
        part, words = piece
        ink = part.min(axis=2) < 140
        for word in words:
            box = word.box
            x0, x1 = int(box.x0 * part.shape[1]), -int(-box.x1 * part.shape[1] // 1)
            y0, y1 = int(box.y0 * part.shape[0]), -int(-box.y1 * part.shape[0] // 1)
            ink[max(0, y0 - 2) : y1 + 2, max(0, x0 - 2) : x1 + 2] = False
        assert not ink.any(), "ink outside the words that are to be written down"
    assert found > 3


def test_lessons_are_batches_of_pictures(toy, fonts):
    batch = next(iter(SightLessons(toy, fonts, "3", "lines", 2048)))
    assert batch.pixels is not None and len(batch.grids) == len(batch.parts)
    assert len(batch.pixels) == sum(t * h * w for t, h, w in batch.grids)


def test_lessons_travel_to_a_process_that_is_spawned(toy, fonts):
    made = []
    for lessons in (own := SightLessons(toy, fonts, "3", "lines", 2048), pickle.loads(pickle.dumps(own))):
        torch.manual_seed(0)
        made.append(next(iter(lessons)))
    assert torch.equal(made[0].ids, made[1].ids) and torch.equal(made[0].pixels, made[1].pixels)


def test_what_is_measured_is_what_was_said(toy, packer):
    """Each token after the right ones before it: a model that always says one token is right where that one is due."""
    model = sight_trainee(toy, torch.float32, "cpu")
    model.compute_logits = lambda hidden: torch.zeros(len(hidden), 273).index_fill(1, torch.tensor([2]), 1.0)
    made = [row_of(packer, "31"), row_of(packer, "4")]
    found = measure_rows(model, made, packer.eyes.processor, "cpu")
    assert found == {"read": (0, 2), "tokens read": (2, 5)}, "<|im_end|> ends both, and nothing else is right"
