"""Short drills in what the base model lacks: selecting, copying, counting, comparing, and arithmetic in columns.

A drill is a page like any other (a few lines, questions about them), ten times shorter than a document, so it teaches
the skill at a tenth of the cost. They come first in training and stay as a share of it.
"""

from __future__ import annotations

from decimal import Decimal
from random import Random

from train.factory import names, traces
from train.factory.sample import Question, Sample, Split, Table, missing, reading, share
from train.factory.scene import Scene, Text, estimated_width
from train.factory.traces import Read, Thought, worked
from train.factory.values import any_date, money

LOOKUPS = [
    "What is the {}?",
    "{}?",
    "{}",
    "Which value does {} have?",
    "Give the value of {}.",
    "What stands beside {}?",
    "Tell me the {}.",
    "How much is {}?",
    "Look up {}.",
]
REVERSE = ["Which entry has {}?", "What has the value {}?", "{} belongs to what?", "Whose value is {}?"]
CELLS = [
    'What is the value in the row "{r}" under the column "{c}"?',
    "What is the {c} of {r}?",
    "{r}, {c}?",
    "How much {c} does {r} have?",
    "{c} for {r}",
    'Give the cell "{r}" / "{c}".',
    "What does {r} show for {c}?",
    "In {c}, what is the figure for {r}?",
]
LARGEST = [
    "Which is the largest?",
    "Which has the highest value?",
    "What comes first by size?",
    "Who leads?",
    "Which one is the greatest?",
    "Which has the most?",
    "What is the biggest entry?",
    "Which of them is the highest?",
    "Name the entry with the maximum value.",
    "Which entry comes out on top?",
    "Where is the value highest?",
    "Whose number is the largest?",
    "Who or what has the highest number?",
    "Which line has the greatest figure?",
    "Rank them; which is at the top?",
    "What stands with the largest number?",
    "Find the one with the highest value.",
    "Which exceeds all the others?",
    "entry with the maximum",
    "largest entry",
]
SMALLEST = [
    "Which is the smallest?",
    "Which has the lowest value?",
    "What is the least?",
    "Which one comes last by size?",
    "Which one is the lowest?",
    "Which has the least?",
    "What is the smallest entry?",
    "Which of them is the lowest?",
    "Name the entry with the minimum value.",
    "Which entry has the least of all?",
    "Where is the value lowest?",
    "Whose number is the smallest?",
    "Who or what has the lowest number?",
    "Which line has the smallest figure?",
    "Rank them; which is the last one?",
    "What stands with the smallest number?",
    "Find the one with the lowest value.",
    "Which is below all the others?",
    "entry with the minimum",
    "smallest entry",
]
DIFFERENCES = [
    "What is the difference between {} and {}?",
    "How much more is {} than {}?",
    "By how much does {} exceed {}?",
    "{} minus {}?",
    "How much larger is {} than {}?",
    "What is {} less {}?",
    "By how much is {} above {}?",
    "How far apart are {} and {}?",
    "How far is {} ahead of {}?",
    "What is the gap between {} and {}?",
    "difference {} {}",
    "How much higher is {} than {}?",
    "By what amount do {} and {} differ?",
    "What separates {} from {}?",
    "{} - {}",
    "Compare {} with {}: what is the difference?",
]
SUMS = [
    "What is the sum of {} and {}?",
    "What do {} and {} add up to?",
    "{} plus {}?",
    "How much are {} and {} together?",
    "Add {} and {}.",
    "What is the total of {} and {}?",
    "What do {} and {} come to?",
    "What do {} and {} make in all?",
    "sum {} {}",
    "How much is {} and {} combined?",
    "Put {} and {} together: how much is it?",
    "Taken together, how much are {} and {}?",
    "{} + {}",
    "Add up {} and {}.",
    "{} and {} in total?",
    "Calculate the sum of {} and {}.",
]
TOTALS = [
    "What is the sum of all values?",
    "What do they add up to?",
    "Total of all?",
    "Add them all up.",
    "How much is it altogether?",
    "What is the grand total?",
    "What do all of them make?",
    "Sum up all numbers.",
    "total",
    "What is the total of the list?",
    "How much are all of them together?",
    "What do the entries come to in all?",
    "What is the overall sum?",
]
MEANS = [
    "What is the average?",
    "What is the mean value?",
    "Average of all values?",
    "What is the mean of the numbers?",
    "What do they average?",
    "Give the mean.",
    "average",
    "What is the average of the entries?",
    "How much is it on average?",
    "Work out the average value.",
    "On average, how large is an entry?",
    "What is the mean of all of them?",
    "Calculate the mean.",
]
COUNTS = [
    "How many entries are there?",
    "How many lines are listed?",
    "Count the entries.",
    "What is the number of entries?",
]
ORDINALS = [("first", 0), ("second", 1), ("third", 2), ("last", -1)]
PLACES = ["What is the {} entry?", "Which entry comes {}?", "Name the {} one.", "{} entry?"]
LEADING = 15.0


