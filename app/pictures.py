"""Pictures of the pages that an answer is to come from, for a model that sees: as many as there is room for."""

from __future__ import annotations

from collections.abc import Sequence

from PIL import Image

from preprocess.document import Document
from prompts.evidence import Evidence
from prompts.retrieval import rank
from vlm.backends.base import Backend


def pictures(
    backend: Backend, document: Document, evidence: Evidence, asked: str, named: Sequence[int], budget: int
) -> dict[int, Image.Image]:
    """Pictures by the number of their page, in its order, that fit into `budget` tokens together; none for a model that
    does without.

    They are of pages that the evidence shows: those that are `named` come first, then those that `asked` is most about.
    """
    if not backend.info.use_image_tokens:
        return {}
    pages = {page.number: page for page in document.pages}
    images: dict[int, Image.Image] = {}
    for number in _by_weight(evidence, asked, named):
        image = pages[number].render()
        budget -= backend.count_image_tokens(*image.size)
        if budget < 0:
            break
        images[number] = image
    return dict(sorted(images.items()))


def unpictured(backend: Backend, evidence: Evidence, images: dict[int, Image.Image]) -> tuple[int, ...]:
    """The pages whose words a model that sees is shown without their pictures."""
    if not backend.info.use_image_tokens:
        return ()
    return tuple(number for number in evidence.pages_shown if number not in images)


def _by_weight(evidence: Evidence, asked: str, named: Sequence[int]) -> list[int]:
    """The pages of the evidence, the weightiest first. One without words shares none with the question, as others may:
    it keeps its place among them."""
    lines = [(at.page, at.line.text) for at in evidence.lines.values()]
    worded = {page for page, _ in lines}
    lines += [(page, "") for page in evidence.pages_shown if page not in worded]
    lines.sort(key=lambda line: line[0])
    ranked = [lines[place][0] for place in rank(asked, (), lines)]
    return list(dict.fromkeys([*(number for number in named if number in evidence.pages_shown), *ranked]))
