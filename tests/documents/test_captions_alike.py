"""One value below its caption is told where the page has more of them, set as far apart."""

from __future__ import annotations

import pytest

from preprocess.captions.told import told_captions
from preprocess.document import PageText, Word
from preprocess.lines import to_lines
from tests.documents.typeset import ASPECT, HEIGHT, page, put

EDGES = (0.1, 0.5)


def in_turn(*rows: tuple[str, ...], near: float = 1.2, far: float = 2.0, inset: float = 0.0) -> list[Word]:
    """Captions and values in turn, all of one size: lines lie near, then far."""
    found, y = [], 0.1
    for number, row in enumerate(rows):
        is_caption = number % 2 == 0
        for text, x in zip(row, EDGES, strict=False):
            found += put(text, x if is_caption else x + inset, y) if text else []
        y += HEIGHT * (near if is_caption else far)
    return found


def shown(text: PageText) -> list[str]:
    return [line.shown for line in text.lines]


ONES = [("Material",), ("Oak",), ("Units",), ("9",), ("Supplier",), ("Carter & Clark",)]


@pytest.mark.parametrize("source", ["text", "ocr"])
@pytest.mark.parametrize("inset", [0.0, 0.03])
def test_values_in_turn_with_their_captions_are_told(source, inset):
    own = PageText(to_lines(in_turn(*ONES, inset=inset), ASPECT), source)
    told = told_captions(own)
    assert shown(told) == ["Material", "Material: Oak", "Units", "Units: 9", "Supplier", "Supplier: Carter & Clark"]
    assert not any(line.needs_telling for line in told.lines)


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(in_turn(*ONES[:4]), id="two of them may lie so by chance"),
        pytest.param(in_turn(*ONES, near=1.5, far=1.5), id="lines evenly apart"),
        pytest.param(in_turn(*ONES, near=2.0, far=1.2), id="the next line is nearer"),
        pytest.param(in_turn(*ONES, inset=0.2), id="values far to the right"),
        pytest.param(in_turn(("12.50",), ("Oak",), ("13.10",), ("Elm",), ("14",), ("Ash",)), id="no names"),
        pytest.param(
            in_turn(("Whoever comes",), ("will be seated,",), ("Whoever goes",), ("is not",), ("And then",), ("so",)),
            id="sentences that go on",
        ),
        pytest.param(
            in_turn(
                ("Little lamb, who",), ("made thee?",), ("Dost thou know",), ("Who made thee?",), ("Gave",), ("Life",)
            ),
            id="verse",
        ),
        pytest.param(
            in_turn(*[("本公司于去年推出新产品，",), ("销量达到 100 万台。",)] * 3),
            id="sentences with full-width commas",
        ),
        pytest.param(in_turn(("Name:",), ("Born:",), ("City:",), ("Street:",), ("Phone:",), ("Fax:",)), id="unfilled"),
    ],
)
def test_lines_that_are_no_captions_and_values_stay(words):
    own = page(words)
    assert told_captions(own) is own


@pytest.mark.parametrize("source", ["text", "ocr"])
def test_small_captions_below_their_values_do_not_make_values_of_these(source):
    """As below the dotted lines of a form."""
    found, y = [], 0.1
    for number, row in enumerate(
        [("Orla Palmer", "Lima"), ("Name", "Born in"), ("Ed Chen", "12 May"), ("Agent", "Since")] * 2
    ):
        is_caption = number % 2 == 1
        for text, x in zip(row, EDGES, strict=True):
            found += put(text, x, y, scale=0.7 if is_caption else 1.0)
        y += HEIGHT * (2.4 if is_caption else 1.25)
    told = told_captions(PageText(to_lines(found, ASPECT), source))
    assert not any(line.told.startswith("Orla Palmer:") for line in told.lines)


def test_a_run_goes_on_behind_a_field_that_is_empty():
    rows = [*ONES, ("Colour",), ("",), ("Length",), ("3 m",), ("Signed",), ("",)]
    assert "Length: 3 m" in shown(told_captions(page(in_turn(*rows))))


def test_one_value_set_as_those_that_are_sure_is_told():
    """Captions over values by their size, and one alone at the same distance."""
    pairs = [("Given by", "Address"), ("Orla Palmer", "12 State Street"), ("Agent",), ("Ed Chen",), ("City", "Country")]
    pairs += [("", "Peru"), ("Signed",)]
    found, y = [], 0.1
    for number, row in enumerate(pairs):
        is_caption = number % 2 == 0
        for text, x in zip(row, EDGES, strict=False):
            found += put(text, x, y, scale=0.8 if is_caption else 1.0) if text else []
        y += HEIGHT * (1.2 if is_caption else 2.0)
    told = told_captions(page(found))
    assert shown(told)[1::2] == ["Given by: Orla Palmer  Address: 12 State Street", "Agent: Ed Chen", "Country: Peru"]
    assert [line.needs_telling for line in told.lines][1::2] == [False, False, True]
