"""What OCR often misreads, and what can be nothing else: the nought of `0ct` and `0rder` is a letter."""

from __future__ import annotations

import re
from dataclasses import replace

from preprocess.document import Word

_LETTER = re.compile(r"(?<![\w.,#])0(?=(?:[ck]t|[ck]tober|rder|ffer|ffice|nline|pen|nly|ther|riginal)\b)")


def mended(word: Word) -> Word:
    text = _LETTER.sub("O", word.text)
    return word if text == word.text else replace(word, text=text)
