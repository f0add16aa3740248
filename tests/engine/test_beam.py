"""The search inside the engine: branches share the prompt's cache, and nobody else notices."""

from __future__ import annotations

import pytest
import torch

from vlm.engine.beam import Beam
from vlm.engine.forked_cache import fork
from vlm.engine.sequence_bias import SequenceBias
from vlm.grounded import Fixed, Quotes, Spelling
from vlm.kernels.paged import BLOCK
from vlm.model.attention import AttnMetadata
from vlm.model.kv_cache import KVCache, KVMemory
from vlm.sampling_params import SamplingParams

STOP = 2
ASCII = {bytes([byte]): byte for byte in range(32, 127)}
PARAMS = SamplingParams(max_tokens=40, answer_tokens=8)
TEXT = "ACME Ltd\nTotal  57.30 EUR\nTax  3.10"


def beam(is_lead=lambda output_ids, token: False, text=TEXT, width=4, bias=None):
    return Beam((Quotes(text, Spelling(ASCII)).start, Fixed(tuple(b"not found"))), is_lead, width, bias)


def total(model, inputs, lead, answer, bias=lambda output_ids, logits: logits):
    """The log-probability of an answer, read at once and without a cache."""
    ids = [*inputs.token_ids, *lead, *answer]
    new = torch.arange(len(ids) - len(inputs.token_ids)).expand(3, -1) + inputs.next_position
    positions = torch.cat((inputs.positions, new), dim=1)
    logits = model.compute_logits(model(torch.tensor(ids), positions, AttnMetadata([len(ids)])))
    biased = [bias([*lead, *answer[:place]], row) for place, row in enumerate(logits[-len(answer) - 1 :])]
    rows = torch.stack(biased).log_softmax(-1)
    return float(rows[range(len(answer) + 1), [*answer, STOP]].sum())


@pytest.mark.parametrize("chunk", [64, 4])
def test_the_answer_is_the_likeliest_of_all_quotes(model, make_engine, text_prompt, finish, chunk):
    prompt = text_prompt(*range(10, 40))
    quotes = ["a b", "a", "b", "c", "a b c", "b c", "not found"]
    best = max(quotes, key=lambda quote: total(model, prompt, [], quote.encode()))
    engine = make_engine(max_num_batched_tokens=chunk)
    engine.add_request(prompt, PARAMS, [STOP], search=beam(text="a b\nc", width=99))
    assert bytes(finish(engine)[0]).decode() == best


@pytest.mark.parametrize("pair", ["a ", " b", "not", "t "])
def test_a_bias_counts_within_an_answer(model, make_engine, text_prompt, finish, pair):
    prompt = text_prompt(*range(10, 40))
    bias = SequenceBias({tuple(pair.encode()): 25.0}, prompt.token_ids)
    quotes = ["a b", "a", "b", "c", "a b c", "b c", "not found"]
    best = max(quotes, key=lambda quote: total(model, prompt, [], quote.encode(), bias))
    engine = make_engine()
    engine.add_request(prompt, PARAMS, [STOP], search=beam(text="a b\nc", width=99, bias=bias))
    assert bytes(finish(engine)[0]).decode() == best


@pytest.mark.parametrize("chunk", [64, 6])
def test_a_search_and_its_neighbours_do_not_mix(make_engine, text_prompt, finish, chunk):
    prompts = [text_prompt(5, 6, 7), text_prompt(*range(20, 60)), text_prompt(8, 9)]

    def run(prompts_and_searches):
        engine = make_engine(max_num_batched_tokens=chunk, max_num_seqs=4)
        for prompt, search in prompts_and_searches:
            engine.add_request(prompt, PARAMS, [STOP], search=search)
        answers = finish(engine)
        assert engine.scheduler.pool.num_available == 1024 // BLOCK
        return answers

    together = run([(prompts[0], beam()), (prompts[1], beam()), (prompts[2], None)])
    alone = [run([(prompts[0], beam())])[0], run([(prompts[1], beam())])[0], run([(prompts[2], None)])[0]]
    assert [together[place] for place in range(3)] == alone


def test_the_search_begins_behind_what_leads_to_the_answer(model, make_engine, text_prompt, finish):
    prompt = text_prompt(1, 2, 3)
    free = make_engine()
    free.add_request(prompt, PARAMS)
    lead = finish(free)[0][:3]
    engine = make_engine()
    engine.add_request(prompt, PARAMS, [STOP], search=beam(lambda output_ids, token: len(output_ids) < 3, "a b"))
    said = finish(engine)[0]
    best = max(["a", "b", "a b", "not found"], key=lambda quote: total(model, prompt, lead, quote.encode()))
    assert said[:3] == lead and bytes(said[3:]).decode() == best


def test_an_abort_in_the_middle_of_a_search_frees_everything(make_engine, text_prompt):
    engine = make_engine()
    searching = engine.add_request(text_prompt(1, 2, 3), PARAMS, [STOP], search=beam())
    engine.step()
    (sequence,) = engine.scheduler.running
    assert len(sequence.readers) > 1 and not sequence.output_ids
    engine.abort(searching)
    assert sequence.search is None and engine.scheduler.pool.num_available == 1024 // BLOCK and engine.step() == []


def test_no_room_to_end_says_so(make_engine, text_prompt):
    engine = make_engine()
    engine.add_request(text_prompt(1), SamplingParams(max_tokens=3), [STOP], search=beam(text="Wonderful"))
    outputs = []
    while engine.has_unfinished:
        outputs += engine.step()
    assert [output.finish_reason for output in outputs] == [None, None, "length"]


def test_a_forked_cache_reads_as_if_it_were_whole():
    def rows(count):
        return torch.randn(count, 2, 4)

    memory = KVMemory(torch.zeros(1, 2, BLOCK, 2, 4), torch.zeros(1, 2, BLOCK, 2, 4))
    whole, base = KVCache(memory, [0]), KVCache(memory, [1])
    prompt = rows(3)
    for cache in (whole, base):
        cache.store(0, prompt, -prompt)
        cache.advance(3)
    branch, other = fork(base), fork(base)
    other.store(0, rows(1), rows(1))
    for _ in range(3):
        new = rows(1)
        expected, got = whole.store(0, new, -new), branch.store(0, new, -new)
        whole.advance(1)
        branch.advance(1)
        pairs = zip(expected.read(torch.float32), got.read(torch.float32), strict=True)
        assert all(torch.equal(a, b) for a, b in pairs) and branch.length == whole.length
        branch = fork(branch)
    assert base.length == 3
