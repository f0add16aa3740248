"""Tables of the factory, drawn with their truth: cells and neighbours are found (the ICDAR 2013 measure)."""

from __future__ import annotations

from collections import Counter
from random import Random

from preprocess.document import PageText
from preprocess.lines import to_lines
from preprocess.tables.find import find_tables
from tests.documents.adjacency import Placed, bare, grid, placed, relations, score
from train.factory.documents import table_page
from train.factory.documents.flow import Flow, style
from train.factory.documents.tables import Grid
from train.factory.documents.tables import grid as factory_grid
from train.factory.scene import Scene, words

PAGES = 60
LEAST_F1, LEAST_CELLS = 0.98, 0.98


def read(scene: Scene) -> PageText:
    aspect = scene.width / scene.height
    return PageText(to_lines(words(scene), aspect), "text")


def truth(made: Grid) -> list[Placed]:
    """The cells of a grid as it is printed: heads over heads, the corner, headings between groups."""
    heads = [Placed(bare(text), 0, first + 1, last + 1) for text, first, last in made.spans]
    row = 1 if heads else 0
    rows = [[made.corner, *made.heads]]
    for number, label in enumerate(made.labels):
        if number in made.groups:
            rows.append([made.groups[number]])
        rows.append([label, *made.table.cells[number]])
    return heads + [cell._replace(row=cell.row + row) for cell in grid(rows)]


def test_the_measure_counts_pairs_of_neighbours():
    """By hand: a 2 x 2 grid has four pairs; a head over two columns has two below; blanks are stepped over."""
    whole = grid([["a", "b"], ["c", "d"]])
    assert set(relations(whole)) == {("a", "b", "right"), ("c", "d", "right"), ("a", "c", "down"), ("b", "d", "down")}
    over = [Placed("h", 0, 0, 1), *(cell._replace(row=cell.row + 1) for cell in whole)]
    assert relations(over) - relations(whole) == Counter({("h", "a", "down"): 1, ("h", "b", "down"): 1})
    assert set(relations(grid([["a", "", "b"], ["", "", ""], ["c"]]))) == {("a", "b", "right"), ("a", "c", "down")}
    assert score([whole], [whole]) == (4, 4, 4)
    assert score([whole], [grid([["a", "b"]]), grid([["c", "d"]])]) == (2, 2, 4)
    assert score([whole], []) == (0, 0, 4)


def test_tables_of_the_factory():
    """Heads of several lines, spans, wrapped labels, groups, totals, four languages; nothing is left out."""
    right = found = true = cells = same = 0
    for seed in range(PAGES):
        rng = Random(f"tables {seed}")
        made = factory_grid(rng, "test" if seed % 3 == 0 else "train", rng.choice(table_page.LANGUAGES))
        flow = Flow(style(rng))
        flow.table(rng, made)
        expected = [truth(made)]
        got = [placed(table) for table in find_tables(read(flow.scene()))]
        pairs = score(expected, got)
        right, found, true = right + pairs[0], found + pairs[1], true + pairs[2]
        printed = Counter(cell.text for table in expected for cell in table)
        cells += printed.total()
        same += (printed & Counter(cell.text for table in got for cell in table)).total()
    assert 2 * right / (found + true) >= LEAST_F1
    assert same / cells >= LEAST_CELLS


def test_pages_with_text_around_their_tables():
    """All cells of `Sample.table`, captions, notes and paragraphs around it, in the rows that they belong to."""
    cells = same = 0
    for seed in range(PAGES):
        sample = table_page.make(Random(f"page {seed}"), "test" if seed % 3 == 0 else "train")
        assert sample.table is not None
        rows = [row for table in find_tables(read(sample.scenes[0])) for row in table.texts]
        wanted = Counter("|".join(map(bare, row)) for row in sample.table.cells)
        found = Counter("|".join(map(bare, row[len(row) - len(sample.table.columns) :])) for row in rows)
        cells += wanted.total()
        same += (wanted & found).total()
    assert same / cells >= LEAST_CELLS
