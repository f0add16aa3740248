"""Where on the page a stretch of a line stands."""

from __future__ import annotations

from dataclasses import replace

from preprocess.document import Box, Line, Word
from preprocess.spaceless import characters, is_spaceless


def box_of(line: Line, start: int, end: int) -> Box | None:
    """Around the words that touch `line.text[start:end]`; around the line if its words cannot be told apart."""
    boxes: list[Box] = []
    place = 0
    for word in line.words:
        at = line.text.find(word.text, place)
        if at < 0:
            return line.box
        place = at + len(word.text)
        if at < end and place > start:
            boxes.append(_part(word, max(start - at, 0), end - at))
    if not boxes:
        return line.box if line.words else None
    return Box.around(boxes)


def _part(word: Word, start: int, end: int) -> Box:
    """The box of `word.text[start:end]`: all of it, but of a line that is written as one word."""
    if not any(map(is_spaceless, word.text)) or word.box.y1 - word.box.y0 > word.box.x1 - word.box.x0:
        return word.box
    before, inside, behind = (characters(part) for part in (word.text[:start], word.text[start:end], word.text[end:]))
    letter = (word.box.x1 - word.box.x0) / (before + inside + behind)
    return replace(word.box, x0=word.box.x0 + before * letter, x1=word.box.x1 - behind * letter)
