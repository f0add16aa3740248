"""What nano reads to learn: kinds of documents, how often each comes, and their questions as packed rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from train.factory.sample import Split
from train.factory.stream import samples
from train.packing import Packer, Row
from train.turns import Diet, lessons

DRILLS = {"drill": 0.75, "receipt": 0.15, "invoice": 0.1}
DOCUMENTS = {
    "receipt": 0.3,
    "invoice": 0.36,
    "drill": 0.08,
    "table_drill": 0.07,
    "chart": 0.12,
    "table": 0.14,
    "form": 0.46,
    "letter": 0.04,
    "statement": 0.04,
    "report": 0.06,
    "slides": 0.01,
    "paper": 0.01,
}
ROW_TOKENS = 2560


def text_rows(
    packer: Packer, seed: str, split: Split, shares: Mapping[str, float], place: int = 0, workers: int = 1
) -> Iterator[Row]:
    """A row for each document of which something is asked; those that are too long for one are left out."""
    for evidence, turns in lessons(samples(seed, split, shares, place, workers), Diet()):
        row = packer.row(evidence, turns, ROW_TOKENS)
        if row is not None:
            yield row
