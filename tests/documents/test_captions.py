"""Values that stand below their captions are told with them; whatever else lies in two lines stays as it is."""

from __future__ import annotations

from itertools import islice

import pytest

from preprocess.captions import told_captions
from preprocess.document import PageText, Word
from preprocess.lines import to_lines
from prompts.evidence import build
from prompts.grounding import ground
from tests.documents.typeset import HEIGHT, page, prose, put, table
from train.factory.scene import words
from train.factory.stream import samples

EDGES = (0.1, 0.5)


def boxed(*rows: tuple[str, ...], top: float = 0.1, scale: float = 0.8, after: float = 2.0) -> list[Word]:
    """Rows of captions and rows of values in turn: a caption is nearer to its value than to what stands above."""
    found, y = [], top
    for number, row in enumerate(rows):
        is_caption = number % 2 == 0
        for text, x in zip(row, EDGES, strict=False):
            found += put(text, x, y, scale=scale if is_caption else 1.0) if text else []
        y += HEIGHT * (1.2 if is_caption else after)
    return found


FORM = boxed(
    ("Given by", "Address"), ("Orla Palmer", "12 State Street"), ("Agent", "Born on"), ("Ed Chen", "1958-09-14")
)


def shown(text: PageText) -> list[str]:
    return [line.shown for line in text.lines]


def test_a_value_is_told_behind_its_caption():
    assert shown(told_captions(page(FORM))) == [
        "Given by  Address",
        "Given by: Orla Palmer  Address: 12 State Street",
        "Agent  Born on",
        "Agent: Ed Chen  Born on: 1958-09-14",
    ]


def test_a_scan_is_told_too():
    own = PageText(page(FORM).lines, "ocr")
    assert shown(told_captions(own)) == shown(told_captions(page(FORM)))


def test_names_with_colons_over_blocks_of_the_same_size():
    own = page(table([["Seller:", "Buyer:"], ["ACME Ltd", "Doe & Sons"], ["1 High Street", "2 Low Road"]], EDGES))
    assert shown(told_captions(own)) == [
        "Seller:  Buyer:",
        "Seller: ACME Ltd  Buyer: Doe & Sons",
        "1 High Street  2 Low Road",
    ]


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(table([["Seller", "Buyer"], ["ACME", "Doe"], ["High St", "Low Rd"]], EDGES), id="all look alike"),
        pytest.param(boxed(("Given by",), ("Orla Palmer",)), id="one over one is read as it stands"),
        pytest.param(boxed(("Given by", "Address"), ("Orla Palmer", "")), id="one value below two captions"),
        pytest.param(
            [*boxed(("Rate", "Net"), ()), *put("Tax", 0.8, 0.1, scale=0.8), *put("S 6.00 % " + "x" * 50, 0.1, 0.115),
             *put("2.34", 0.8, 0.115)],
            id="a value below two captions",
        ),
        pytest.param(boxed(("12.50", "13.10"), ("Orla Palmer", "Ed Chen")), id="numbers are no captions"),
        pytest.param(boxed(("Date: 1 May", "Nr: 7"), ("Orla Palmer", "Ed Chen")), id="fields of their own"),
        pytest.param(
            [*put("Given by", 0.1, 0.1, scale=0.8), *put("Born", 0.5, 0.1, scale=0.8), *put("Ed", 0.3, 0.12)],
            id="a value between them",
        ),
        pytest.param(boxed(("Given by", "Born"), ("Orla", "1958"), ("Agent", "Name"), after=0.9), id="nearer to below"),
        pytest.param(prose(["These are the members of the second half", "of all years."], 0.1, 0.1), id="prose"),
    ],
)  # fmt: skip
def test_what_is_no_caption_stays_the_same(words):
    own = page(words)
    assert told_captions(own) is own


@pytest.mark.parametrize("answer", ["Orla Palmer", "1958-09-14", "Agent"])
def test_answers_cite_the_same_words_as_before(answer):
    """Values, and a caption, which is told a second time."""
    own = page(FORM)
    plain, told = (ground(answer, build([(1, text)], 1), "Who?").citations for text in (own, told_captions(own)))
    assert plain and told == plain


def test_forms_are_told_as_they_were_filled_in():
    """The factory knows the caption and the value of each question about a form."""
    told: set[str] = set()
    asked: dict[str, str] = {}
    for number, (sample, _) in enumerate(islice(samples("captions", "test", {"form": 1.0}), 60)):
        for scene in sample.scenes:
            own = PageText(to_lines(words(scene), scene.width / scene.height), "text")
            cells = [cell for line in told_captions(own).lines for cell in line.told.split("  ") if cell]
            told |= {f"{number} {cell}" for cell in cells}
        read = [question.thinking.splitlines()[0] for question in sample.questions if question.is_answerable]
        asked |= {f"{number} {line.partition(': ')[0]}": f"{number} {line}" for line in read}
    known = {cell for cell in told if cell.partition(": ")[0] in asked}
    assert len(known) > 30 and len(known & set(asked.values())) > 0.95 * len(known)
