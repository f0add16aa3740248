"""Scores of one answer, by the metrics of the data sets. All are between 0 and 1.

    score("amount", "RM 9.00", ["9.00"])   # 1.0

- `relaxed_accuracy`: ChartQA's published rule: numbers within 5 % of the right one, else equal ignoring case. As
  published, it knows no years: 2019 passes for 2020. Wider than the published code where labels and answers are
  merely written differently: `15.7%` is 15.7 or 0.157, `$1,234` is 1234, and 0 is right for 0.0.
- `anls`: 1 - edit distance / longer length, ignoring case and repeated white space; 0 below 0.5.
- `exact_field`: equal after NFKC, lower case, no white space.
- `amount`: equal as decimals within 0.005. Labels are written the English way; a predicted `1.234,50` or `1.234` may be
  read either way, and any reading counts.
- `date`: the same calendar date. Day first or month first: any reading counts.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Callable, Sequence
from decimal import Decimal

from prompts import dates
from prompts.numbers import only_number, readings

_TOLERANCE = 0.05
_CENT = Decimal("0.005")
_Z95 = 1.959963984540054


def relaxed_accuracy(prediction: str, answer: str) -> float:
    """1 if a number within 5 % of the right one, or the same text ignoring case."""
    for right in _quantities(answer):
        for given in _quantities(prediction):
            if right == given or abs(given - right) <= _TOLERANCE * abs(right):
                return 1.0
    return float(_squeezed(prediction) == _squeezed(answer))


def anls(prediction: str, answer: str) -> float:
    """Normalised Levenshtein similarity, 0 below a half."""
    given, right = _squeezed(prediction), _squeezed(answer)
    longest = max(len(given), len(right))
    similarity = 1.0 if longest == 0 else 1.0 - _edit_distance(given, right) / longest
    return similarity if similarity >= 0.5 else 0.0


def exact_field(prediction: str, answer: str) -> float:
    """1 if equal after NFKC, lower case and without white space."""
    return float(_compact(prediction) == _compact(answer))


def amount(prediction: str, answer: str) -> float:
    """1 if the same decimal within 0.005. A sentence counts if it holds one number only."""
    given, right = _amounts(prediction, english=False), _amounts(answer, english=True)
    return float(any(abs(a - b) <= _CENT for a in given for b in right))


def date(prediction: str, answer: str) -> float:
    """1 if some reading of both is the same calendar date. A sentence counts if it holds one date only."""
    return float(bool(dates.readings(prediction) & dates.readings(answer)))


METRICS: dict[str, Callable[[str, str], float]] = {
    "relaxed_accuracy": relaxed_accuracy,
    "anls": anls,
    "exact_field": exact_field,
    "amount": amount,
    "date": date,
}


def score(metric: str, prediction: str, answers: Sequence[str]) -> float:
    """The best score of `prediction` against any of the right `answers`.

    Raises:
        ValueError: an unknown metric, or no right answer at all.
    """
    if metric not in METRICS:
        raise ValueError(f"Unknown metric {metric!r}; known are {', '.join(METRICS)}.")
    if not answers:
        raise ValueError("Nothing to score against: no right answers.")
    return max(METRICS[metric](prediction, answer) for answer in answers)


def wilson_interval(successes: float, n: int) -> tuple[float, float]:
    """The 95 % interval of a rate seen `successes` times in `n`; for scores between 0 and 1, their sum."""
    if n < 0 or not 0 <= successes <= max(n, 0):
        raise ValueError(f"{successes} successes in {n} is no rate.")
    if n == 0:
        return 0.0, 1.0
    rate, z2 = successes / n, _Z95 * _Z95
    centre = (rate + z2 / (2 * n)) / (1 + z2 / n)
    half = _Z95 * math.sqrt(rate * (1 - rate) / n + z2 / (4 * n * n)) / (1 + z2 / n)
    return max(0.0, centre - half), min(1.0, centre + half)


def _quantities(text: str) -> list[float]:
    """What a chart's number can be; the labels are English."""
    values = [float(value) for value in readings(text, english=True)]
    return values + [value / 100 for value in values if "%" in text]


def _amounts(text: str, english: bool) -> frozenset[Decimal]:
    values = readings(text, english)
    if not values and (number := only_number(text)) is not None:
        values = readings(number, english)
    return values


def _squeezed(text: str) -> str:
    return " ".join(text.casefold().split())


def _compact(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).lower().split())


def _edit_distance(a: str, b: str) -> int:
    """Levenshtein distance, row by row."""
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, start=1):
        previous, row[0] = row[0], i
        for j, y in enumerate(b, start=1):
            previous, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, previous + (x != y))
    return row[-1]
