"""Values that stand below their captions are told with them; whatever else lies in two lines stays as it is."""

from __future__ import annotations

from collections import Counter

import pytest
from PIL import Image

from preprocess.captions.told import told_captions
from preprocess.document import Box, Page, PageText, Word
from preprocess.lines import to_lines
from preprocess.told import told_text
from prompts.evidence import build
from prompts.grounding import ground
from tests.documents.forms import forms
from tests.documents.typeset import ASPECT, HEIGHT, page, prose, put, table
from train.factory.scene import words

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


LEFT = ["Sales rose in all of", "the regions that we", "serve, and they did", "so in each quarter."]
RIGHT = ["Prices of steel may", "go on rising, and so", "may those of energy", "over the next year."]


ROWS = [("Given by", "Address"), ("Orla Palmer", "12 State Street"), ("Agent", "Born on"), ("Ed Chen", "1958-09-14")]
FORM = boxed(*ROWS)


def scanned(*rows: tuple[str, ...]) -> PageText:
    """As OCR reads it: letters of captions look as large as those of values."""
    return PageText(to_lines(boxed(*rows, scale=1.05), ASPECT), "ocr")


def shown(text: PageText) -> list[str]:
    return [line.shown for line in text.lines]


def test_a_value_is_told_behind_its_caption():
    assert shown(told_captions(page(FORM))) == [
        "Given by  Address",
        "Given by: Orla Palmer  Address: 12 State Street",
        "Agent  Born on",
        "Agent: Ed Chen  Born on: 1958-09-14",
    ]


def askew(words: list[Word], rise: float) -> PageText:
    """A scan that hangs by `rise` of the page's height over its width: boxes are taller the wider their words are."""

    def hung(box: Box) -> Box:
        return Box(box.x0, box.y0 + rise * box.x0, box.x1, box.y1 + rise * box.x1)

    return PageText(to_lines([Word(word.text, hung(word.box)) for word in words], ASPECT), "ocr")


def test_a_scan_that_hangs_askew_is_told_too():
    assert shown(told_captions(askew(FORM, 0.02))) == shown(told_captions(page(FORM)))


def test_long_words_of_a_scan_that_hangs_askew_are_no_larger_letters():
    streets = [["High St", "Low Rd"], ["Springfield", "Shelbyville"], ["Massachusetts", "Connecticut"]]
    own = askew([*table(streets, EDGES), *put("Dear all", 0.1, 0.3)], 0.02)
    assert told_captions(own) is own


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
        pytest.param(
            [*put("Growth", 0.1, 0.1, scale=0.8), *put("Risks", 0.5, 0.1, scale=0.8), *prose(LEFT, 0.1, 0.115),
             *prose(RIGHT, 0.5, 0.115)],
            id="heads over prose in columns",
        ),
        pytest.param(table([["Name:", "Born:"], ["Address:", "City:"]], EDGES), id="a form that nobody filled in"),
        pytest.param(
            table([["Phone:", "Fax:"], ["Email: a@b.c", "Web: b.c"], ["x", "y"]], EDGES), id="names over whole fields"
        ),
        pytest.param(
            [*table([["12.5 %", "3.1 %"]], EDGES), *put("Revenue", 0.1, 0.115, scale=0.8),
             *put("Waste", 0.5, 0.115, scale=0.8), *table([["Markets", "Staff"]], EDGES, 0.14)],
            id="captions below their values",
        ),
        pytest.param(
            [*put("Item", 0.1, 0.1, scale=0.8), *put("Price", 0.5, 0.1, scale=0.8),
             *table([["Soup", "3.00"], ["Steak", "19.00"]], EDGES, 0.115, 2.0)],
            id="a table of two columns",
        ),
    ],
)  # fmt: skip
def test_what_is_no_caption_stays_the_same(words):
    own = page(words)
    assert told_captions(own) is own


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param([("Delivery to all", "Warranty for"), ("islands", "two years")] * 3, id="cells of two lines"),
        pytest.param([("12.50", "13.10"), ("Orla Palmer", "Ed Chen")] * 3, id="numbers are no captions"),
        pytest.param([("Date: 1 May", "Nr: 7"), ("Orla Palmer", "Ed Chen")] * 3, id="fields of their own"),
    ],
)
def test_what_is_no_caption_on_a_scan_stays_the_same_however_often_it_is_there(rows):
    own = scanned(*rows, ("Signed", "Place"))
    assert told_captions(own) is own


def test_on_a_scan_what_is_sure_comes_before_what_lies_near():
    """Of blocks below names with colons, the first line is the value, though the second lies nearer to it."""
    blocks = table([["Seller:", "Buyer:"]], EDGES, 0.05)
    blocks += table([["ACME Ltd", "Doe & Sons"], ["1 High Street", "2 Low Road"]], EDGES, 0.07, 1.2)
    own = page(blocks, boxed(*ROWS, ("Signed", "Place"), scale=1.05, top=0.15))
    assert shown(told_captions(PageText(own.lines, "ocr")))[1:4] == [
        "Seller: ACME Ltd  Buyer: Doe & Sons",
        "1 High Street  2 Low Road",
        "Given by  Address",
    ]


def test_a_head_over_small_captions_leaves_them_their_values():
    heads = table([["Bill to:", "Ship to:"]], EDGES, 0.08)
    own = page(heads, boxed(("Name", "Name"), ("Orla Palmer", "Ed Chen")))
    assert shown(told_captions(own)) == ["Bill to:  Ship to:", "Name  Name", "Name: Orla Palmer  Name: Ed Chen"]


