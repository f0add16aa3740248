"""Grounded answers: whatever the scores, a quote or the refusal; and of those, the likeliest."""

from __future__ import annotations

from math import inf
from time import perf_counter

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from prompts.quotes import edges, passages
from vlm.engine.beam import Beam
from vlm.engine.sequence import Sequence
from vlm.grounded import Fixed, Quotes, Spelling
from vlm.inputs import ModelInputs
from vlm.model.kv_cache import KVCache, KVMemory
from vlm.sampling_params import SamplingParams

END = 0
BYTES = {bytes([byte]): byte + 1 for byte in range(256)}
REFUSAL = b"not found"


def spelled(*pieces: str) -> dict[bytes, int]:
    """A vocabulary of all bytes and some longer pieces."""
    longer = dict.fromkeys(piece.encode() for piece in pieces if len(piece.encode()) > 1)
    return BYTES | {piece: 257 + place for place, piece in enumerate(longer)}


def starts(text, pieces=BYTES):
    return Quotes(text, Spelling(pieces)).start, Fixed(tuple(BYTES[bytes([byte])] for byte in REFUSAL))


def search(paths, scores, width=4, max_tokens=200):
    """The tokens a beam chooses when the model's logits behind `output_ids` are `scores(output_ids)`."""
    beam = Beam(paths, lambda output_ids, token: False, width)
    inputs = ModelInputs([1], torch.zeros(3, 1), 1, [False])
    sequence = Sequence(0, inputs, SamplingParams(max_tokens=max_tokens), frozenset([END]), search=beam)
    sequence.cache = KVCache(KVMemory(torch.zeros(1, 1, 1, 1, 1), torch.zeros(1, 1, 1, 1, 1)))
    tokens: list[int] = []
    while not tokens:
        for reader in sequence.readers:
            assert not tokens, "the answer is there when the last branch has been read"
            reader.cache.advance(reader.num_tokens - reader.num_cached_tokens)
            tokens = beam.take(reader, scores(tuple(reader.output_ids)))
    return tokens


def text_of(tokens, pieces=BYTES):
    by_id = {token: piece for piece, token in pieces.items()}
    assert tokens[-1] == END
    return b"".join(by_id[token] for token in tokens[:-1]).decode()


def likes(**scores):
    """Logits that make each text come out with its log-probability, byte by byte; `_` stands for a space."""
    wanted = {text.replace("_", " ").encode(): score for text, score in scores.items()}

    def logits(output_ids):
        said = bytes(token - 1 for token in output_ids)
        mass = torch.zeros(257, dtype=torch.float64)
        for text, score in wanted.items():
            if text.startswith(said):
                mass[text[len(said)] + 1 if len(text) > len(said) else END] += torch.tensor(score).double().exp()
        return mass.log()

    return logits


texts = st.text(st.sampled_from("ab1 2.,:€é中e\u0301文\n-(%)"), max_size=40)


@settings(deadline=None)
@given(texts, st.lists(st.text("ab1 2.€é中", min_size=1, max_size=4), max_size=8), st.integers(0, 999))
def test_whatever_the_scores_an_answer_is_a_quote_or_the_refusal(text, longer, seed):
    pieces = spelled(*longer)
    chance = torch.Generator().manual_seed(seed)
    tokens = search(starts(text, pieces), lambda _: 3 * torch.randn(300, generator=chance))
    answer = text_of(tokens, pieces)
    whole = passages(text)
    begins, ends = (set(each) for each in edges(whole))
    places = [at for at in range(len(whole)) if whole.startswith(answer, at)]
    quoted = any(at in begins and at + len(answer) in ends for at in places) and "\n" not in answer
    assert quoted or answer == REFUSAL.decode()


@settings(deadline=None, max_examples=50)
@given(st.text("ab1. ", max_size=7), st.integers(0, 999))
def test_a_beam_wide_enough_finds_the_likeliest_of_all(text, seed):
    def scores(output_ids):
        return torch.randn(257, generator=torch.Generator().manual_seed(hash((seed, output_ids)) % 2**31))

    def total(answer):
        ids = [byte + 1 for byte in answer] + [END]
        return sum(float(scores(tuple(ids[:n])).log_softmax(-1)[ids[n]]) for n in range(len(ids)))

    whole = passages(text)
    begins, ends = edges(whole)
    quotes = {whole[a:b].encode() for a in begins for b in ends if a < b and "\n" not in whole[a:b]}
    best = max(quotes | {REFUSAL}, key=total)
    assert text_of(search(starts(text), scores, width=10_000)) == best.decode()


