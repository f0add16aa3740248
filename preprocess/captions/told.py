"""Captions over values: what a form sets in two lines, told in one.

    Given by  Address                      Given by  Address
    Orla Palmer  12 State Street  becomes  Given by: Orla Palmer  Address: 12 State Street

Who reads line by line cannot see which value stands under which caption. That a line is one of captions, its look says:
it is set smaller than the line below it, nearer to that than to what stands above, and than that is to what follows; or
each of its names ends with a colon. On a scan, where OCR's boxes are too uneven for sizes, that lines lie near and far
in turn says it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from preprocess.captions.headed import headed
from preprocess.captions.likewise import in_turn, likewise
from preprocess.captions.lines import Values, lines_of, name_of
from preprocess.captions.pairs import evenly_set, pairs
from preprocess.document import COLUMN, PageText


def told_captions(text: PageText) -> PageText:
    """The same lines, values below captions told with them; the very same where there are none."""
    lines = lines_of(text)
    found = _by_number(pairs(lines))
    if text.source == "ocr":
        found = evenly_set(lines, found) | found
    found = found or _by_number(in_turn(lines))
    found |= _by_number(likewise(lines, found)) | _by_number(headed(lines))
    if not found:
        return text
    shown = list(text.lines)
    for number, values in found.items():
        told = COLUMN.join(f"{name_of(caption)}: {value.text}" for caption, value in values.pairs)
        shown[number] = replace(shown[number], told=told, needs_telling=len(values.pairs) < values.captions)
    return PageText(tuple(shown), text.source)


def _by_number(found: Iterable[Values]) -> dict[int, Values]:
    return {values.number: values for values in found}
