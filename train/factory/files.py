"""Samples as files with questions: what `bench.quality` scores a model on, from the opened file to the answer.

A digital sample is a PDF whose text can be selected, a scan or a photo is a picture, or a PDF of pictures where it has
several pages. `index.jsonl` beside them holds a record a question.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from random import Random

import cv2
import skia

from train.factory.augment import augment
from train.factory.draw import draw, print_pdf, write_pdf
from train.factory.fonts import Fonts, UncoveredText, write_whole
from train.factory.sample import Question, Sample
from train.factory.warp import Picture

QUESTIONS = 6  # of one sample
DPI = 150
POINTS = 72  # to an inch


def write_files(folder: Path, pairs: Iterable[tuple[Sample, Random]], fonts: Fonts, part: str) -> int:
    """Write samples and their index into `folder`; the number of questions. Those no font can draw are left out.

    Raises:
        OSError: a file cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    count = 0
    with open(folder / "index.jsonl", "w", encoding="utf-8") as index:
        for number, (sample, rng) in enumerate(pairs):
            try:
                name = _write(folder / f"{number:04}", sample, fonts, rng)
            except UncoveredText:
                continue
            for record in _records(sample, name, part, rng):
                index.write(json.dumps(record, ensure_ascii=False) + "\n")
                count += 1
    return count


def _records(sample: Sample, name: str, part: str, rng: Random) -> Iterator[dict[str, object]]:
    asked = [question for question in sample.questions if not question.task.startswith("sight/")]
    for number, question in enumerate(rng.sample(asked, min(QUESTIONS, len(asked)))):
        yield {
            "id": f"{name}-{number}",
            "file": name,
            "kind": sample.kind.partition("/")[0],
            "field": _skill(question),
            "question": question.text,
            "answers": [question.answer],
            "metric": question.metric,
            "part": part,
        }


def _skill(question: Question) -> str:
    if not question.is_answerable:
        return "missing"
    return "computed" if question.computes else question.task.partition("/")[0]


def _write(stem: Path, sample: Sample, fonts: Fonts, rng: Random) -> str:
    """The file's name."""
    if sample.medium == "digital":
        path = stem.with_suffix(".pdf")
        print_pdf(sample.scenes, fonts, rng, path)
        return path.name
    pictures = [augment(draw(scene, fonts, rng, DPI / POINTS), rng, sample.medium).picture for scene in sample.scenes]
    path = stem.with_suffix(".png" if len(pictures) == 1 else ".pdf")
    if len(pictures) > 1:
        write_pdf(path, map(_page, pictures))
    else:
        write_whole(path, cv2.imencode(".png", cv2.cvtColor(pictures[0], cv2.COLOR_RGB2BGR))[1].tobytes())
    return path.name


def _page(picture: Picture) -> tuple[float, float, Callable[[skia.Canvas], None]]:
    """A picture as a page of a PDF."""
    scale = POINTS / DPI

    def paint(canvas: skia.Canvas) -> None:
        image = skia.Image.fromarray(cv2.cvtColor(picture, cv2.COLOR_RGB2RGBA), skia.kRGBA_8888_ColorType)
        canvas.scale(scale, scale)
        canvas.drawImage(image, 0, 0)

    height, width = picture.shape[:2]
    return width * scale, height * scale, paint
