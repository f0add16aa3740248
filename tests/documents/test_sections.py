"""Names that stand under several heads are told with these."""

from __future__ import annotations

import pytest

from preprocess.document import PageText
from preprocess.sections import told_sections
from prompts.evidence import build
from prompts.grounding import ground
from tests.documents.typeset import page, table

EDGES = (0.1, 0.4)


def lines(*rows: str) -> PageText:
    """`Name: Ed` stands in two columns, as does ` Peru`, which has no name."""
    cells = [row.split(": ", 1) if ": " in row else ["", row[1:]] if row[:1] == " " else [row, ""] for row in rows]
    named = [[f"{name}:" if value and name else name, value] for name, value in cells]
    return page(table(named, EDGES))


def shown(text: PageText) -> list[str]:
    return [line.shown.replace("  ", " ") for line in text.lines]


PARTIES = ["Seller", "Name: Orla Palmer", "Address: 12 State Street", " Lima", "Phone: 55 12", "Buyer", "Name: Ed Chen"]


def test_whose_name_it_is():
    own = lines(*PARTIES, "Address: 3 Low Road", "Sums", "Net: 12.00")
    assert shown(told_sections(own)) == [
        "Seller",
        "Seller (Name): Orla Palmer",
        "Seller (Address): 12 State Street",
        "Lima",
        "Phone: 55 12",
        "Buyer",
        "Buyer (Name): Ed Chen",
        "Buyer (Address): 3 Low Road",
        "Sums",
        "Net: 12.00",
    ]


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param(["Seller", "Name: Orla Palmer", "Name: Ed Chen"], id="under one head"),
        pytest.param(["Name: Orla Palmer", "Buyer", "Name: Ed Chen"], id="one has no head"),
        pytest.param(["Seller", "Name: Orla Palmer", "Buyer", "Firm: Chen & Co"], id="other names"),
        pytest.param(["Lot 1", "Name: Orla", "12 May", "Name: Ed"], id="heads with numbers, which may be addresses"),
        pytest.param(["Seller", "Name: Orla", "Buyer 1", "Name: Ed", "Agent", "Name: Bo"], id="one head is no name"),
        pytest.param(["Peru", "Lima", "Name: Ed", "Chile", "Arica", "Name: Al"], id="lines as far apart above"),
        pytest.param(["We sold.", "Name: Orla", "They paid,", "Name: Ed"], id="sentences"),
        pytest.param([], id="nothing"),
    ],
)
def test_what_stays(rows):
    own = lines(*rows)
    assert told_sections(own) is own


def test_heads_with_colons():
    own = page(table([["Seller:", ""], ["Name:", "Orla"], ["Buyer:", ""], ["Name:", "Ed"]], EDGES))
    assert shown(told_sections(own))[1::2] == ["Seller (Name): Orla", "Buyer (Name): Ed"]


def test_full_width_colons():
    own = page(table([["卖方", ""], ["姓名：王小明", ""], ["买方", ""], ["姓名：李雷", ""]], EDGES))
    assert shown(told_sections(own))[1::2] == ["卖方 (姓名): 王小明", "买方 (姓名): 李雷"]


def test_a_line_of_an_address_is_no_head():
    """It stands where values do."""
    own = lines("Seller", "Name: Orla Palmer", " Peru", "Name: Ed Chen")
    assert told_sections(own) is own


def test_answers_cite_the_same_words_as_before():
    own = lines(*PARTIES)
    plain, told = (ground("Ed Chen", build([(1, text)], 1), "Who?").citations for text in (own, told_sections(own)))
    assert plain and told == plain
