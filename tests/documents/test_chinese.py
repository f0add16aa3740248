"""Chinese and Japanese pages: a line may be one word, labels are set wide, and years have a sign behind them."""

from __future__ import annotations

import pytest

from preprocess.charts.numbers import SCALES, figure
from preprocess.document import Box, Line, PageText, Word
from preprocess.leaders import told_leaders
from preprocess.lines import to_lines
from preprocess.ranges import parse_ranges
from preprocess.spaceless import count_words, read_on
from preprocess.tables.find import Table, find_tables
from preprocess.ticks import told_ticks

EDGES = (0.1, 0.4, 0.7)  # of columns
EM = 0.014  # an ideograph's width and height, of the page


def put(text: str, x: float, y: float) -> list[Word]:
    """Words, their ideographs an em wide, and a space an em."""
    words = []
    for word in text.split(" "):
        words.append(Word(word, Box(x, y, x + EM * len(word), y + EM)))
        x += EM * (len(word) + 1)
    return words


def texts(*lines: list[Word]) -> list[str]:
    return [line.text for line in to_lines([word for line in lines for word in line])]


def found_in(rows: list[tuple[str, str, str]]) -> Table:
    """The one table that is found where `rows` are printed."""
    cells = [(text, x, 0.1 + 0.03 * y) for y, row in enumerate(rows) for x, text in zip(EDGES, row, strict=True)]
    words = [word for cell in cells for word in put(*cell)]
    (table,) = find_tables(PageText(to_lines(words), "text"))
    return table


def told(text: str) -> str:
    """A line as ticks and leaders have it."""
    page = PageText((Line(text, (Word(text, Box(0, 0, 1, 1)),)),), "text")
    return told_leaders(told_ticks(page)).lines[0].shown


def test_labels_that_are_set_wide_are_one_word() -> None:
    labels = ["姓 名：张三", "地 址：北京市", "联系电话：010-1234"]
    assert texts(*(put(label, 0.1, 0.1 + 0.02 * row) for row, label in enumerate(labels))) == [
        "姓名：张三",
        "地址：北京市",
        "联系电话：010-1234",
    ]


def test_choices_of_one_ideograph_stay_apart() -> None:
    assert texts(put("是 否 说明：无", 0.1, 0.1)) == ["是  否  说明：无"]


def test_a_page_written_from_the_top_down_begins_at_the_right() -> None:
    columns = [Word(f"第{n}行是竖排的文字", Box(0.8 - 0.05 * n, 0.1, 0.83 - 0.05 * n, 0.6)) for n in range(9)]
    assert [line.text for line in to_lines(columns)] == [word.text for word in columns]


@pytest.mark.parametrize(
    "heads",
    [("2024年", "2023年"), ("2024年度", "2023年度"), ("2024年12月31日", "2023年12月31日"), ("2024年末", "2023年末")],
)
def test_years_are_heads_with_their_sign_too(heads: tuple[str, str]) -> None:
    rows = [
        ("项目", *heads),
        ("营业收入", "1,234.00", "1,100.00"),
        ("营业成本", "800.00", "750.00"),
        ("净利润", "120.00", "99.00"),
    ]
    table = found_in(rows)
    assert table.head == 1 and table.heads[1:] == list(heads)


def test_a_day_beside_an_amount_is_no_head() -> None:
    rows = [
        ("名称", "到期日", "金额"),
        ("银行借款", "2024年3月15日", "100.00"),
        ("委托贷款", "—", "200.00"),
        ("信用贷款", "—", "300.00"),
    ]
    table = found_in(rows)
    assert table.head == 1


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("卖方应在十五日内……完成发货", "卖方应在十五日内……完成发货"),
        ("等等……", "等等……"),
        ("姓名……………张三", "姓名: 张三"),
        ("目录⋯⋯⋯⋯12", "目录: 12"),
        ("是否适用：[√] 适用 [ ] 不适用", "是否适用: 适用  [ ] 不适用"),
        ("性别：√ 男 □ 女", "性别: 男  [ ] 女"),
        ("是 ☑ 否 □（请打勾）", "是 ☑ 否 □（请打勾）"),
    ],
)
def test_dots_and_ticks(line: str, shown: str) -> None:
    assert told(line) == shown


@pytest.mark.parametrize(
    ("text", "number"), [("120万", 120e4), ("3.5亿", 3.5e8), ("500元", 500), ("1,200台", 1200), ("12.5万元", 12.5)]
)
def test_figures_of_charts(text: str, number: float) -> None:
    read = figure(text)
    assert read is not None and read.number * SCALES.get(read.after, 1) == number


@pytest.mark.parametrize(
    ("typed", "pages"), [("1-3，5", (1, 2, 3, 5)), ("1、3", (1, 3)), ("１－３", (1, 2, 3)), ("2~4", (2, 3, 4))]
)
def test_pages_as_a_chinese_keyboard_has_them(typed: str, pages: tuple[int, ...]) -> None:
    assert parse_ranges(typed, 9) == pages


def test_lines_that_are_read_on() -> None:
    assert read_on(["北京市，", "海淀区"]) == "北京市，海淀区"
    assert read_on(["Hotel", "北京"]) == "Hotel 北京"
    assert read_on(["서울", "특별시"]) == "서울 특별시"
    assert count_words("北京市海淀区 Hotel") == 4
