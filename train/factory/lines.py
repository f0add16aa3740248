"""A few lines of text and nothing else: what an eye learns to read from first.

Four in ten are numbers as documents print them, two in ten are strings that mean nothing, so that a language model
behind the eye cannot guess what it does not see.
"""

from __future__ import annotations

import string
from collections.abc import Callable
from dataclasses import replace
from random import Random

from train.factory import names
from train.factory.sample import Question, Sample, Split, share
from train.factory.scene import Font, Scene, Text, estimated_width
from train.factory.values import DATE_STYLES, any_date, money

TRANSCRIBE = (
    "What does the picture say?",
    "Transcribe the text.",
    "Read the lines out.",
    "Write down what is printed here.",
    "What is written here?",
    "Copy the text of the picture.",
    "Which words and numbers are in the picture?",
    "Text?",
)
FONTS: tuple[Font, ...] = ("sans", "sans", "sans", "serif", "serif", "mono", "receipt")
SIZE = 16.0
WIDE, SLACK = 420.0, 1.15  # points a line may take, as estimated; and how much wider a font may set it
INKS = ((20, 20, 20), (20, 20, 20), (60, 60, 70), (20, 40, 110), (140, 30, 30))
PAPERS = ((255, 255, 255), (255, 255, 255), (248, 246, 238), (232, 238, 246))


def make(rng: Random, split: Split) -> Sample:
    size = SIZE * rng.uniform(0.8, 1.6)
    font, bold = rng.choice(FONTS), rng.random() < 0.15
    leading = rng.uniform(1.15, 1.7) * size
    colour = rng.choice(INKS)
    indent = rng.uniform(4, 24)
    rows: list[Text] = []
    for place in range(rng.choice((1, 1, 1, 2, 2, 3, 4))):
        row = Text(indent, 6 + size + leading * place, "", size, font=font, bold=bold, colour=colour)
        rows.append(replace(row, text=_fitting(_text(rng, split), row)))
    width = max(estimated_width(row.text, row) for row in rows) * SLACK + 2 * indent
    scene = Scene(width, 12 + size * 1.3 + leading * (len(rows) - 1), tuple(rows), paper=rng.choice(PAPERS))
    answer = "\n".join(row.text for row in rows)
    question = Question(rng.choice(share(TRANSCRIBE, split)), answer, answer, "sight/transcribe", "anls")
    return Sample("line", (scene,), (question,), medium=rng.choice(("digital", "digital", "scan")))


def _fitting(text: str, like: Text) -> str:
    """As much of `text` as is sure to stand on one line."""
    while estimated_width(text, like) > WIDE:
        text = text[: -max(1, len(text) // 8)].rstrip()
    return text


def _text(rng: Random, split: Split) -> str:
    return rng.choices(_TEXTS, _SHARES)[0](rng, split)


def _number(rng: Random, split: Split) -> str:
    value = money(rng, 0.01, rng.choice((10, 1000, 10**6)))
    plain = f"{value:,.2f}" if rng.random() < 0.5 else f"{value:.2f}"
    if rng.random() < 0.25:
        plain = plain.replace(",", " ").replace(".", ",").replace(" ", ".")
    return rng.choice(("{}", "{}", "${}", "RM {}", "{} EUR", "{}%", "Total {}", "{} kg")).format(plain)


def _code(rng: Random, split: Split) -> str:
    parts = ["".join(rng.choices(string.digits, k=rng.randint(1, 8))) for _ in range(rng.randint(1, 3))]
    return rng.choice(("", "", "INV-", "No. ", "#", "Ref: ")) + rng.choice("-/ .").join(parts)


def _date(rng: Random, split: Split) -> str:
    return rng.choice(DATE_STYLES[rng.choice(("en", "en", "en", "de", "fr", "es"))])(any_date(rng))


def _noise(rng: Random, split: Split) -> str:
    letters = string.ascii_letters + string.digits * 3 + ".,:;-/()&%$+#@'\"!?"
    words = ["".join(rng.choices(letters, k=rng.randint(1, 9))) for _ in range(rng.randint(1, 4))]
    return " ".join(words)


def _coined(rng: Random, split: Split) -> str:
    words = [names.coined(rng, rng.randint(1, 4)) for _ in range(rng.randint(1, 5))]
    return rng.choice((str.title, str.upper, str.lower, str.capitalize))(" ".join(words))


def _name(rng: Random, split: Split) -> str:
    language = rng.choice(("en", "en", "de", "fr", "es", "ms"))
    return rng.choice((names.company, names.person))(rng, "en" if language == "ms" else language, split)


def _product(rng: Random, split: Split) -> str:
    return names.product(rng, split)


_TEXTS: tuple[Callable[[Random, Split], str], ...] = (_number, _code, _date, _noise, _coined, _name, _product)
_SHARES = (24, 10, 8, 20, 14, 12, 12)
