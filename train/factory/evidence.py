"""A sample's evidence: its words through the very code that reads a real page."""

from __future__ import annotations

from random import Random

from preprocess.document import PageText, TextSource
from preprocess.lines import to_lines
from preprocess.told_lines import told_lines
from prompts.evidence import Evidence, build
from train.factory import noise
from train.factory.sample import Sample
from train.factory.scene import words

SHARE_TOLD = 0.75  # of the pages whose tables or captions could be told: a reader does not find them all


def evidence_of(sample: Sample, rng: Random, is_wrong: bool = False) -> Evidence:
    """Digital pages have their words as they are, scans and photos as OCR would read them.

    OCR's errors spare what is asked for; not so where `is_wrong`: then a picture must be looked at.
    """
    truths = () if is_wrong else (*(question.answer for question in sample.questions), *sample.fields.values())
    kept = {word.strip(noise.MARKS) for truth in truths for word in truth.split()}
    pages, is_digital = [], sample.medium == "digital" and not is_wrong
    for number, scene in enumerate(sample.scenes, 1):
        found, aspect = words(scene), scene.width / scene.height
        if not is_digital:
            found = noise.read(found, noise.Ocr.of(rng), aspect, kept, rng)
        source: TextSource = "text" if is_digital else "ocr"
        text = PageText(to_lines(found, aspect), source)
        is_told = not sample.is_told and rng.random() < SHARE_TOLD
        pages.append((number, told_lines(text) if is_told else text))
    return build(pages, len(pages))
