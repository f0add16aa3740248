"""An endless, repeatable stream of samples: the n-th one depends on seed, split and n alone.

Several workers share it without speaking to each other: worker k of n makes samples k, k + n, k + 2n, ...
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import count
from random import Random

from train.factory import drills, lines
from train.factory.charts import chart
from train.factory.documents import (
    columns_paper,
    form,
    invoice,
    letter,
    receipt,
    report,
    slides,
    statement,
    table_drill,
    table_page,
)
from train.factory.sample import Maker, Sample, Split

MAKERS: Mapping[str, Maker] = {
    "drill": drills.make,
    "receipt": receipt.make,
    "invoice": invoice.make,
    "form": form.make,
    "letter": letter.make,
    "statement": statement.make,
    "table": table_page.make,
    "table_drill": table_drill.make,
    "report": report.make,
    "paper": columns_paper.make,
    "slides": slides.make,
    "chart": chart.make,
}

FOR_SIGHT: Mapping[str, Maker] = {"line": lines.make}  # no document: there is nothing to ask of its words
_ALL = {**MAKERS, **FOR_SIGHT}


def samples(
    seed: int | str, split: Split, shares: Mapping[str, float], worker: int = 0, workers: int = 1
) -> Iterator[tuple[Sample, Random]]:
    """Samples, each with the source of chance it was made with, to go on with.

    `shares` weighs the makers, of documents and for sight, by name.
    """
    names, weights = list(shares), list(shares.values())
    for number in count(worker, workers):
        rng = Random(f"{split} {seed} {number}")
        yield _ALL[rng.choices(names, weights)[0]](rng, split), rng
