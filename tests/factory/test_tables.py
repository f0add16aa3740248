"""Pages with tables, reports, papers and slides: what they claim is what they print."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from random import Random

import pytest

from prompts.tasks import NOT_FOUND
from tests.factory.pages import colliding, outside
from train.factory.documents import columns_paper, report, slides, table_page
from train.factory.documents import table_wordings as wordings
from train.factory.documents.flow import Flow, style
from train.factory.documents.tables import grid
from train.factory.sample import Sample, Split, share
from train.factory.stream import MAKERS as MAKERS_OF_ALL

MAKERS = [table_page.make, report.make, columns_paper.make, slides.make]
READING = ("table/lookup", "text/fact", "table/title", "slide/figure", "slide/bullet", "paper/title", "paper/authors")


def _made(make: Callable[[Random, Split], Sample], count: int = 60) -> list[Sample]:
    return [make(Random(seed), "test" if seed % 3 == 0 else "train") for seed in range(count)]


def _printed(sample: Sample) -> str:
    """All that the pages show, without spaces: a value may be broken into two lines."""
    return "".join("".join(text.text.split()) for scene in sample.scenes for text in scene.texts)


@pytest.mark.parametrize("make", MAKERS)
def test_the_same_seed_gives_the_same_sample(make: Callable[[Random, Split], Sample]) -> None:
    assert make(Random(7), "train") == make(Random(7), "train")


@pytest.mark.parametrize("make", MAKERS)
def test_thoughts_end_in_the_answer_and_texts_stay_on_the_page(make: Callable[[Random, Split], Sample]) -> None:
    for sample in _made(make):
        assert len({question.text for question in sample.questions}) >= 3
        for question in sample.questions:
            assert question.thinking.splitlines()[-1] == question.answer
            assert question.answer and "{" not in question.text
        for scene in sample.scenes:
            assert all(0 <= text.y <= scene.height for text in scene.texts)


@pytest.mark.parametrize("make", MAKERS)
def test_what_is_read_is_printed(make: Callable[[Random, Split], Sample]) -> None:
    for sample in _made(make):
        printed = _printed(sample)
        for question in sample.questions:
            if question.task in READING and question.answer != NOT_FOUND:
                assert "".join(question.answer.split()) in printed, question


def test_a_look_up_finds_the_cell_and_a_missing_row_or_column_is_not_in_the_table() -> None:
    seen = 0
    for sample in _made(table_page.make, 200):
        table = sample.table
        assert table is not None
        cells = {
            wordings.EXACT.format(p=1, r=row, c=column): table.cells[y][x]
            for y, row in enumerate(table.rows)
            for x, column in enumerate(table.columns)
        }
        for question in sample.questions:
            if question.text in cells:
                seen += 1
                assert question.answer == cells[question.text]
    assert seen > 100


def test_the_page_of_a_heading_is_where_the_section_stands_not_the_contents() -> None:
    for sample in _made(report.make, 120):
        for question in sample.questions:
            if question.task != "page/heading" or '"' not in question.text:
                continue
            heading = "".join(question.text.split('"')[1].split())
            holding = [
                number
                for number, scene in enumerate(sample.scenes, 1)
                if heading in "".join("".join(text.text.split()) for text in scene.texts)
            ]
            assert int(question.answer) in holding


def test_no_page_of_a_report_bears_the_number_that_another_has_in_the_file() -> None:
    romans = 0
    for seed in range(400):
        count = 1 + seed % 9
        printed = [page.printed for page in report._pages(Random(seed), "train", count, 0, 0)]
        if not printed[0]:
            continue
        is_roman = not printed[0].isdigit()
        romans += is_roman
        numbers = [report.ROMAN.index(label) + 1 if is_roman else int(label) for label in printed]
        assert numbers == list(range(numbers[0], numbers[0] + count))
        assert numbers[0] == 1 or numbers[0] > count
    assert romans > 20


@pytest.mark.parametrize("name", ["table", "table_drill", "report", "slides", "drill"])
def test_texts_stay_on_the_page_and_apart(name: str) -> None:
    for split in ("train", "test"):
        for seed in range(40):
            for scene in MAKERS_OF_ALL[name](Random(f"apart {seed}"), split).scenes:
                assert not outside(scene) and not colliding(scene), (split, seed)


def test_a_full_slide_has_no_more_figures(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slides.prose, "sentence", lambda rng, split: "Short.")
    for seed in range(20):
        flow = Flow(replace(style(Random(seed)), width=960.0, height=540.0, margin=50.0, size=18.0))
        flow.y = 350.0
        slides._filled(Random(seed), "train", flow, 1)
        assert not outside(flow.scene()), seed


def test_a_label_in_capitals_has_a_column_that_is_wide_enough() -> None:
    for seed in range(20):
        made = grid(Random(seed), "train", rows=3, columns=2)
        made = replace(made, labels=("ZONE_WAREHOUSE_CUSTOMER",) * len(made.labels), groups={})
        flow = Flow(replace(style(Random(seed)), cells="left"))
        flow.table(Random(seed), made)
        assert not colliding(flow.scene()), seed


def test_a_heading_in_capitals_is_broken_where_the_page_ends() -> None:
    flow = Flow(replace(style(Random(0)), width=595.0, margin=60.0))
    for bold in (False, True):
        flow.block("COSTS OF COMPARING HOUSEHOLD INCOME IN MOUNTAIN AREAS AND MEMBER COUNTRIES", 17, bold)
    assert not outside(flow.scene())


@pytest.mark.parametrize("texts", [wordings.LOOKUP, wordings.REVERSE, wordings.SUM, wordings.ABOVE, report.WHERE])
def test_each_split_has_wordings_of_its_own(texts: tuple[str, ...]) -> None:
    assert share(texts, "test") and not set(share(texts, "test")) & set(share(texts, "train"))
