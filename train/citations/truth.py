"""What is known of a generated sample: its facts, where they stand on its pages, and the evidence that a reader gets.

A scan's evidence is read with the factory's errors of OCR, the answers' words too; its true places tilt with the page.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from random import Random
from typing import NamedTuple

from preprocess.document import Box, PageText, Word, clipped
from preprocess.lines import to_lines
from preprocess.told_lines import told_lines
from prompts.citation_scoring import Place
from prompts.evidence import Evidence, build
from prompts.occurrences import Words
from train.factory import noise
from train.factory.sample import Sample
from train.factory.scene import Scene, Text, words

_NO_READING = ("field", "page", "sight", "count")  # fields come from `fields`; the others are not words of the page


@dataclass(frozen=True, slots=True)
class _Page:
    """A page's words as they were drawn: a group for each run of text."""

    words: tuple[Word, ...]
    group_of: tuple[int, ...]
    drawn: Words
    read: Words
    aspect: float
    tilt: float

    @staticmethod
    def of(scene: Scene, tilt: float) -> _Page:
        runs = [words(_alone(scene, text)) for text in scene.texts]
        flat = tuple(word for run in runs for word in run)
        aspect = scene.width / scene.height
        return _Page(
            words=flat,
            group_of=tuple(number for number, run in enumerate(runs) for _ in run),
            drawn=Words([[word.text for word in run] for run in runs]),
            read=Words([line.text.split() for line in to_lines(flat, aspect)]),
            aspect=aspect,
            tilt=tilt,
        )

    def boxes(self, run: range) -> tuple[Box, ...]:
        """A box for each run of text that the words in `run` belong to."""
        parts = groupby(run, key=lambda place: self.group_of[place])
        around = (Box.around([self.words[place].box for place in part]) for _, part in parts)
        return tuple(box for each in around if (box := self._tilted(each)) is not None)

    def _tilted(self, box: Box) -> Box | None:
        shift = self.tilt * (box.x0 + box.x1) / 2 * self.aspect
        return clipped(box.x0, box.y0 + shift, box.x1, box.y1 + shift)


@dataclass(frozen=True, slots=True)
class Truth:
    """A sample as a reader gets it, and what there is to be known about it."""

    evidence: Evidence
    pages: tuple[_Page, ...]

    @staticmethod
    def of(sample: Sample, rng: Random) -> Truth:
        is_digital = sample.medium == "digital"
        pages, texts = [], []
        for number, scene in enumerate(sample.scenes, 1):
            ocr = noise.Ocr.of(rng)
            page = _Page.of(scene, 0.0 if is_digital else ocr.tilt)
            found = page.words if is_digital else noise.read(page.words, ocr, page.aspect, (), rng)
            text = PageText(to_lines(found, page.aspect), "text" if is_digital else "ocr")
            texts.append((number, told_lines(text)))
            pages.append(page)
        return Truth(build(texts, len(texts)), tuple(pages))

    def places(self, value: str) -> list[Place]:
        """Where `value` was drawn, in one go or line by line."""
        return [
            Place(number, boxes)
            for number, page in enumerate(self.pages, 1)
            for run in page.drawn.find(value)
            if (boxes := page.boxes(run))
        ]

    def says(self, value: str) -> bool:
        """Whether `value` stands on a page in any order in which its words may be read."""
        return any(page.drawn.find(value) or page.read.find(value) for page in self.pages)


class Fact(NamedTuple):
    """A value that stands on the pages; `question` asks for it, empty where there is none."""

    field: str
    value: str
    question: str


def facts(sample: Sample) -> list[Fact]:
    """The fields, and what else can be read off the pages, each value of a field once."""
    read = [question for question in sample.questions if question.is_answerable and question.steps == 0]
    asked = {question.task: question.text for question in read}
    found = [Fact(field, value, asked.get(f"field/{field}", "")) for field, value in sample.fields.items()]
    found += [Fact(q.task, q.answer, q.text) for q in read if q.task.partition("/")[0] not in _NO_READING]
    return list({(fact.field, fact.value): fact for fact in found}.values())


def _alone(scene: Scene, text: Text) -> Scene:
    return Scene(scene.width, scene.height, (text,))
