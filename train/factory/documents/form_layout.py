"""How the fields of a form are set: in rows, columns or boxes, and with numbers, codes or a second language."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from train.factory.documents.form_fields import Filled
from train.factory.documents.paper import Paper, one_of
from train.factory.sample import Split

# One or two sections, each a style (`above` with so many fields in a row) and, after a slash, a mark of its labels.
LAYOUTS = (
    "rows",
    "dotted",
    "columns",
    "above 2",
    "table",
    "above 3",
    "rows columns",
    "rows above 2",
    "loose",
    "above 1",
    "dotted columns",
    "table above 3",
    "right",
    "indented",
    "rows/capitals",
    "columns/capitals right",
    "rows/numbered above 3",
    "dotted/coded",
    "table/numbered",
    "indented/coded",
    "columns/bilingual right",
    "above/capitals 3",
    "loose/bilingual table",
    "right/numbered above 2",
)
TICKS = (
    ("[x]", "[ ]"),
    ("☒", "☐"),
    ("[X]", "[ ]"),
    ("(X)", "( )"),
    ("☑", "☐"),
    ("■", "□"),
    ("[x]", "[]"),
    ("(x)", "( )"),
    ("[*]", "[ ]"),
    ("●", "○"),
    ("✔", "☐"),
    ("[ x ]", "[ ]"),
    ("✗", "□"),
    ("[✓]", "[ ]"),
    ("x", "_"),
    ("_X_", "___"),
    ("(•)", "( )"),
    ("☒", "□"),
    ("X", "__"),
    ("[X]", "[]"),
)
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def marked(rng: Random, split: Split, filled: Sequence[Filled], styles: Sequence[str], language: str) -> list[Filled]:
    """`filled` with labels as they are printed in a section: what follows the slash in its style."""
    mark = styles[0].partition("/")[2]
    first, numbering = rng.randrange(1, 30), rng.choice(("{}. {}", "{}. {}", "{}) {}", "({}) {}", "{} {}"))
    code = rng.choice(("({}{}) {}", "({}{}) {}", "{}{} {}", "{}{}. {}", "[{}{}] {}"))
    found = []
    for place, field in enumerate(filled):
        label, entry = field.label, field.entry
        other = entry.english if language == "de" else entry.german
        if mark == "capitals":
            label = label.upper()
        elif mark == "numbered":
            label = numbering.format(place + 1, label)
        elif mark == "coded":
            label = code.format(first, _LETTERS[place % len(_LETTERS)], label)
        elif mark == "bilingual" and other:
            label = f"{label} / {one_of(rng, other, split)}"
        found.append(field._replace(label=label))
    return found


class Section:
    """Fields in one style. Boxes take a whole row in every style, and so does what is too long for its column."""

    def __init__(self, rng: Random, paper: Paper, styles: Sequence[str], filled: Sequence[Filled]) -> None:
        self.paper, self.style = paper, styles[0].partition("/")[0]
        self.per_row = int(styles[1]) if self.style == "above" else 2 if self.style == "columns" else 1
        self.pitch = (paper.right - paper.left) / self.per_row
        widest = max(paper.width(field.label + ":") for field in filled)
        self.gutter = min(widest + rng.uniform(1, 5) * paper.look.size, 0.6 * (paper.right - paper.left))
        self.colon = rng.choice((":", ":", ""))
        # Under a label, and before another one, an empty place must show, or values would slip to their neighbours.
        must_show = self.style in ("above", "indented") or (self.style == "columns" and not self.colon)
        self.blank = rng.choice(("________", "-", "n/a") if must_show else ("", "", "________", "-"))

    def write(self, filled: Sequence[Filled], ticks: tuple[str, str], language: str) -> None:
        row: list[Filled] = []
        for field in filled:
            is_alone = bool(field.entry.options) or self._is_long(field)
            if is_alone or len(row) == self.per_row:
                self._row(row)
                row = []
            if field.entry.options:
                self._boxes(field, ticks, language)
            elif is_alone:
                self._row([field])
            else:
                row.append(field)
        self._row(row)

    def _is_long(self, field: Filled) -> bool:
        width, size = self.paper.width, self.paper.look.size
        if self.style == "above":
            return max(width(field.value), width(field.label)) > self.pitch - 1.2 * size
        return width(f"{field.label}: {field.value}") > self.pitch - 1.5 * size

    def _row(self, row: Sequence[Filled]) -> None:
        paper = self.paper
        if not row:
            return
        paper.need(3)
        top, depth = paper.y, paper.y
        for place, field in enumerate(row):
            x, shown = paper.left + place * self.pitch, field.value or self.blank
            paper.y = top
            if self.style == "above":
                paper.put(x, field.label, scale=0.8)
                paper.down(1.1)
                paper.put(x, shown)
                paper.down(1.5)
            else:
                self._beside(x, field.label, shown)
                if self.style == "table":
                    paper.rule(paper.left, paper.right, 0.3)
                paper.down(1.3)
            depth = max(depth, paper.y)
        paper.y = depth

    def _beside(self, x: float, label: str, shown: str) -> None:
        """A label and its value on one line, or the value on the next one where it is set so or would not fit."""
        paper, size = self.paper, self.paper.look.size
        text = label + self.colon
        if self.style == "dotted":
            dots = (self.gutter - paper.width(label)) / (size * 0.27)
            text = f"{label} {'.' * int(dots)}"
        paper.put(x, text)
        after = paper.width(text) + 0.4 * size
        start = x + (after if self.style in ("columns", "loose") else max(after, self.gutter + 4))
        is_right = self.style == "right" and x + after + paper.width(shown) < paper.right
        if is_right:
            paper.put(paper.right, shown, "right")
        elif self.style == "indented" or start + paper.width(shown) > paper.right:
            paper.down(1.1)
            paper.put(x + 2 * size, shown or "-")
        else:
            paper.put(start, shown)

    def _boxes(self, field: Filled, ticks: tuple[str, str], language: str) -> None:
        paper, size = self.paper, self.paper.look.size
        paper.need(3)
        paper.put(paper.left, field.label + self.colon)
        x = paper.left + paper.width(field.label + self.colon) + 1.5 * size
        for option in field.entry.boxes(language):
            mark = f"{ticks[0] if option == field.value else ticks[1]} {option}"
            if x + paper.width(mark) > paper.right:
                paper.down()
                x = paper.left + 3 * size
            paper.put(x, mark)
            x += paper.width(mark) + 1.8 * size
        paper.down(1.4)
