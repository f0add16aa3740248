"""Curves and the labels under them: where each label's point is, and whether labels and points go together."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from preprocess.charts.curves import Curve
from preprocess.charts.labels import Labels
from preprocess.charts.slots import Slots

LEAST_LABELLED = 0.6  # of the curves' width lies between the first and the last label
STRAIGHT = 4.0  # pixels: how far a line may be from straight between two labels


def aligned(slots: Slots, labels: Labels, curves: Sequence[Curve]) -> tuple[Slots, Labels] | None:
    """Slots moved so that curves begin at the first and end at the last, as turned labels stand beside their places;
    and more of them, without names, where curves run on beyond the labels that were read. None where they run on far:
    counting steps over such a way, a place is soon missed."""
    begins, ends = sorted(curve.ends[0] for curve in curves), sorted(curve.ends[1] + 1 for curve in curves)
    outer = 1 if len(curves) > 2 else 0  # of several curves one may have picked up something else at its end
    begin, end = begins[outer], ends[-1 - outer]
    length = slots.step * (slots.number - 1)
    if length < LEAST_LABELLED * (end - begin):
        return None
    more = max(round((end - begin) / slots.step) + 1 - slots.number, 0)
    before = min(max(round((slots.first - begin) / slots.step), 0), more)
    after = more - before
    slots = Slots(slots.first - before * slots.step, slots.step, slots.number + before + after)
    names = ("",) * before + labels.names + ("",) * after
    labels = Labels(names, (None,) * before + labels.areas + (None,) * after, labels.words)
    shift = (begin + end) / 2 - slots.first - slots.step * (slots.number - 1) / 2
    length = slots.step * (slots.number - 1)
    if abs(end - begin - length) <= 0.4 * slots.step and abs(shift) <= 0.6 * slots.step:
        slots = slots._replace(first=slots.first + shift)
    return slots, labels


def height_at(curve: Curve, slots: Slots, place: int) -> float | None:
    """The curve at a label; at the first and the last one it is looked at from inside alone."""
    sides = [side for side, edge in ((-1, 0), (1, slots.number - 1)) if place != edge]
    return curve.at(slots.at(place), slots.step, sides)


def corners_of(curves: Sequence[Curve], slots: Slots) -> tuple[int, int]:
    """In how many of how many stretches between two labels a curve is not straight."""
    bent = count = 0
    for curve in curves:
        heights = [height_at(curve, slots, place) for place in range(slots.number)]
        for place, (left, right) in enumerate(pairwise(heights)):
            if left is None or right is None:
                continue
            count += 1
            columns = np.array([slots.at(place) + share * slots.step for share in (0.25, 0.5, 0.75)]).astype(int)
            line = left + (right - left) * np.array((0.25, 0.5, 0.75))
            off = np.abs(curve.middle[columns] - line)
            bent += bool((off[~np.isnan(off)] > max(STRAIGHT, 0.05 * abs(right - left))).any())
    return bent, count
