"""The split of thought and answer: by mode, in any pieces, without losing or doubling a character."""

from __future__ import annotations

import itertools
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prompts.reasoning import Pieces, ReasoningParser

MODES = st.tuples(st.sampled_from([True, False, None]), st.booleans())
TAGS = ("<think>", "</think>", "<response>", "</response>")
# Whole tags, tags cut short, and text; "<" only stands in tags, so that a tag's removal cannot form another.
text_with_tags = st.lists(st.sampled_from([*TAGS, "\n", "\n\n", " ", "a", "b.", "é"]), max_size=12).map("".join)
rough_text = st.lists(st.sampled_from([*TAGS, "<th", "</", "ink>", "<", "resp", "\n", " ", "x"]), max_size=14).map(
    "".join
)


def parse(text: str, thinking: bool | None, opens: bool, cuts: tuple[int, ...] = ()) -> Pieces:
    parser = ReasoningParser(thinking, opens)
    bounds = [0, *sorted(cut % (len(text) + 1) for cut in cuts), len(text)]
    pieces = [parser.feed(text[a:b]) for a, b in itertools.pairwise(bounds)]
    pieces.append(parser.finish())
    return Pieces("".join(p.reasoning for p in pieces), "".join(p.content for p in pieces))


@pytest.mark.parametrize(
    ("thinking", "opens", "text", "reasoning", "content"),
    [
        # as published: ERNIE-4.5-VL and the 21B thinking model
        (True, True, "abc\n</think>\n\n<response>\ndef\n</response>\n", "abc", "def"),
        (True, True, "abc\n</think>\ndef", "abc", "def"),
        (None, True, "\nabc\n</think>\n\ndef", "abc", "def"),
        # the model opens the thought itself, also when the prompt has opened it
        (True, False, "<think>\nabc\n</think>\n\ndef", "abc", "def"),
        (True, True, "\n<think>abc</think>def", "abc", "def"),
        (None, False, " \n<think>\nabc\n</think>\n\ndef", "abc", "def"),
        # no tags: all in one place
        (True, False, "\nabc\n", "", "\nabc\n"),
        (True, True, "\nabc\n", "abc\n", ""),
        (None, False, "\nabc\n", "", "\nabc\n"),
        (False, False, "\nabc\n", "", "\nabc\n"),
        # tags of an answer that are its own words: only the first and the last thing go
        (False, False, "Put <response> first.", "", "Put <response> first."),
        (False, False, "a </response> b <response>", "", "a </response> b <response>"),
        (False, False, "<response>\na\n</response>\nb\n</response> \n", "", "a\n</response>\nb"),
        (True, True, "t</think>\n\n<response>Is <response> a tag?</response>", "t", "Is <response> a tag?"),
        # asked not to think: nothing is swallowed, no tag leaks
        (False, False, "<think>abc</think>def", "", "abcdef"),
        (False, False, "\n\n</think>\n\ndef", "", "def"),
        (False, False, "abc\n</think>\n\ndef", "", "abc\n\n\ndef"),
        (False, False, "<response>\ndef\n</response>\n", "", "def"),
        # a template without an off switch: the thought is one all the same
        (False, True, "abc\n</think>\n\ndef", "abc", "def"),
        # auto: a tag later on opens nothing
        (None, False, "def <think>abc</think> ghi", "", "def abc ghi"),
        (True, True, "a</think>b<think>c</think>d", "a", "bcd"),
        # cut short
        (True, True, "abc", "abc", ""),
        (True, True, "abc\n</thi", "abc\n</thi", ""),
        (None, False, "<thin", "", "<thin"),
        (None, False, "<think>", "", ""),
        (True, True, "abc</think>\n\ndef\n</respon", "abc", "def\n</respon"),
        # the thought may talk about the answer's tags
        (True, True, "use <response> here</think>def", "use <response> here", "def"),
        (True, True, "a < b </b></think>c < d", "a < b </b>", "c < d"),
    ],
)
def test_cases(thinking: bool | None, opens: bool, text: str, reasoning: str, content: str) -> None:
    assert parse(text, thinking, opens) == Pieces(reasoning, content)
    assert parse(text, thinking, opens, tuple(range(len(text)))) == Pieces(reasoning, content)


@given(MODES, rough_text, st.lists(st.integers(0, 200), max_size=8))
def test_any_split_is_the_whole(mode: tuple[bool | None, bool], text: str, cuts: list[int]) -> None:
    assert parse(text, *mode, tuple(cuts)) == parse(text, *mode)


@given(MODES, st.text(alphabet="ab <\n>/", max_size=30))
def test_without_tags_nothing_changes(mode: tuple[bool | None, bool], text: str) -> None:
    opens = mode[1]
    expected = Pieces(text.lstrip("\n"), "") if opens else Pieces("", text)
    assert parse(text, *mode) == expected


@given(MODES, text_with_tags)
def test_no_tag_of_a_thought_reaches_the_answer(mode: tuple[bool | None, bool], text: str) -> None:
    content = parse(text, *mode).content
    assert "<think>" not in content and "</think>" not in content


@given(MODES, text_with_tags)
def test_only_tags_and_white_space_at_their_sides_are_lost(mode: tuple[bool | None, bool], text: str) -> None:
    pieces = parse(text, *mode)
    visible = [re.sub("|".join(TAGS) + r"|\s", "", part) for part in (pieces.reasoning + pieces.content, text)]
    assert visible[0] == visible[1]


@given(st.booleans(), text_with_tags)
def test_asked_not_to_think_there_is_no_thought(auto: bool, text: str) -> None:
    if auto:
        text = "x" + text  # does not begin with the tag
    assert parse(text, None if auto else False, False).reasoning == ""


def test_text_streams_as_soon_as_it_is_certain() -> None:
    parser = ReasoningParser(None, False)
    assert parser.feed("Hello").content == "Hello"
    assert parser.feed(" <b").content == " <b"
    assert parser.feed("old\n").content == "old"
    assert parser.feed("</thin").content == ""
    assert parser.feed("g>").content == "\n</thing>"
    assert not parser.in_thought
