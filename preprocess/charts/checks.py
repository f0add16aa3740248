"""Reading back: what must hold of a chart that was read well. Each check is told, passed or not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations, pairwise

from preprocess.charts.chart import Check
from preprocess.charts.draft import Cell, Draft
from preprocess.charts.numbers import Figure
from preprocess.charts.pieces import Piece

PIXELS = 4.0  # how far a mark may be from where its printed value belongs
SHARE = 0.015  # of the value, more than that
DEGREES = 3.0  # how far a slice's angle may be from its printed share
BENT = 0.15  # of the stretches between labels may look bent
LISTED = 3  # offenders named in a sentence


def checks_of(draft: Draft) -> tuple[Check, ...]:
    """Every check that applies to what was read."""
    found = [
        _ticks(draft),
        _range(draft),
        _marks(draft),
        _order(draft),
        _shares(draft),
        _totals(draft),
        _corners(draft),
    ]
    return tuple(check for check in found if check is not None)


def _ticks(draft: Draft) -> Check | None:
    if draft.scale is None or not draft.scale.ticks:
        return None
    out = draft.scale.left_out
    fit = len(draft.scale.ticks)
    if out:
        bad = f"{fit} numbers at the axis lie evenly, but these do not and were left out: {_list(out)}."
        return Check("ticks", False, bad)
    return Check("ticks", True, f"{fit} numbers at the axis lie evenly.")


def _range(draft: Draft) -> Check | None:
    """Within the ticks, or up to one more step beyond: not all axes have a tick at their ends."""
    if draft.scale is None or not draft.scale.ticks or not list(_printed(draft)):
        return None
    numbers = sorted(number for _, number in draft.scale.ticks)
    step = min(high - low for low, high in pairwise(numbers))
    low, high = numbers[0] - step, numbers[-1] + step
    out = []
    for _, cell in _printed(draft):
        assert cell.piece is not None
        if not low <= _number(cell.piece) <= high:
            out.append(cell.piece.text)
    if out:
        return Check("range", False, f"Outside the axis, which runs to {numbers[-1]:g}: {_list(out)}.")
    return Check("range", True, f"All printed values lie within the axis, {numbers[0]:g} to {numbers[-1]:g}.")


def _marks(draft: Draft) -> Check | None:
    """Printed values against the lengths of their marks."""
    out, count = [], 0
    for name, cell in _printed(draft):
        if cell.measured is None or cell.piece is None:
            continue
        count += 1
        printed = _number(cell.piece)
        if draft.kind == "pie":
            fits = abs(cell.measured - printed) <= DEGREES / 3.6
        else:
            assert draft.scale is not None
            fits = abs(cell.measured - printed) <= max(PIXELS / abs(draft.scale.slope), SHARE * abs(printed))
        if not fits:
            out.append(f"{name} {cell.piece.text} (measured {cell.measured:.4g})".strip())
    if not count or (draft.kind == "pie" and not in_per_cent(draft)):
        return None
    if out:
        return Check("marks", False, f"Printed values that their marks do not agree with: {_list(out)}.")
    return Check("marks", True, f"{count} printed values agree with their marks.")


def _order(draft: Draft) -> Check | None:
    """The higher mark has the higher value."""
    cells = [(name, cell) for name, cell in _printed(draft) if cell.pixels is not None]
    if len(cells) < 2:
        return None
    out = []
    for (name, cell), (other_name, other) in combinations(cells, 2):
        assert cell.piece and other.piece and cell.pixels is not None and other.pixels is not None
        longer = cell.pixels - other.pixels
        more = _number(cell.piece) - _number(other.piece)
        if abs(longer) > PIXELS and longer * more < 0:
            out.append(f"{name} {cell.piece.text} and {other_name} {other.piece.text}")
    if out:
        return Check("order", False, f"The longer mark has the lower value: {_list(out)}.")
    return Check("order", True, "Values are in the order of their marks.")


def _shares(draft: Draft) -> Check | None:
    """A pie's printed shares sum to 100 %, as far as rounding allows."""
    if draft.kind != "pie" or not in_per_cent(draft):
        return None
    pieces = [cell.piece for cell in draft.cells[0]]
    figures = [piece.figure for piece in pieces if piece is not None and piece.figure is not None]
    if len(figures) < len(pieces):
        return None
    total = sum(figure.number for figure in figures)
    passed = _are_whole(figures)
    return Check(
        "sum", passed, f"The parts sum to {total:.6g} %." if passed else f"The parts sum to {total:.6g} %, not 100."
    )


def _totals(draft: Draft) -> Check | None:
    """Totals printed over stacks are the sums of their pieces, as far as those that were measured can tell."""
    out, count = [], 0
    for total in draft.totals:
        cells = [row[total.category] for row in draft.cells]
        figures = [piece.figure for piece in (total.piece, *(cell.piece for cell in cells)) if piece and piece.figure]
        measured = [cell.measured or 0.0 for cell in cells if cell.piece is None]
        if draft.scale is None or len(figures) + len(measured) < len(cells) + 1:
            continue
        count += 1
        found = sum(figure.number for figure in figures[1:]) + sum(measured)
        off = PIXELS / abs(draft.scale.slope) if measured else 0.5 * sum(10.0**-figure.places for figure in figures)
        if abs(found - figures[0].number) > off + 1e-6:
            out.append(f"{draft.categories[total.category]} {total.piece.text} (sum {found:.6g})")
    if not count:
        return None
    if out:
        return Check("totals", False, f"Totals that are not the sum of their pieces: {_list(out)}.")
    return Check("totals", True, f"{count} printed totals are the sums of their pieces.")


def _corners(draft: Draft) -> Check | None:
    """A line is straight from label to label: else there are points without a label, or labels beside their points."""
    bent, count = draft.corners
    if not count:
        return None
    if bent > BENT * count:
        return Check("corners", False, f"Between {bent} of {count} pairs of labels the line is not straight.")
    return Check("corners", True, "Lines are straight between their labels.")


def in_per_cent(draft: Draft) -> bool:
    """Whether most printed values carry a percent sign, or all slices have one and they sum to 100."""
    cells = [cell for row in draft.cells for cell in row]
    figures = [cell.piece.figure for cell in cells if cell.piece and cell.piece.figure]
    signs = sum(figure.after == "%" for figure in figures)
    return signs > len(figures) / 2 or (len(figures) == len(cells) and _are_whole(figures))


def _are_whole(figures: Sequence[Figure]) -> bool:
    """Whether shares sum to 100, as far as rounding allows."""
    off = 0.5 * sum(10.0**-figure.places for figure in figures) + 1e-6
    return abs(sum(figure.number for figure in figures) - 100) <= off


def _printed(draft: Draft) -> Iterator[tuple[str, Cell]]:
    for name, row in zip(draft.names, draft.cells, strict=True):
        for category, cell in zip(draft.categories, row, strict=True):
            if cell.piece is not None and cell.piece.figure is not None:
                yield ", ".join(part for part in (name, category) if part), cell


def _number(piece: Piece) -> float:
    assert piece.figure is not None
    return piece.figure.number


def _list(texts: Sequence[str]) -> str:
    more = f" and {len(texts) - LISTED} more" if len(texts) > LISTED else ""
    return "; ".join(texts[:LISTED]) + more
