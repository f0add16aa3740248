"""Charts of the factory, drawn with their truth, and the measure that they are held against."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from random import Random

import pymupdf
import pytest

from preprocess.document import Page, PageText
from preprocess.lines import to_lines
from preprocess.told import told_text
from train.charts import __main__ as program
from train.charts.trials import Trial, matched, try_chart
from train.charts.truth import Truth, page_of
from train.factory.charts import chart
from train.factory.evidence import evidence_of
from train.factory.fonts import FAMILIES, Family, Fonts
from train.factory.sample import Sample, Table
from train.factory.scene import Scene, Text

CHARTS = 40
FLAWED = 2
LEAST_RIGHT, MOST_WRONG = 0.9, 0.03  # of the cells, scans with misread digits and pies of hidden order among them


@pytest.fixture(scope="module")
def fonts(tmp_path_factory) -> Fonts:
    """Fonts that come with a package users have anyway."""
    folder = tmp_path_factory.mktemp("fonts")
    families = []
    for name, role in {"helv": "sans", "tiro": "serif", "cjk": "cjk"}.items():
        (folder / name).write_bytes(pymupdf.Font(name).buffer)
        families.append(Family(name, role, "", (name,), ""))
    return Fonts.load(folder, families)


@pytest.fixture(scope="module")
def trials(fonts) -> list[Trial]:
    found = []
    for seed in range(CHARTS):
        rng = Random(f"read back {seed}")
        sample = chart.make(rng, "train")
        truth = Truth.of(sample)
        if truth.measurable and truth.kind not in ("scatter", "dual"):
            found.append(try_chart(page_of(sample, fonts, rng), truth, sample.medium)[0])
    return found


def test_most_cells_of_generated_charts_are_right(trials):
    outcomes = Counter(outcome for trial in trials for outcome in trial.outcomes)
    count = sum(outcomes.values())
    assert len({trial.kind for trial in trials}) >= 5 and count > 200
    assert outcomes["right"] >= LEAST_RIGHT * count and outcomes["wrong"] <= MOST_WRONG * count, outcomes


def test_where_all_values_are_right_checks_mostly_pass(trials):
    perfect = [trial for trial in trials if set(trial.outcomes) == {"right"}]
    assert perfect and sum(trial.passed is True for trial in perfect) >= 0.95 * len(perfect)


def test_a_wrong_printed_value_fails_a_check(fonts):
    """A misread digit in front, as OCR may read it, in one value of each chart."""
    flawed: list[Trial] = []
    for seed in range(CHARTS):
        rng = Random(f"misread {seed}")
        made = replace(chart.make(rng, "train"), medium="digital")
        truth = Truth.of(made)
        if truth.printed and truth.kind in ("bar", "hbar"):
            trial, _ = try_chart(misread(page_of(made, fonts, rng), made.table.cells[0][0]), truth, "digital")
            flawed += [trial] if "wrong" in trial.outcomes else []
        if len(flawed) == FLAWED:
            break
    assert len(flawed) == FLAWED and all(trial.passed is False for trial in flawed)


def misread(page: Page, value: str) -> Page:
    """`page` with another first digit in the word that says `value`."""
    wrong = ("7" if value[0] != "7" else "2") + value[1:]
    words = [word for line in page.text().lines for word in line.words]
    picture = page.render()
    words = [replace(word, text=wrong) if word.text == value and value[0].isdigit() else word for word in words]
    text = PageText(to_lines(words, picture.width / picture.height), page.text().source)
    return Page(1, lambda: picture, lambda: text)


def test_the_factory_tells_charts_as_the_reader_does(fonts):
    """Rows of charts with printed values, as training has them, against those read from the drawn picture."""
    same = count = 0
    for seed in range(40):
        rng = Random(f"told {seed}")
        made = replace(chart.make(rng, "train"), medium="digital")
        if made.told is None or not Truth.of(made).printed:
            continue
        evidence = evidence_of(replace(made.told, medium="digital"), rng)
        read = {line.shown for line in told_text(page_of(made, fonts, rng)).lines}
        rows = [line.shown for _, line in evidence.lines.values() if line.text.split("  ")[0] in made.table.rows]
        same += sum(row in read for row in rows)
        count += len(rows)
    assert count > 150 and same > 0.7 * count, f"{same} of {count}"


def test_names_are_matched_by_name_and_else_by_order():
    assert matched(["North", "South"], ["South", "North"]) == [1, 0]
    assert matched(["North", "South"], ["N0rth", "Soufh"]) == [0, 1]
    assert matched(["North", "South"], ["", ""]) == [0, 1]
    assert matched(["North", "South"], ["North"]) == [0, None]
    assert matched(["value"], [""]) == [0]


def sample(cells, texts, kind="bar", language="en") -> Sample:
    scene = Scene(100, 100, tuple(Text(10, 10 * row, text) for row, text in enumerate(texts)))
    rows = tuple(f"row {number}" for number in range(len(cells)))
    table = Table(("value",), rows, tuple((cell,) for cell in cells))
    return Sample(f"chart/{kind}", (scene,), (), table=table, language=language)


def test_the_truth_knows_what_is_printed_and_what_can_be_measured():
    assert Truth.of(sample(["3 %", "1 234 %"], ["3 %", "1 234 %"])).printed
    axis = Truth.of(sample(["3", "1,234"], ["0", "500", "1,000", "1,500", "row 0"]))
    assert not axis.printed and axis.measurable and axis.numbers == ((3.0,), (1234.0,))
    assert not Truth.of(sample(["3", "4"], ["row 0", "row 1", "Title"])).measurable
    assert Truth.of(sample(["1.234", "5,5"], [], language="de")).numbers == ((1234.0,), (5.5,))


def test_the_program_prints_tables_and_json(fonts, monkeypatch, capsys, tmp_path):
    monkeypatch.setattr(program.Fonts, "load", lambda folder, families: fonts)
    assert FAMILIES["test"]
    assert program.main(["--fonts", str(tmp_path), "--samples", "6", "--keep", str(tmp_path / "kept")]) == 0
    lines = capsys.readouterr().out.splitlines()
    told = json.loads(lines[-1])
    assert set(told) == {"cells", "checks", "refused", "seconds"} and told["seconds"][0]["n"] == 6
    assert sum(row["charts"] for row in told["cells"] if row["name"] in ("all, printed", "all, measured")) <= 6
    assert any(line.startswith("| cells | charts |") for line in lines)
