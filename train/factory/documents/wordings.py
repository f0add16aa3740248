"""How people ask for a value of an office document: whole questions, and names of a value in frames.

Each list is `a|b|c|d`: every fourth wording is for the test split alone (`paper.variants`). Names in German, French
and Spanish carry their article, which frames drop where a user would type the bare word.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from random import Random

from train.factory.documents.paper import one_of
from train.factory.sample import Split
from train.factory.wordlists import read

Names = Mapping[str, str]  # a list of wordings by language

_WORDS = read("invoice_questions")
FRAMES: dict[str, str] = _WORDS["frames"]
NUMBER_ONLY: dict[str, str] = _WORDS["number_only"]
ISO: dict[str, str] = _WORDS["iso"]
INVOICE: dict[str, Names] = _WORDS["invoice"]
WHOLE: dict[str, Names] = _WORDS["whole"]
OWED: dict[str, Names] = _WORDS["owed"]
ITEM: dict[str, str] = _WORDS["item"]
_ARTICLE = re.compile(r"^(?:der|die|das|le|la|les|el|los|las) |^l'", re.IGNORECASE)


def ask(
    rng: Random, names: Names, split: Split, language: str = "en", whole: str | Names = "", suffix: Names | None = None
) -> str:
    """A question for a value: one time in five in the document's language, else English; whole or framed.

    `whole` holds whole questions, by language or in English.
    """
    spoken = language if language in names and rng.random() < 0.2 else "en"
    wholes = {"en": whole} if isinstance(whole, str) else whole
    if wholes.get(spoken) and rng.random() < 0.5:
        question = one_of(rng, wholes[spoken], split)
    else:
        name = one_of(rng, names[spoken], split)
        bare = _ARTICLE.sub("", name)
        the = f"the {name}" if spoken == "en" else name
        question = one_of(rng, FRAMES[spoken], split).format(the=the, bare=bare).replace("..", ".")  # invoice no.
        if rng.random() < 0.4:
            question = question[0].upper() + question[1:]
    return with_suffix(question, one_of(rng, suffix[spoken], split)) if suffix else question


def with_suffix(question: str, suffix: str) -> str:
    """`What is it?` and ` (number only)` make `What is it (number only)?`."""
    end = len(question.rstrip("?.: "))
    return question[:end] + suffix + question[end:]
