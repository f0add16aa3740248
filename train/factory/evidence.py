"""A sample's evidence: its words through the very code that reads a real page."""

from __future__ import annotations

from random import Random

from preprocess.document import PageText, TextSource
from preprocess.lines import to_lines
from preprocess.tables.told import told_tables
from prompts.evidence import Evidence, build
from train.factory import noise
from train.factory.sample import Sample
from train.factory.scene import words


def evidence_of(sample: Sample, rng: Random) -> Evidence:
    """Digital pages have their words as they are, scans and photos as OCR would read them."""
    kept = {word for question in sample.questions for word in question.answer.split()}
    kept |= {part for word in kept for part in word.split()}
    pages = []
    for number, scene in enumerate(sample.scenes, 1):
        found, aspect = words(scene), scene.width / scene.height
        if sample.medium != "digital":
            found = noise.read(found, noise.Ocr.of(rng), aspect, kept, rng)
        source: TextSource = "text" if sample.medium == "digital" else "ocr"
        text = PageText(to_lines(found, aspect), source)
        pages.append((number, text if sample.kind.startswith("told ") else told_tables(text)))
    return build(pages, len(pages))
