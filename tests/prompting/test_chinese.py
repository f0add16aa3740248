"""Chinese and Japanese questions, answers and values: no spaces part their words, and marks are their own."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from preprocess.document import Box, Line, PageText, Word
from preprocess.tables.find import Cell, Place, Table
from prompts import dates, numbers
from prompts.claims import without_marks
from prompts.columns import likeness
from prompts.evidence import Evidence, build
from prompts.extracted import value_of
from prompts.grounding import ground
from prompts.line_items import line_items
from prompts.page_names import named_pages
from prompts.quantities import quantities
from prompts.quotes import passages
from prompts.retrieval import rank
from prompts.schema import Field, ListField, read_schema
from prompts.tasks import is_refusal


def evidence(*pages: list[str]) -> Evidence:
    """Each line one word, a hundredth wide for each character and as high."""
    texts = []
    for number, lines in enumerate(pages, 1):
        rows = [
            Word(text, Box(0.1, 0.01 * row, 0.1 + 0.01 * len(text), 0.01 * row + 0.01))
            for row, text in enumerate(lines)
        ]
        texts.append((number, PageText(tuple(Line(word.text, (word,)) for word in rows), "text")))
    return build(texts, len(pages))


INVOICE = evidence(
    [
        "收款人：张三",
        "价税合计（小写）¥1,234.00",
        "卖方应于二〇二四年三月十五日前交至北京市海淀区中关",
        "村大街一号进行交付。",
        "预付款 5,000.00",
    ],
    ["违约金 5,000.00"],
)


@pytest.mark.parametrize(
    ("answer", "quote", "status"),
    [
        ("张三。[1]", "张三", "verified"),
        ("张三[1]。", "张三", "verified"),
        ("张三【1】", "张三", "verified"),
        ("收款人是张三[1]。", "张三", "verified"),
        ("收款人为「张三」[1]", "张三", "verified"),
        ("价税合计为1,234.00[2]", "1,234.00", "verified"),
        ("1234.00元[2]", "1,234.00", "verified"),
        ("根据合同第二条的约定。张三[1]", "张三", "verified"),
        ("北京市海淀区中关村大街一号[3-4]", "北京市海淀区中关村大街一号", "verified"),
        ("中关村[3-4]", "中关村", "verified"),
        ("2024-03-15[3]", "二〇二四年三月十五日", "verified"),
        ("北京市海淀区中关材大街一号[3-4]", "北京市海淀区中关村大街一号", "repaired"),
        ("李四[1]", "李四", "unverified"),
        ("收款人不是张三[1]", "收款人不是张三", "unverified"),
        ("收款人是**张三。**[1]", "张三", "verified"),
        ("二〇二四年三月十六日[3]", "二〇二四年三月十六日", "unverified"),
        ("1,235.00[2]", "1,235.00", "unverified"),
    ],
)
def test_citations(answer: str, quote: str, status: str) -> None:
    (citation,) = ground(answer, INVOICE).citations
    assert (citation.quote, citation.status) == (quote, status)


def test_a_citation_marks_its_part_of_a_line_that_is_one_word() -> None:
    (citation,) = ground("张三[1]", INVOICE).citations
    (box,) = citation.boxes
    assert (box.x0, box.x1) == pytest.approx((0.14, 0.16))


def test_of_the_places_of_a_value_the_question_chooses() -> None:
    (citation,) = ground("5,000.00", INVOICE, "违约金是多少？").citations
    assert citation.page == 2


def test_markers_leave_nothing_behind() -> None:
    assert without_marks("张三[3，4]") == without_marks("张三[3]、[4]") == without_marks("张三[3、4]") == "张三"


def test_names_are_not_cut_at_what_may_be_a_verb() -> None:
    document = evidence(["采购方：华为技术有限公司"])
    (citation,) = ground("采购方为华为技术有限公司[1]", document).citations
    assert (citation.quote, citation.status) == ("华为技术有限公司", "verified")


def test_a_refusal_may_end_in_a_chinese_stop() -> None:
    assert is_refusal("not found。")


def test_a_quote_runs_on_over_the_end_of_a_line() -> None:
    assert passages("北京市海淀区中关\n村大街一号").splitlines()[0] == "北京市海淀区中关村大街一号"
    assert passages("数量１２\n３４個").splitlines()[0] == "数量１２ ３４個"
    assert passages("Seoul 서울\n특별시 of").splitlines()[0] == "Seoul 서울 특별시 of"


@pytest.mark.parametrize(
    ("question", "line"),
    [
        ("2023年营业收入是多少？", "2023年营业收入为1,234万元"),
        ("A公司注册资本是多少？", "注册资本5000万元"),
        ("请问谁是收款人？", "收款人：张三"),
    ],
)
def test_words_behind_digits_and_letters_are_searched_for(question: str, line: str) -> None:
    lines = [(1, "风险提示是多少"), (2, "2023年报告"), (3, line), (4, "A座三层")]
    assert lines[rank(question, (), lines)[0]] == (3, line)


@pytest.mark.parametrize(
    ("question", "pages"),
    [
        ("第三页写了什么？", (3,)),
        ("首页的标题", (1,)),
        ("第3至5页", (3, 4, 5)),
        ("第2、4页", (2, 4)),
        ("末页", (9,)),
        ("３ページ目は？", (3,)),
        ("一页有多少行", ()),
        ("第3页到第5页", (3, 4, 5)),
        ("第三、四页", (3, 4)),
        ("全10ページの文書", ()),
        ("公司网站首页", ()),
    ],
)
def test_pages_named(question: str, pages: tuple[int, ...]) -> None:
    assert named_pages(question, 9) == pages


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1,234.00元", "1234"),
        ("-50.00元", "-50"),
        ("人民币1,234.00元整", "1234"),
        ("12.5万元", "125000"),
        ("3亿", "300000000"),
        ("￥８８．００", "88"),
    ],
)
def test_amounts(text: str, value: str) -> None:
    assert numbers.readings(text) == {Decimal(value)}


def test_what_is_counted() -> None:
    assert quantities("2台") == quantities("2 pcs") == {Decimal(2)}
    assert not quantities("2层楼") and not quantities("台") and not quantities("5 k")


@pytest.mark.parametrize(
    "text",
    [
        *("2024年3月15日", "2024年3月15号", "24年3月15日", "二〇二四年三月十五日", "二零二四年三月十五日"),
        *("民国113年3月15日", "令和6年3月15日"),
    ],
)
def test_dates(text: str) -> None:
    assert dates.meaning(text) == dt.date(2024, 3, 15)


def test_no_dates() -> None:
    for text in (
        "5年3月15日",
        "二〇二四年十三月十五日",
        "H30年3月15日",
        "服务期15年3月15日",
        "民國一百一十三年三月十五日",
    ):
        assert dates.meaning(text) is None
    assert dates.meaning("大正15年3月15日") == dt.date(1926, 3, 15)
    assert dates.meaning("令和元年十月三十一日") == dt.date(2019, 10, 31)
    assert dates.meaning("二〇二〇年二月二十日") == dt.date(2020, 2, 20)


def test_yes_and_no() -> None:
    field = Field(("is_paid",), "boolean", "?")
    assert value_of(field, "是。") is True and value_of(field, "否") is False and value_of(field, "可能") is None


def test_a_question_in_a_schema_is_asked_as_it_is() -> None:
    (field,) = read_schema({"properties": {"total": {"type": "number", "description": "价税合计是多少？"}}})
    assert isinstance(field, Field) and field.question == "价税合计是多少？"


def table(*rows: str) -> Table:
    here = Place(1, Box(0, 0, 1, 1))
    cells = [[Cell("" if text == "-" else text.replace("_", " "), here) for text in row.split()] for row in rows]
    return Table((here,), tuple(map(tuple, cells)), 1)


@pytest.mark.parametrize(
    ("schema", "head", "fields"),
    [
        ("invoice", "品名 数_量 单_价 金_额", {"description", "quantity", "unit_price", "amount"}),
        ("invoice", "商品名称 数量 含税单价 总价", {"description", "quantity", "unit_price", "amount"}),
        ("invoice", "品名 數量 単価 金額", {"description", "quantity", "unit_price", "amount"}),
        ("statement", "摘要 借方发生额 贷方发生额 账户余额", {"description", "debit", "credit", "balance"}),
    ],
)
def test_heads_of_lists(schema: str, head: str, fields: set[str]) -> None:
    field = next(one for one in read_schema(schema) if isinstance(one, ListField))
    found = line_items(field, [table(head, "打印纸 1 98.50 98.50", "墨盒 1 120.00 120.00")])
    assert [set(row) for row in found.rows] == [fields, fields]


def test_quantities_with_counters_and_spread_sums() -> None:
    field = next(one for one in read_schema("invoice") if isinstance(one, ListField))
    rows = ("课桌 2张 600.00元 1200.00元", "椅子 6把 100.00元 600.00元")
    for last in ("合_计 8 - 1800.10元", "合计_人民币 8 - 1800.10元"):
        found = line_items(field, [table("名称 数量 单价 金额", *rows, last)])
        assert [row["amount"].text for row in found.rows] == ["1200.00元", "600.00元"]


def test_units_say_nothing_about_decimals() -> None:
    """Of two factors under heads that say nothing, the one with more decimals is the price."""
    field = next(one for one in read_schema("invoice") if isinstance(one, ListField))
    rows = ("Montaż 2,5_h 80,00 200,00", "Nadzór 1,5_h 60,00 90,00")
    found = line_items(field, [table("Opis Ilość Cena Wartość", *rows)])
    assert [(row["quantity"].text, row["unit_price"].text) for row in found.rows] == [
        ("2,5 h", "80,00"),
        ("1,5 h", "60,00"),
    ]


def test_a_head_is_what_it_ends_in() -> None:
    amount = Field(("amount",), "number", "?", heads=("金额", "合计"))
    assert likeness(amount, "金 额") == 1 and likeness(amount, "含税金额") > 0.5
    assert likeness(amount, "合同设计费") == likeness(amount, "金额单位") == 0
