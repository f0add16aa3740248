"""A picture is encoded once: whatever stands around it, in memory and, where there is a place for it, on the disk."""

from __future__ import annotations

import pytest
import torch

from preprocess.kept import KeptFiles
from vlm.engine.config import EngineConfig
from vlm.engine.engine import Engine
from vlm.engine.pictures import PictureCache, picture_names
from vlm.inputs import ModelInputs
from vlm.kernels.paged import BLOCK
from vlm.model.positions import rope_positions
from vlm.sampling_params import SamplingParams

IMAGE, START, END = 102, 100, 101
GREEDY = SamplingParams(max_tokens=6, answer_tokens=4)


def album(*seeds: int, behind: tuple[int, ...] = (9,)) -> ModelInputs:
    """Some text, then the pictures of such seeds, number 0 of 8 x 8 patches and the others of 16 x 8, some text."""
    ids, grids, pixels = [7, 8], [], []
    for seed in seeds:
        grids.append((1, 16 if seed else 8, 8))
        count = grids[-1][1] * 8
        pixels.append(torch.randn(count, 48, generator=torch.Generator().manual_seed(seed)))
        ids += [START, *[IMAGE] * (count // 4), END]
    ids += behind
    positions, after = rope_positions(ids, grids, (IMAGE, 105))
    slots = [token == IMAGE for token in ids]
    return ModelInputs(ids, positions, after, slots, torch.cat(pixels), tuple(grids))


class Encoder:
    """Counts what is encoded."""

    def __init__(self, model):
        self.model, self.grids = model, []

    def __call__(self, pixels, grids):
        self.grids += grids
        return self.model.embed_images(pixels, grids)


def rows_of(cache, inputs, encode):
    pictures = zip(picture_names(inputs), inputs.patches, inputs.grids, strict=True)
    rows = torch.cat([cache.rows(name, patches, grid, encode) for name, patches, grid in pictures])
    cache.check_integrity()
    return rows


def engine_of(model):
    return Engine(model, EngineConfig(max_model_len=256, max_kv_tokens=1024))


def test_rows_are_those_of_the_tower_in_order(model):
    encode, cache = Encoder(model), PictureCache(10**6)
    for seeds in ((1,), (0, 1), (1, 0), (2, 1, 2), (0, 2)):
        inputs = album(*seeds)
        expected = model.embed_images(inputs.pixel_values, inputs.grids)
        assert torch.allclose(rows_of(cache, inputs, encode), expected, atol=1e-5), seeds
    assert encode.grids == [(1, 16, 8), (1, 8, 8), (1, 16, 8)], "each of three pictures once"


def test_what_was_used_last_stays(model):
    encode, cache = Encoder(model), PictureCache(2 * 32 * 64 * 4)  # two of 32 rows
    for seed in (1, 2, 1, 3, 1):
        rows_of(cache, album(seed), encode)
    assert len(encode.grids) == 3
    rows_of(cache, album(2), encode)
    assert len(encode.grids) == 4
    assert rows_of(cache, album(4, 5, 6), encode).shape == (96, 64), "more than fit are still all there for the prompt"


def test_none_are_kept_where_none_are_wanted(model):
    encode, cache = Encoder(model), PictureCache(0)
    assert torch.equal(rows_of(cache, album(1), encode), rows_of(cache, album(1), encode))
    assert len(encode.grids) == 2 and cache.nbytes == 0


def test_the_disk_outlives_the_program(model, tmp_path):
    first, second = Encoder(model), Encoder(model)
    rows = rows_of(PictureCache(10**6, KeptFiles(tmp_path, 10**7)), album(1, 2), first)
    again = rows_of(PictureCache(10**6, KeptFiles(tmp_path, 10**7)), album(2, 1), second)
    assert not second.grids and torch.equal(again, rows.roll(32, 0))
    rows_of(PictureCache(10**6, KeptFiles(tmp_path, 10**7, ".another-model")), album(1), second)
    assert len(second.grids) == 1


@pytest.mark.parametrize("broken", [b"", b"not ours", b"\x02\0\0\0\0\0\0\0{}"])
def test_what_is_not_whole_on_the_disk_is_encoded_again(model, tmp_path, broken):
    encode = Encoder(model)
    rows = rows_of(PictureCache(0, KeptFiles(tmp_path, 10**7)), album(1), encode)
    (entry,) = (path for path in tmp_path.rglob("*") if path.is_file())
    entry.write_bytes(broken)
    for calls in (2, 2):
        assert torch.equal(rows_of(PictureCache(0, KeptFiles(tmp_path, 10**7)), album(1), encode), rows)
        assert len(encode.grids) == calls


def test_the_engine_looks_once_however_the_question_goes(model, finish, monkeypatch):
    engine, fresh, reordered = engine_of(model), engine_of(model), album(2, 1, behind=(9, 10))
    engine.add_request(album(1, 2), GREEDY)
    finish(engine)
    expected = fresh.add_request(reordered, GREEDY), finish(fresh)
    monkeypatch.setattr(engine.runner.model, "embed_images", None)
    again = engine.add_request(reordered, GREEDY)
    assert finish(engine)[again] == expected[1][expected[0]]


def test_prompts_share_the_pictures_that_they_have_in_common(model, finish):
    """Until the first picture that differs: 2 words, then 34 tokens a picture."""
    engine, reused = engine_of(model), []
    for seeds in ((1, 2, 3), (1, 2, 4), (1, 3, 2), (5, 2, 3)):
        sequence = engine._sequences[engine.add_request(album(*seeds), GREEDY)]
        finish(engine)
        reused.append(sequence.num_reused_tokens)
    assert reused == [0, 2 * BLOCK, BLOCK, 0]