def make(rng: Random, split: Split) -> Sample:
    """One of the drills."""
    return rng.choice((key_values, grid, grid, numbers, numbers))(rng, split)


def key_values(rng: Random, split: Split) -> Sample:
    """Lines of a key and a value of any sort; values are looked up, keys found back."""
    keys = _labels(rng, split, rng.randrange(4, 16))
    rows = {key: _value(rng, split) for key in keys}
    mark = rng.choice((": ", "  ", " : ", " - ", "; "))
    lines = [f"{key}{mark}{value}" for key, value in rows.items()]
    questions = []
    for key in rng.sample(keys, min(len(keys), 5)):
        questions.append(reading(rng.choice(share(LOOKUPS, split)).format(key), key, rows[key], "drill/lookup"))
    value_of = rng.choice(keys)
    if list(rows.values()).count(rows[value_of]) == 1:
        text = rng.choice(share(REVERSE, split)).format(rows[value_of])
        questions.append(Question(text, value_of, f"{value_of}: {rows[value_of]}\n{value_of}", "drill/reverse", "anls"))
    for absent in _labels(rng, split, 2, keys):
        questions.append(missing(rng.choice(share(LOOKUPS, split)).format(absent), absent, "missing/drill"))
    name, place = rng.choice(ORDINALS)
    text = rng.choice(share(PLACES, split)).format(name)
    questions.append(Question(text, keys[place], f"{name}: {keys[place]}\n{keys[place]}", "drill/place", "anls"))
    return _sample("drill/keys", lines, questions, rng)


def grid(rng: Random, split: Split) -> Sample:
    """A small table: column head and row label meet in a cell."""
    columns = _labels(rng, split, rng.randrange(2, 6)) if rng.random() < 0.5 else _years(rng, rng.randrange(2, 6))
    rows = _labels(rng, split, rng.randrange(3, 9), columns)
    places = rng.choice((0, 1, 2))
    scale = 10 ** rng.randrange(1, 5)
    cells = [[f"{rng.uniform(0, scale):.{places}f}" for _ in columns] for _ in rows]
    lines = ["  ".join(columns), *("  ".join((label, *line)) for label, line in zip(rows, cells, strict=True))]
    questions = []
    for _ in range(6):
        r, c = rng.randrange(len(rows)), rng.randrange(len(columns))
        text = rng.choice(share(CELLS, split)).format(r=rows[r], c=columns[c])
        thinking = f"{rows[r]}, {columns[c]}: {cells[r][c]}\n{cells[r][c]}"
        questions.append(Question(text, cells[r][c], thinking, "drill/cell"))
    absent = _labels(rng, split, 1, [*columns, *rows])[0]
    text = rng.choice(share(CELLS, split)).format(r=absent, c=rng.choice(columns))
    questions.append(missing(text, absent, "missing/drill"))
    table = Table(tuple(columns), tuple(rows), tuple(tuple(line) for line in cells))
    return _sample("drill/grid", lines, questions, rng, table)


