"""Labels of categories that are turned by a quarter, or slant: each belongs to the place where it ends at the axis."""

from __future__ import annotations

from collections.abc import Sequence

from preprocess.charts.pieces import Piece

SLANTED = (0.55, 1.8)  # width to height of a slanted word of four letters or more
TALL = 1.35  # of the text's height: a turned word


def turned(words: Sequence[Piece], top: float, height: float) -> list[Piece]:
    """Words under `top` that are not flat, down to where there is none for a while."""
    tall = [
        word
        for word in words
        if word.area.height > max(TALL * height, word.area.width / SLANTED[1]) and len(word.text) > 1
    ]
    found: list[Piece] = []
    bottom = top + 2.5 * height
    for word in sorted(tall, key=lambda word: word.area.y0):
        if word.area.y0 <= bottom:
            found.append(word)
            bottom = max(bottom, word.area.y1 + height)
    return found


def slants(words: Sequence[Piece]) -> bool:
    """Whether turned words run upwards to the right, rather than straight up."""
    long = [word.area.width / word.area.height for word in words if len(word.text) > 3]
    return sum(SLANTED[0] < shape < SLANTED[1] for shape in long) > len(long) / 2


def ends(words: Sequence[Piece], height: float) -> list[float]:
    """Where labels end at the axis, from left to right, each once."""
    if not slants(words):
        places = sorted(word.area.x for word in words)
    else:
        top = min(word.area.y0 for word in words)
        places = sorted(_end(word, top, height) for word in words if word.area.y0 <= top + 0.6 * height)
    found: list[list[float]] = []
    for place in places:
        if found and place - found[-1][-1] <= 0.6 * height:
            found[-1].append(place)
        else:
            found.append([place])
    return [sum(group) / len(group) for group in found]


def end_of(word: Piece, words: Sequence[Piece], height: float) -> float:
    """Where the label that `word` belongs to ends at the axis; `words` are all turned ones."""
    if not slants(words):
        return word.area.x
    return _end(word, min(other.area.y0 for other in words), height)


def order(word: Piece, words: Sequence[Piece], height: float) -> tuple[float, float]:
    """Sorts the words of one label in the order in which they are read."""
    if slants(words):
        return word.area.x, 0.0
    return round(word.area.x / height), -word.area.y1


def _end(word: Piece, top: float, height: float) -> float:
    """Up to the right at 45 degrees; the corner of a slanted word's box stands half a height beside its end."""
    return word.area.x1 + (word.area.y0 - top) - 0.5 * height
