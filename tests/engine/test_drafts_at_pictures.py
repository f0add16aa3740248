"""A draft ends before a picture's ids: beside those no token is exact, and nobody says them."""

from __future__ import annotations

from vlm.engine.drafts import Drafts
from vlm.sampling_params import SamplingParams

GREEDY = SamplingParams(max_tokens=20, answer_tokens=4)
START, IMAGE, END, VIDEO = 100, 102, 101, 105


def test_a_proposal_ends_before_what_is_never_said():
    tokens = [1, 2, 3, 4, START, IMAGE, END, 9, 1, 2]
    assert Drafts().propose(tokens, 7) == [3, 4, START, IMAGE, END, 9, 1]
    assert Drafts().propose(tokens, 7, {START, IMAGE, END}) == [3, 4]
    assert Drafts().propose([1, 2, IMAGE, 1, 2], 7, {IMAGE}) == []


def test_a_batch_never_reads_a_pictures_ids_ahead(make_engine, image_prompt):
    engine = make_engine(num_speculative_tokens=7)
    assert {START, IMAGE, END, VIDEO} <= engine.scheduler.vision_ids < set(range(128))
    engine.add_request(image_prompt(4, 4), GREEDY)  # 7, 8, the picture, 9, 10
    engine.step()
    (sequence,) = engine.scheduler.running
    sequence.output_ids[:] = [7, 8]
    sequence.cache.length = sequence.num_tokens - 1
    (item,) = engine.scheduler.schedule(8)
    assert item.num_tokens == 1 and sequence.draft_ids == []


def test_nothing_is_read_ahead_behind_a_pictures_id(make_engine, text_prompt):
    """Such a token's pass goes part by part, whatever stands in it."""
    engine = make_engine(num_speculative_tokens=7)
    engine.add_request(text_prompt(5, END, 6, 7, 8, 9, 5), GREEDY)
    engine.step()
    (sequence,) = engine.scheduler.running
    sequence.output_ids[:] = [END]
    (item,) = engine.scheduler.schedule(8)
    assert item.num_tokens == 1 and sequence.draft_ids == []
