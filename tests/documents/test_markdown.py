"""Words as Markdown: every one of them, tables as tables, and nothing that a document says as markup."""

from __future__ import annotations

import html
import re

from hypothesis import given
from hypothesis import strategies as st

from preprocess.document import Box, Line, PageText, Word
from preprocess.markdown import page_markdown
from tests.documents import typeset


def line(text: str, row: float) -> Line:
    return Line(text, (Word(text, Box(0.1, row / 100, 0.9, (row + 1) / 100)),))


def page(*texts: str, source: str = "text", rows: tuple[float, ...] = ()) -> str:
    places = rows or tuple(2.0 * place for place in range(len(texts)))
    lines = tuple(line(text, row) for text, row in zip(texts, places, strict=True))
    return page_markdown(3, PageText(lines, source))  # type: ignore[arg-type]


def test_what_lines_up_is_a_table():
    body = [["Item", "Qty", "Amount"], ["Paper", "2", "9.00"], ["Pens | blue", "1", "3.00"]]
    text = typeset.page(
        typeset.put("ACME Ltd", 0.1, 0.05),
        typeset.table(body, (0.1, 0.5, 0.7), top=0.2, align="lrr"),
        typeset.put("Thank you", 0.1, 0.4),
    )
    assert page_markdown(3, text) == (
        "<!-- page 3 -->\n\nACME Ltd\n\n| Item | Qty | Amount |\n| --- | --- | --- |\n| Paper | 2 | 9.00 |\n"
        "| Pens \\| blue | 1 | 3.00 |\n\nThank you\n"
    )


def test_a_head_over_two_columns_takes_two_cells():
    over = typeset.put("All pupils of the school", 0.6, 0.1 - 1.5 * typeset.HEIGHT, "middle")
    rows = [["Town", "2021", "2022"], ["Ulm", "3", "4"], ["Kiel", "7", "8"]]
    text = typeset.page(over, typeset.table(rows, (0.1, 0.55, 0.65), align="lmm"))
    assert page_markdown(1, text).splitlines()[2:5] == [
        "|  | All pupils of the school |  |",
        "| --- | --- | --- |",
        "| Town | 2021 | 2022 |",
    ]


def test_tables_are_shown_once_and_every_word_comes_out():
    """Words that no table took stay in their paragraphs, in their order."""
    first = [["Region", "2021", "2022"], ["North", "12", "13"], ["South", "14", "15"]]
    second = [["Size", "Price"], ["Small", "3.00"], ["Large", "4.50"]]
    text = typeset.page(
        typeset.put("Before", 0.1, 0.02),
        typeset.table(first, (0.1, 0.4, 0.6), align="lrr"),
        typeset.put("Between the tables", 0.1, 0.25),
        typeset.table(second, (0.1, 0.5), top=0.4, align="lr"),
        typeset.put("After", 0.1, 0.6),
    )
    found = re.findall(r"[\w.]+", page_markdown(1, text).split("-->")[1])
    assert found == [word.text for line in text.lines for word in line.words]


def test_a_wide_step_ends_a_paragraph():
    text = page("Date  1 May", "Name  Ann", "Town  Ulm", "Thank you", "very much", rows=(0, 2, 4, 10, 12))
    assert text == "<!-- page 3 -->\n\nDate  1 May\nName  Ann\nTown  Ulm\n\nThank you\nvery much\n"


def test_columns_of_prose_are_parted():
    """The second column begins further up."""
    assert page("one", "two", "three", "four", rows=(10, 12, 10, 12)).split("\n\n")[1:] == ["one\ntwo", "three\nfour\n"]


def test_where_the_words_come_from_is_said():
    assert page("x", source="ocr").startswith("<!-- page 3, read by OCR -->")
    assert page(source="none") == "<!-- page 3: no text -->\n"


def test_what_a_document_says_is_no_markup():
    said = page(
        "# no heading", "1. no list", "<script>x</script>", "--> [a](b) `c` *d* & e", "- 5 EUR", "> so", "====", "~~~"
    )
    assert r"1\. no list" in said
    body = said.split("\n", 2)[2]
    assert not re.search(r"^(#|>|-|=|~|\d+\.\s)|<|(?<!\\)[`*\[\]]", body, re.MULTILINE)


WORDS = st.text(st.characters(blacklist_categories=("Cc", "Cs", "Zl", "Zp")), min_size=1, max_size=30)
ESCAPE = re.compile(r"\\([\\`*_\[\]|#>+=~\-.)])")


@given(st.lists(WORDS.map(str.strip).filter(bool), max_size=8))
def test_every_word_comes_out(texts):
    """Letter by letter and in order, once the escapes are undone."""
    said = page(*texts).split("-->", 1)[1]
    plain = html.unescape(ESCAPE.sub(r"\1", said))
    assert "".join(plain.split()) == "".join("".join(texts).split())
