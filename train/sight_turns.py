"""From a sample to what an eye is asked: its picture, what is said beside it, and questions, stage by stage.

1. `lines`: a few lines, to be written down.
2. `tables`: charts as tables, and pieces of pages to be written down or asked for their fields.
3. `questions`: what text is asked too, with the picture alone or with words beside it; some of the former go on.

Where words stand beside a picture, an eye is never needed and never learns; so half of the pictures come without, and
some beside words that are read wrongly.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random

import numpy as np
from PIL import Image

from preprocess.document import Box, PageText, Word
from preprocess.lines import to_lines
from prompts.evidence import Evidence, build
from train.factory.augment import Way, augment
from train.factory.draw import Drawn, draw
from train.factory.evidence import evidence_of
from train.factory.fonts import Fonts, UncoveredText
from train.factory.lines import TRANSCRIBE
from train.factory.sample import Sample, Split, share
from train.factory.warp import Picture
from train.packing import Turn
from train.turns import Diet, key_of, turn_of

LOG = logging.getLogger(__name__)
TABULATE = (
    "Which values does the chart show?",
    "Read the chart as a table.",
    "Give the chart's data, a row a line.",
    "Write the chart down as a table.",
    "Table of the chart?",
    "What are the labels and values of this chart?",
)
CHART_WIDE = (392, 840)  # pixels; letters of a chart are legible from some 400 on
PIECE_HIGH, EDGE = (40.0, 260.0), 12  # pixels of a piece of a page, and of paper above and below it
POINT = (1.3, 2.2)  # pixels a point that pages are drawn with
LEAST_WORDS = 3  # of a piece
FLAT: tuple[Way, ...] = ("clean", "jpeg")  # nobody photographs a strip of paper
EVIDENCE, WRONG = 0.5, 0.2  # of the questions' samples have words beside the picture, and of those some are wrong
AGAIN = 0.15  # of the questions' charts are written down as before
FIELDS = 0.5  # of the pieces of pages are asked for fields, where they have some
MOST_LOST = 0.01  # of the samples may fail; a run on a lent machine goes on without them


@dataclass(frozen=True, slots=True)
class Look:
    """A page's picture, the words beside it, and what is asked of it."""

    image: Image.Image
    evidence: Evidence
    turns: list[Turn]


Stage = Callable[[Sample, Fonts, Random, Split], Look | None]


def looks(pairs: Iterator[tuple[Sample, Random]], stage: Stage, fonts: Fonts, split: Split) -> Iterator[Look]:
    """A look for each sample of which there is something to ask. What no font can draw is left out.

    Any other failure is told, and raised where more than one in a hundred fail.
    """
    lost = 0
    for seen, (sample, rng) in enumerate(pairs, 1):
        try:
            look = stage(sample, fonts, rng, split)
        except UncoveredText:
            continue
        except Exception as error:
            lost += 1
            if lost > max(1.0, MOST_LOST * seen):
                raise
            LOG.warning("left out a %s: %s: %s", sample.kind, type(error).__name__, error)
            continue
        if look is not None:
            yield look


def transcribed(sample: Sample, fonts: Fonts, rng: Random, split: Split) -> Look | None:
    """Lines as they are; of a page a piece."""
    if sample.kind == "line":
        drawn = draw(sample.scenes[0], fonts, rng, rng.uniform(0.9, 1.2))
        drawn = augment(drawn, rng, "scan" if sample.medium == "scan" else rng.choice(FLAT))
        return Look(_image(drawn.picture), _no_words(), [turn_of(question, rng, FAST) for question in sample.questions])
    piece = _piece(_seen(sample, fonts, rng, rng.uniform(*POINT)), rng)
    return None if piece is None else Look(_image(piece[0]), _no_words(), [_written_down(piece, rng, split)])


def looked_up(sample: Sample, fonts: Fonts, rng: Random, split: Split) -> Look | None:
    """A piece of a page, and what is asked of fields that stand in it, and once on the page.

    A form prints labels above values at times; where the cut lies between them nobody can tell whose value it is, so
    the label must stand in the piece too. Of other documents no question says which label is printed.
    """
    drawn = _seen(sample, fonts, rng, rng.uniform(*POINT))
    piece = _piece(drawn, rng)
    if piece is None:
        return None
    picture, words = piece
    here, page = (" ".join(word.text for word in each) for each in (words, drawn.words))
    asked = [question for question in sample.questions if question.task.startswith("field/") and question.is_answerable]
    asked = [q for q in asked if _count(q.answer, page) == _count(q.answer, here) == 1]
    if sample.kind == "form":
        asked = [q for q in asked if _count(key_of(q).casefold(), here.casefold())]
    turns = [turn_of(q, rng, FAST) for q in asked]
    return Look(_image(picture), _no_words(), turns or [_written_down(piece, rng, split)])


def _count(answer: str, words: str) -> int:
    """How often it stands there, not as a part of another word or number."""
    return len(re.findall(rf"(?<![\w.,/-]){re.escape(answer)}(?![\w/-]|[.,]\d)", words))


def _written_down(piece: tuple[Picture, tuple[Word, ...]], rng: Random, split: Split) -> Turn:
    picture, words = piece
    said = "\n".join(line.text for line in to_lines(words, picture.shape[1] / picture.shape[0]))
    return Turn(rng.choice(share(TRANSCRIBE, split)), said, task="sight/piece")


