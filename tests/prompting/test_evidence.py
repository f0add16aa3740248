"""Evidence: its exact format, its budget, its cost; and the messages that carry it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from preprocess.document import Box, Line, PageText, Word
from prompts.evidence import build
from prompts.messages import ImagePart, Message
from prompts.tasks import NOT_FOUND, SYSTEM, ask


def line(text: str) -> Line:
    return Line(text, tuple(Word(word, Box(0, 0, 1, 1)) for word in text.split()))


def page(*texts: str, source: str = "text") -> PageText:
    return PageText(tuple(line(text) for text in texts), source)  # type: ignore[arg-type]


RECEIPT = [(1, page("ACME Ltd", "Total  9.00")), (2, page(source="none")), (3, page("Thanks", source="ocr"))]


def test_format() -> None:
    evidence = build(RECEIPT, page_count=3)
    assert evidence.text == (
        "Page 1 of 3\n[1] ACME Ltd\n[2] Total  9.00\nPage 2 of 3\n(no text)\nPage 3 of 3\n[3] Thanks"
    )
    assert {number: (at.page, at.line.text) for number, at in evidence.lines.items()} == {
        1: (1, "ACME Ltd"),
        2: (1, "Total  9.00"),
        3: (3, "Thanks"),
    }
    assert (evidence.pages, evidence.pages_shown, evidence.omitted_lines) == ((1, 2, 3), (1, 2, 3), 0)
    assert evidence.sources == {1: "text", 2: "none", 3: "ocr"}


def test_some_pages_of_a_document() -> None:
    assert build([(7, page("x"))], page_count=12).text == "Page 7 of 12\n[1] x"


def test_lines_are_tidied_and_empty_ones_have_no_number() -> None:
    evidence = build([(1, page("a \t  b", "  ", "c\nd   e\u2028f", "g h"))], 1)
    assert evidence.text == "Page 1 of 1\n[1] a  b\n[2] c d  e f\n[3] g h"
    assert evidence.lines[3].line.text == "g h"


def words(text: str) -> int:
    return len(text.split())


def test_budget_trims_whole_lines_in_page_order_and_says_so() -> None:
    # heading 4 words, each line 2 or 3, last line 5
    pages = [(1, page("a", "b")), (2, page("c c", "d d d"))]
    whole = build(pages, 2)
    assert words(whole.text) == 4 + 2 + 2 + 4 + 3 + 4
    assert build(pages, 2, 19, words) == whole
    cut = build(pages, 2, 18, words)
    assert (
        cut.text == "Page 1 of 2\n[1] a\n[2] b\n(2 more lines left out)"
    )  # a heading for page 2 would fit, but not a line of it
    assert (cut.omitted_lines, cut.pages_shown, list(cut.lines), cut.pages) == (2, (1,), [1, 2], (1, 2))
    assert build(pages, 2, 5, words).text == "(4 more lines left out)"
    assert build(pages, 2, 4, words).text == ""
    assert build(pages, 2, 4, words).omitted_lines == 4
    one = build([(1, page("a", "b b b b b b b"))], 1, 11, words)
    assert one.text.endswith("[1] a\n(1 more line left out)")


def characters(text: str) -> int:
    return len(text)


def with_start_token(text: str) -> int:
    return len(text.split()) + 1


def superadditive(text: str) -> int:
    return len(text) ** 2 // 50 + len(text)


COUNTERS: list[Callable[[str], int]] = [words, characters, with_start_token, superadditive]


@given(
    st.lists(st.lists(st.text(alphabet="ab 1\n", max_size=30), max_size=12), max_size=4),
    st.integers(0, 600),
    st.sampled_from(COUNTERS),
)
def test_the_text_truly_fits(pages: list[list[str]], budget: int, count: Callable[[str], int]) -> None:
    numbered = [(number, page(*texts)) for number, texts in enumerate(pages, start=1)]
    whole, cut = build(numbered, len(pages)), build(numbered, len(pages), budget, count)
    assert cut.text == "" or count(cut.text) <= budget
    assert list(cut.lines.items()) == list(whole.lines.items())[: len(cut.lines)]
    assert len(cut.lines) + cut.omitted_lines == len(whole.lines)
    if cut.omitted_lines and cut.text:
        kept, _, last = cut.text.rpartition("\n")
        assert whole.text.startswith(kept)
        assert last == f"({cut.omitted_lines} more line{'s' if cut.omitted_lines > 1 else ''} left out)"
    if count(whole.text) <= budget:
        assert cut == whole
        assert build(numbered, len(pages), budget, count, lambda lines: range(len(lines))[::-1]) == whole


@pytest.mark.parametrize("count", [words, characters, with_start_token])
def test_the_budget_is_used(count: Callable[[str], int]) -> None:
    """What is left over is less than a line and the last line of the text, but for one token a line of margin."""
    pages = [(1, page(*(f"item {n} costs {n}" for n in range(400))))]
    used = count(build(pages, 1, 1000, count).text)
    assert 970 <= used <= 1000


def test_the_work_is_linear() -> None:
    counted = 0

    def count(text: str) -> int:
        nonlocal counted
        counted += len(text)
        return len(text) // 3 + 1

    pages = [(1, page(*(f"line {n} has some words in it" for n in range(20_000))))]
    length = len(build(pages, 1).text)
    build(pages, 1, 10**9, count)
    assert counted <= 4 * length
    counted = 0
    build(pages, 1, 1000, count)
    assert counted <= 40_000  # of 700 thousand characters: counts no further than the budget reaches


def test_ranked_lines_come_first_and_blank_pages_not_at_all() -> None:
    pages = [(1, page("far")), (2, page()), (3, page("near", "nearer"))]
    budget = len("Page 3 of 3\n[2] near\n[3] nearer\n(3 more lines left out)") + 1
    evidence = build(pages, 3, budget, len, lambda lines: [2, 1])
    assert evidence.text == "Page 3 of 3\n[2] near\n[3] nearer\n(1 more line left out)"
    assert evidence.pages_shown == (3,) and evidence.pages == (1, 2, 3)
    whole = build(pages, 3, 10**6, len, lambda lines: [2, 1])
    assert whole.pages_shown == (1, 2, 3) and "Page 2 of 3\n(no text)" in whole.text


def test_a_blank_page_that_is_named_comes_first() -> None:
    pages = [(1, page("far")), (2, page()), (3, page("near", "nearer"))]
    budget = len("Page 2 of 3\n(no text)\n(3 more lines left out)")
    evidence = build(pages, 3, budget, len, lambda lines: [], (2,))
    assert evidence.text == "Page 2 of 3\n(no text)\n(3 more lines left out)" and evidence.pages_shown == (2,)
    more = build(pages, 3, budget + 22, len, lambda lines: [1], (2, 3))
    assert more.text == "Page 2 of 3\n(no text)\nPage 3 of 3\n[2] near\n(2 more lines left out)"
    assert build(pages, 3, budget, len, lambda lines: [], (1,)).pages_shown == ()


def test_a_told_document_stands_by_itself_where_only_so_all_of_it_fits() -> None:
    name = "North and all that lies beyond it"
    row, total = replace(line(f"{name}  1  2"), told=f"{name}  2019: 1  2020: 2"), line("Total  3")
    pages = [(1, PageText((row, total), "text"))]
    told, plain = build(pages, 1), build([(1, page(row.text, total.text))], 1)
    assert "2019: 1" in told.text
    assert build(pages, 1, len(told.text), len) == told
    for budget in (len(told.text) - 1, len(plain.text)):
        fitted = build(pages, 1, budget, len, lambda lines: [1, 0])
        assert fitted.text == plain.text and fitted.omitted_lines == 0
        assert fitted.lines == told.lines, "what is cited stays the same"
    needed = [(1, PageText((replace(row, needs_telling=True), total), "text"))]
    assert build(needed, 1, len(told.text) - 1, len, lambda lines: [1, 0]).omitted_lines == 1
    cut = build(pages, 1, len(plain.text) - 1, len, lambda lines: [1, 0])
    assert cut.text == "Page 1 of 1\n[2] Total  3\n(1 more line left out)"


def test_a_budget_needs_a_counter() -> None:
    with pytest.raises(ValueError, match="count_tokens"):
        build(RECEIPT, 3, budget=10)


def test_ask_puts_pictures_first_then_evidence_then_the_question() -> None:
    red, blue = Image.new("RGB", (2, 2), "red"), Image.new("RGB", (2, 2), "blue")
    evidence = build([(4, page("a")), (5, page("b"))], 9)
    system, user = ask(evidence, " How much? ", [red, blue])
    assert (system.role, system.text, user.role) == ("system", SYSTEM, "user")
    assert NOT_FOUND in SYSTEM and "[12]" in SYSTEM
    shown = ["<img>" if isinstance(part, ImagePart) else part.text for part in user.parts]
    assert "".join(shown) == (
        "Page 4: <img>\nPage 5: <img>\nPage 4 of 9\n[1] a\nPage 5 of 9\n[2] b\n\nQuestion: How much?"
    )
    assert [part.image for part in user.parts if isinstance(part, ImagePart)] == [red, blue]


def test_a_later_question_continues_the_earlier_prompt() -> None:
    evidence = build(RECEIPT, 3)
    first = ask(evidence, "How much?")
    history = [Message.of("user", "How much?"), Message("assistant", Message.of("assistant", "9.00 [2]").parts, "hm")]
    second = ask(evidence, "From whom?", history=history)
    assert second[: len(first)] == first
    assert second[len(first) :] == [Message.of("assistant", "9.00 [2]"), Message.of("user", "Question: From whom?")]


def test_ask_refuses_what_it_cannot_label() -> None:
    evidence = build(RECEIPT, 3)
    with pytest.raises(ValueError, match="4 pictures for 3 pages"):
        ask(evidence, "?", [Image.new("RGB", (1, 1))] * 4)
    with pytest.raises(ValueError, match="in turn, not assistant, user"):
        ask(evidence, "?", history=[Message.of("assistant", "a"), Message.of("user", "b")])


def test_prompts_import_nothing_heavy() -> None:
    """The trainer and the thin client import these files."""
    code = (
        "import sys, prompts.evidence, prompts.grounding, prompts.reasoning, prompts.scoring, prompts.tasks,"
        " prompts.template\n"
        "print(*{'torch', 'transformers', 'pymupdf', 'fitz', 'rapidocr', 'numpy', 'gradio'} & set(sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "\n"