def test_greedy_is_wrong_and_the_beam_right():
    """`1` is the likeliest first token, but all that can follow it is unlikely."""
    scores = likes(Date=-1.9, **{"10": -2.5, "19": -2.4, "12": -2.45})
    assert text_of(search(starts("Date 10 12 19"), scores, width=1)) == "19"
    assert text_of(search(starts("Date 10 12 19"), scores)) == "Date"


@pytest.mark.parametrize(("refusal", "answer"), [(-1.0, "not found"), (-1.4, "9.00")])
def test_the_refusal_wins_or_loses_by_its_score(refusal, answer):
    scores = likes(**{"9.00": -1.2, "Total": -1.5, "not_found": refusal})
    assert text_of(search(starts("Total 9.00"), scores)) == answer


def test_a_refusal_that_begins_badly_is_still_heard():
    """Its first token is worse than four others, which then go nowhere."""
    likely = {f"{first}x": -1.7 for first in "abcde"}
    scores = likes(**likely, ay=-9.0, by=-9.0, cy=-9.0, dy=-9.0, ey=-9.0, not_found=-3.0)
    assert text_of(search(starts("ay by cy dy ey"), scores)) == "not found"


def test_the_end_token_counts_and_length_is_not_divided_by():
    scores = likes(**{"ACME": -1.0, "ACME_Ltd": -0.9, "ACME_Ltd._London": -2.0})
    assert text_of(search(starts("ACME Ltd. London"), scores)) == "ACME Ltd"


@pytest.mark.parametrize("wrong", ["12", "12.", "2.50", "50", "2"])
def test_a_part_of_a_number_is_never_the_answer(wrong):
    scores = likes(**{wrong: -0.1, "12.50": -5.0, "not_found": -7.0})
    assert text_of(search(starts("Total 12.50"), scores)) == "12.50"


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("Rue du Cafe\u0301  9", "Café"),
        ("抬头 中文公司 9", "中文公司"),
        ("Total 9,00€", "9,00€"),
        ("Total 9,00€", "9,00"),
        ("ACME\nHoldings  Ltd", "ACME Holdings Ltd"),
        ("ACME  Bob\nMain St  Side St\nParis  London", "Bob Side St London"),
    ],
)
def test_bytes_line_ends_and_columns(text, answer):
    assert text_of(search(starts(text), likes(**{answer.replace(" ", "_"): -0.5, "not_found": -1.0}))) == answer


def test_one_word_has_other_tokens_at_a_line_start_than_after_a_space():
    pieces = spelled("SDN", " SDN", " BHD", "S", "MR DIY")
    start, _ = starts("MR DIY SDN BHD", pieces)
    assert pieces[b"SDN"] in start.steps() and pieces[b" SDN"] not in start.steps()
    assert pieces[b" SDN"] in start.steps()[pieces[b"MR DIY"]].steps()


def test_equal_quotes_keep_all_their_places():
    start, _ = starts("Tax 9.00\nTotal 9.00\n9.005")
    path = start
    for byte in b"9.00":
        path = path.steps()[BYTES[bytes([byte])]]
    assert len(path.places) == 3 and path.may_end
    assert set(path.steps()) == {BYTES[b" "], BYTES[b"5"]}
    assert not path.steps()[BYTES[b" "]].may_end


@pytest.mark.parametrize("text", ["", "\n \n"])
def test_without_evidence_only_the_refusal_is_left(text):
    assert text_of(search(starts(text), lambda _: torch.zeros(257))) == "not found"


def test_an_answer_with_no_room_to_end_is_cut_off():
    tokens = search(starts("Wonderful"), likes(Wonderful=-0.1, not_found=-3.0), max_tokens=5)
    assert bytes(token - 1 for token in tokens) == b"Wonde"


def test_impossible_scores_end_the_search():
    assert search(starts("Total"), lambda _: torch.full((257,), -inf).index_fill(0, torch.tensor([5]), 0)) == [END]


def test_a_step_on_a_page_of_words_takes_less_than_a_millisecond():
    words = [f"item{n} {n}.{n % 90 + 10}" for n in range(280)]
    text = "\n".join("  ".join(words[n : n + 4]) for n in range(0, 280, 4))[:3000]
    start, _ = starts(text, spelled(*words, *(" " + word[:5] for word in words)))
    paths, times = [start], []
    for _ in range(8):
        began = perf_counter()
        steps = [path.steps() for path in paths]
        times.append((perf_counter() - began) / len(paths))
        paths = [path for each in steps for path in each.values()][:200]
    assert sorted(times)[len(times) // 2] < 1e-3
