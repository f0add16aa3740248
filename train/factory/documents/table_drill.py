"""A table alone on its page, and what is computed with it: looking up and adding up, put together.

It costs a third of a page with running text; `drills` has the skills one by one.
"""

from __future__ import annotations

from random import Random

from train.factory.documents.flow import Flow, medium, style
from train.factory.documents.table_questions import Asked, questions
from train.factory.documents.tables import grid
from train.factory.sample import Sample, Split

LOOKUPS, COMPUTED = 4, 6  # questions of one table, at most


def make(rng: Random, split: Split) -> Sample:
    table = grid(rng, split, rows=rng.randrange(2, 7), columns=rng.randrange(1, 5))
    flow = Flow(style(rng))
    flow.table(rng, table)
    asked = [Asked(table, 1, "")]
    found = questions(rng, split, asked, LOOKUPS) + questions(rng, split, asked, COMPUTED, computing=True)
    unlike = {question.text: question for question in found}
    return Sample("drill/table", (flow.scene(),), tuple(unlike.values()), table=table.table, medium=medium(rng))