def tabulated(sample: Sample, fonts: Fonts, rng: Random, split: Split) -> Look | None:
    """A chart as its table, a row a line: the label, then its values, `|` between them."""
    table = sample.table
    if table is None or not sample.kind.startswith("chart"):
        return (looked_up if sample.kind != "line" and rng.random() < FIELDS else transcribed)(
            sample, fonts, rng, split
        )
    rows = ["|".join((label, *cells)) for label, cells in zip(table.rows, table.cells, strict=True)]
    if len(table.columns) > 1:
        rows.insert(0, "|".join(("", *table.columns)))
    drawn = _chart(sample, fonts, rng)
    turn = Turn(rng.choice(share(TABULATE, split)), "\n".join(rows), task="sight/table")
    return Look(_image(drawn.picture), _no_words(), [turn])


def questioned(sample: Sample, fonts: Fonts, rng: Random, split: Split) -> Look | None:
    """Questions in both modes; those that only the picture answers too. The first page is what is seen."""
    is_chart = sample.kind.startswith("chart")
    if sample.kind == "line" or (is_chart and rng.random() < AGAIN):
        return tabulated(sample, fonts, rng, split)
    if not sample.questions or len(sample.scenes) > 1:
        return None
    drawn = _chart(sample, fonts, rng) if is_chart else _seen(sample, fonts, rng, rng.uniform(*POINT))
    diet, evidence = Diet(), _no_words()
    if rng.random() < EVIDENCE:
        if sample.told is not None and rng.random() < diet.told:
            sample = sample.told
        evidence = evidence_of(sample, rng, is_wrong=not sample.is_told and rng.random() < WRONG)
    questions = list(sample.questions)
    rng.shuffle(questions)
    return Look(
        _image(drawn.picture), evidence, [turn_of(question, rng, diet) for question in questions[: diet.questions]]
    )


FAST = Diet(think=0.0, think_steps=0.0)
STAGES: Mapping[str, tuple[Stage, Mapping[str, float]]] = {  # and how often which maker's samples come
    "lines": (transcribed, {"line": 1.0}),
    "tables": (tabulated, {"chart": 0.5, "line": 0.1, "receipt": 0.15, "invoice": 0.1, "form": 0.1, "table": 0.05}),
    "questions": (
        questioned,
        {"chart": 0.45, "line": 0.08, "receipt": 0.2, "invoice": 0.1, "form": 0.1, "table": 0.07},
    ),
}


def _seen(sample: Sample, fonts: Fonts, rng: Random, scale: float) -> Drawn:
    """The first page as a reader gets it."""
    drawn = draw(sample.scenes[0], fonts, rng, scale)
    return augment(drawn, rng, None if sample.medium == "digital" else sample.medium)


def _chart(sample: Sample, fonts: Fonts, rng: Random) -> Drawn:
    return _seen(sample, fonts, rng, rng.uniform(*CHART_WIDE) / sample.scenes[0].width)


def _piece(drawn: Drawn, rng: Random) -> tuple[Picture, tuple[Word, ...]] | None:
    """Some rows of a page in their full width, and their words, boxes as fractions of the part.

    It is cut where no word stands; None where a row is higher than a piece may be, as on a page that lies askew.
    """
    height = len(drawn.picture)
    rows = _rows(drawn.words)
    first = last = rng.randrange(len(rows)) if rows else 0
    wanted = rng.uniform(*PIECE_HIGH) / height
    while last + 1 < len(rows) and rows[last + 1].y1 - rows[first].y0 <= wanted:
        last += 1
    if not rows or rows[last].y1 - rows[first].y0 > PIECE_HIGH[1] / height:
        return None
    top = round((rows[first - 1].y1 + rows[first].y0) / 2 * height) if first else 0
    bottom = round((rows[last].y1 + rows[last + 1].y0) / 2 * height) if last + 1 < len(rows) else height
    top, bottom = max(top, round(rows[first].y0 * height) - EDGE), min(bottom, round(rows[last].y1 * height) + EDGE)

    def within(y: float) -> float:
        return min(max((y * height - top) / (bottom - top), 0.0), 1.0)

    inside = [word for word in drawn.words if rows[first].y0 <= word.box.y0 and word.box.y1 <= rows[last].y1]
    if len(inside) < LEAST_WORDS:
        return None
    words = [replace(w, box=Box(w.box.x0, within(w.box.y0), w.box.x1, within(w.box.y1))) for w in inside]
    return drawn.picture[top:bottom], tuple(words)


def _rows(words: Sequence[Word]) -> list[Box]:
    """Bands of the page that words stand in, from the top down, with gaps between them."""
    rows: list[Box] = []
    for box in sorted((word.box for word in words), key=lambda box: box.y0):
        if rows and box.y0 < rows[-1].y1:
            rows[-1] = Box.around([rows[-1], box])
        else:
            rows.append(box)
    return rows


def _no_words() -> Evidence:
    return build([(1, PageText((), "ocr"))], 1)


def _image(picture: Picture) -> Image.Image:
    return Image.fromarray(np.ascontiguousarray(picture))
