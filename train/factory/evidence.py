"""A sample's evidence: its words through the very code that reads a real page."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from random import Random

from preprocess.document import PageText, TextSource, Word
from preprocess.lines import to_lines
from preprocess.told_lines import told_lines
from prompts.evidence import Evidence, build
from prompts.numbers import digits
from train.factory import noise
from train.factory.sample import Sample
from train.factory.scene import words

DIGITS = "0123456789"
_NUMBER = re.compile(r"-?(\d+)((?:\.\d+)?)")
SHARE_TOLD = 0.75  # of the pages whose tables or captions could be told: a reader does not find them all


def evidence_of(sample: Sample, rng: Random, is_wrong: bool = False) -> Evidence:
    """Digital pages have their words as they are, scans and photos as OCR would read them.

    OCR's errors spare what is asked for, and what it is worked out of. Where `is_wrong`, half of the numbers that are
    asked for have a wrong digit, and only a picture can tell.
    """
    asked = _words((*(question.answer for question in sample.questions), *sample.fields.values()))
    reads = [value for question in sample.questions for value in question.reads]
    spared, numbers = asked | _words(reads), {group for value in reads for group in _groups(value)}
    pages, is_digital = [], sample.medium == "digital"
    for number, scene in enumerate(sample.scenes, 1):
        found, aspect = words(scene), scene.width / scene.height
        if not is_digital:
            kept = {bare for word in found if (bare := noise.bare(word.text)) in spared or digits(bare) in numbers}
            found = noise.read(found, noise.Ocr.of(rng), aspect, kept, rng)
        if is_wrong:
            found = tuple(_misread(word, rng) if noise.bare(word.text) in asked else word for word in found)
        source: TextSource = "text" if is_digital else "ocr"
        text = PageText(to_lines(found, aspect), source)
        is_told = not sample.is_told and rng.random() < SHARE_TOLD
        pages.append((number, told_lines(text) if is_told else text))
    return build(pages, len(pages))


def _words(texts: Iterable[str]) -> set[str]:
    return {noise.bare(word) for text in texts for word in text.split()}


def _groups(value: str) -> set[str]:
    """The digits of the words that a number of a thought may be printed as: one, or one for each three digits."""
    if not (number := _NUMBER.fullmatch(value)):
        return set()
    *groups, last = f"{int(number[1]):,}".split(",")
    return {digits(value), *groups, last + digits(number[2])}


def _misread(word: Word, rng: Random) -> Word:
    places = [place for place, char in enumerate(word.text) if char in DIGITS]
    if not places or rng.random() < 0.5:
        return word
    place = rng.choice(places)
    other = rng.choice([digit for digit in DIGITS if digit != word.text[place]])
    return replace(word, text=f"{word.text[:place]}{other}{word.text[place + 1 :]}")