def numbers(rng: Random, split: Split) -> Sample:
    """A list of labelled numbers: compare, subtract, add up."""
    labels = _labels(rng, split, rng.randrange(2, 7)) if rng.random() < 0.6 else _years(rng, rng.randrange(2, 7))
    digits, places = rng.choice(((1, 0), (2, 0), (2, 1), (3, 0), (2, 2), (3, 1), (4, 0), (3, 2)))
    reads: list[Read] = []
    while len(reads) < len(labels):  # all different, so that there is one largest
        value = traces.rounded(Decimal(str(rng.uniform(0, 10**digits))), places)
        if all(value != read.value for read in reads):
            reads.append(Read(labels[len(reads)], value))
    first, second = sorted(rng.sample(reads, 2), key=lambda read: -read.value)
    pair = tuple(f"the value for {read.label}" if read.label.isdigit() else read.label for read in (first, second))
    tasks: list[tuple[str, list[str], tuple[str, ...], Thought, str]] = [
        ("drill/max", LARGEST, (), traces.largest(reads), "anls"),
        ("drill/min", SMALLEST, (), traces.largest(reads, smallest=True), "anls"),
        ("drill/difference", DIFFERENCES, pair, traces.difference(first, second), "amount"),
        ("drill/sum", SUMS, pair, traces.total((first, second)), "amount"),
        ("drill/total", TOTALS, (), traces.total(reads), "amount"),
        ("drill/mean", MEANS, (), traces.mean(reads, places + 1), "relaxed_accuracy"),
    ]
    questions = [
        worked(rng.choice(share(wordings, split)).format(*keys), thought, task, metric)
        for task, wordings, keys, thought, metric in tasks
    ]
    count = str(len(reads))
    thinking = "\n".join(f"{place}. {read.label}" for place, read in enumerate(reads, 1)) + f"\n{count}"
    questions.append(Question(rng.choice(share(COUNTS, split)), count, thinking, "drill/count", "exact_field", 1))
    lines = [f"{read.label}  {traces.plain(read.value)}" for read in reads]
    rng.shuffle(questions)
    return _sample("drill/numbers", lines, questions, rng)


def _labels(rng: Random, split: Split, count: int, taken: list[str] | None = None) -> list[str]:
    """Different names of things, people, places and codes."""
    kind = rng.randrange(5)
    found: list[str] = []
    while len(found) < count:
        label = (
            names.product(rng, split)
            if kind == 0
            else names.person(rng, "en", split)
            if kind == 1
            else rng.choice((names.coined(rng), names.coined(rng, 3)))
            if kind == 2
            else f"{rng.choice(share(names.SHOP_WORDS, split))} {rng.choice(share(names.TRADES, split)).lower()}"
            if kind == 3
            else f"{rng.choice('ABCDEFGHKLMNPRST')}{rng.choice('ABCDEFGHKLMNPRST')}-{rng.randrange(10, 1000)}"
        )
        if label not in found and label not in (taken or ()):
            found.append(label)
    return found


def _years(rng: Random, count: int) -> list[str]:
    first = rng.randrange(1990, 2024)
    return [str(first + step) for step in range(count)]


def _value(rng: Random, split: Split) -> str:
    kind = rng.randrange(7)
    if kind == 0:
        return f"{money(rng, 1, 90000):,.2f}"
    if kind == 1:
        return str(rng.randrange(0, 10 ** rng.randrange(1, 7)))
    if kind == 2:
        return f"{any_date(rng):%d.%m.%Y}"
    if kind == 3:
        return names.coined(rng, 3)
    if kind == 4:
        return f"{rng.uniform(0, 100):.1f}%"
    if kind == 5:
        return f"{rng.choice('ABCDEXZ')}{rng.randrange(100, 10**7)}"
    return f"{rng.choice(share(names.ADJECTIVES, split))} {rng.choice(share(names.GOODS, split))}"


def _sample(kind: str, lines: list[str], questions: list[Question], rng: Random, table: Table | None = None) -> Sample:
    """The lines as a page: parts that stand two spaces apart become columns of their own."""
    texts = []
    for place, line in enumerate(lines):
        x = 20.0
        for part in line.split("  "):
            texts.append(Text(x, 20 + LEADING * (place + 1), part))
            x += 10.0 * (len(part) * 0.62 + 2.5)
    ends = max(text.x + estimated_width(text.text, text) for text in texts)
    scene = Scene(max(620, ends + 20), 40 + LEADING * (len(lines) + 1), tuple(texts))
    rng.shuffle(questions)
    return Sample(kind, (scene,), tuple(questions), table=table)