def test_full_width_colons():
    own = page(table([["姓名：", "日期："], ["王小明", "2024-01-02"]], EDGES))
    assert shown(told_captions(own))[1] == "姓名: 王小明  日期: 2024-01-02"


def test_an_amount_set_lower_in_a_table_does_not_trip_the_page():
    """Captions and tables are both told of the lines as they were read."""
    rows = [["Date", "Text", "Rate", "Amount"]] + [
        [f"{day} May", "Rent", "798.00", "EUR 7,858.00"] for day in range(1, 6)
    ]
    rows.insert(3, ["9 May", "Rent", "798.00", "EUR"])
    lower = put("444.00", 0.89, 0.1 + 3 * 1.5 * HEIGHT + 0.8 * HEIGHT, "right")
    own = page(table(rows, (0.1, 0.3, 0.5, 0.8)), lower)
    told = told_text(Page(1, lambda: Image.new("RGB", (9, 9)), lambda: own))
    assert any("EUR 444.00" in line.text for line in told.lines)
    assert Counter(word.text for line in told.lines for word in line.words) == Counter(
        word.text for line in own.lines for word in line.words
    )


@pytest.mark.parametrize("answer", ["Orla Palmer", "1958-09-14", "Agent"])
def test_answers_cite_the_same_words_as_before(answer):
    """Values, and a caption, which is told a second time."""
    own = page(FORM)
    plain, told = (ground(answer, build([(1, text)], 1), "Who?").citations for text in (own, told_captions(own)))
    assert plain and told == plain


def test_forms_are_told_as_they_were_filled_in(monkeypatch):
    """The factory knows each form's captions and values."""
    told: set[str] = set()
    filled: dict[str, str] = {}
    for number, (sample, printed) in enumerate(forms(monkeypatch, "captions", 60)):
        for scene in sample.scenes:
            own = PageText(to_lines(words(scene), scene.width / scene.height), "text")
            cells = [cell for line in told_captions(own).lines for cell in line.told.split("  ") if cell]
            told |= {f"{number} {cell}" for cell in cells}
        filled |= {f"{number} {caption}": f"{number} {caption}: {value}" for caption, value in printed.items()}
    known = {cell for cell in told if cell.partition(": ")[0] in filled}
    assert len(known) > 30 and len(known & set(filled.values())) > 0.95 * len(known)


def test_on_a_scan_lines_near_and_far_in_turn_are_captions_and_values_of_any_size():
    told = told_captions(scanned(*ROWS, ("City", "Country"), ("", "Peru"), ("Signed", "Place")))
    assert shown(told)[1::2] == [
        "Given by: Orla Palmer  Address: 12 State Street",
        "Agent: Ed Chen  Born on: 1958-09-14",
        "Country: Peru",
    ]
    assert [line.needs_telling for line in told.lines][1::2] == [False, False, True]


def test_on_a_scan_one_line_near_the_next_may_lie_so_by_chance():
    own = scanned(("Given by", "Address"), ("Orla Palmer", "12 State Street"), ("Dear Sirs", "2 May"))
    assert told_captions(own) is own


SUMS = [["Net", "VAT %", "VAT", "Gross"], ["100.00", "19", "19.00", "119.00"], ["50.00", "", "3.50", "53.50"]]
SUMS.append(["150.00", "", "22.50", "172.50"])
COLUMNS = (0.2, 0.4, 0.6, 0.8)


@pytest.mark.parametrize("source", ["text", "ocr"])
@pytest.mark.parametrize("align", ["llll", "rrrr", "mmmm"])
def test_names_over_nothing_but_numbers_are_heads(align, source):
    own = page(table(SUMS, COLUMNS, align=align))
    told = told_captions(PageText(own.lines, source))
    assert shown(told) == [
        "Net  VAT %  VAT  Gross",
        "Net: 100.00  VAT %: 19  VAT: 19.00  Gross: 119.00",
        "Net: 50.00  VAT: 3.50  Gross: 53.50",
        "Net: 150.00  VAT: 22.50  Gross: 172.50",
    ]
    assert [line.needs_telling for line in told.lines] == [False, False, True, True]


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param([["Item", *SUMS[0][1:]], ["Soup", *SUMS[1][1:]]], id="a row with a label"),
        pytest.param([["2018", "2019", "2020", "2021"], SUMS[1]], id="numbers over numbers"),
        pytest.param([SUMS[0][:2], SUMS[1][:2]], id="two heads"),
        pytest.param([SUMS[0], ["a", "b", "c", "d"]], id="no numbers"),
        pytest.param([["1", "2", "3", "4"], SUMS[0], SUMS[1]], id="names that may explain the numbers above"),
    ],
)
def test_what_is_no_row_of_numbers_below_heads_stays_the_same(rows):
    own = page(table([row[:4] for row in rows], COLUMNS[: len(rows[0])]))
    assert told_captions(own) is own


def test_numbers_between_heads_or_far_below_them_belong_to_none():
    heads = table(SUMS[:1], COLUMNS)
    for numbers in (table(SUMS[1:2], (0.3, 0.5, 0.7, 0.9), 0.118), table(SUMS[1:2], COLUMNS, 0.2)):
        own = page(heads, numbers)
        assert told_captions(own) is own
