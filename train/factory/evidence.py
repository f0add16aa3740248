"""A sample's evidence: its words through the very code that reads a real page."""

from __future__ import annotations

from dataclasses import replace
from random import Random
from string import digits

from preprocess.document import PageText, TextSource, Word
from preprocess.lines import to_lines
from preprocess.told_lines import told_lines
from prompts.evidence import Evidence, build
from train.factory import noise
from train.factory.sample import Sample
from train.factory.scene import words

SHARE_TOLD = 0.75  # of the pages whose tables or captions could be told: a reader does not find them all


def evidence_of(sample: Sample, rng: Random, is_wrong: bool = False) -> Evidence:
    """Digital pages have their words as they are, scans and photos as OCR would read them.

    OCR's errors spare what is asked for. Where `is_wrong`, half of the numbers that are asked for have a wrong digit,
    and only a picture can tell.
    """
    truths = (*(question.answer for question in sample.questions), *sample.fields.values())
    kept = {word.strip(noise.MARKS) for truth in truths for word in truth.split()}
    pages, is_digital = [], sample.medium == "digital"
    for number, scene in enumerate(sample.scenes, 1):
        found, aspect = words(scene), scene.width / scene.height
        if not is_digital:
            found = noise.read(found, noise.Ocr.of(rng), aspect, kept, rng)
        if is_wrong:
            is_asked = [word.text.strip(noise.MARKS) in kept for word in found]
            found = tuple(_misread(word, rng) if asked else word for word, asked in zip(found, is_asked, strict=True))
        source: TextSource = "text" if is_digital else "ocr"
        text = PageText(to_lines(found, aspect), source)
        is_told = not sample.is_told and rng.random() < SHARE_TOLD
        pages.append((number, told_lines(text) if is_told else text))
    return build(pages, len(pages))


def _misread(word: Word, rng: Random) -> Word:
    places = [place for place, char in enumerate(word.text) if char in digits]
    if not places or rng.random() < 0.5:
        return word
    place = rng.choice(places)
    other = rng.choice([digit for digit in digits if digit != word.text[place]])
    return replace(word, text=f"{word.text[:place]}{other}{word.text[place + 1 :]}")
