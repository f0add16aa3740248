"""Answers to try citations with: a value as a model may say it, and false ones that come near it."""

from __future__ import annotations

import re
from random import Random

from prompts import dates
from prompts.numbers import digits, readings

_CURRENCY = re.compile(r"^[^\d\W]{1,3}\.?\s*(?=\d)|\s*[^\d\W]{1,3}$|[$€£¥]\s*|\s*[$€£¥]")
_WHOLE_NUMBER = re.compile(r"\d+(?:[.,'’/:\- ]\d+)*")

OTHER_CURRENCY = "another currency"


def right(value: str) -> dict[str, str]:
    """`value` itself and in other forms that mean the same, by the name of the form; only forms that differ."""
    forms = {"as printed": value, "lower case": value.lower()}
    numbers = readings(value)
    if not numbers and (day := dates.meaning(value)) is not None:
        forms["ISO date"] = day.isoformat()
    if len(numbers) == 1:
        forms |= _amounts(value, f"{min(numbers):f}", f"{min(numbers):,f}")
    seen: dict[str, str] = {}
    return {name: seen.setdefault(form, form) for name, form in forms.items() if form not in seen}


def _amounts(value: str, plain: str, grouped: str) -> dict[str, str]:
    """Forms of one amount: a plain decimal, thousands parted by commas, without and with a currency."""
    if digits(plain) != digits(value):  # 007 is a name, not a number
        return {}
    bare = _CURRENCY.sub("", value).strip()
    forms = {"plain number": plain, "thousands parted": grouped, "without currency": bare}
    if bare == value and re.search(r"[.,]\d\d$", value):
        forms["currency added"] = f"€{value}"
    return forms


def wrong(value: str, rng: Random) -> dict[str, str]:
    """Answers like `value` that are not it, by what was done to it: a digit changed, words swapped, a number cut short,
    another currency, the sign left out.

    Whether the document happens to say one of them is for the caller to see.
    """
    answers: dict[str, str] = {}
    places = [place for place, character in enumerate(value) if character in "0123456789"]
    if places:
        place = rng.choice(places)
        other = rng.choice([digit for digit in "0123456789" if digit != value[place]])
        answers["a digit changed"] = value[:place] + other + value[place + 1 :]
    if not readings(value) and not dates.readings(value) and (swapped := _swapped(value.split(), rng)) is not None:
        answers["two words swapped"] = swapped
    if (part := _part(value, rng)) is not None:
        answers["part of a number"] = part
    bare = _CURRENCY.sub("", value).strip()
    if bare != value and readings(value):
        answers[OTHER_CURRENCY] = f"€{bare}" if not re.search("€|eur", value, re.IGNORECASE) else f"£{bare}"
    if any(number < 0 for number in readings(value)):
        answers["without its sign"] = re.sub(r"^[-+(]\s*|[-)]$", "", bare).strip()
    return {name: answer for name, answer in answers.items() if answer != value}


def _swapped(words: list[str], rng: Random) -> str | None:
    """Two neighbours in the other order; not a number and its unit, which may stand either way."""
    kinds = ["9" if digits(word) else "a" if any(map(str.isalpha, word)) else "" for word in words]
    pairs = [at for at in range(len(words) - 1) if kinds[at] and kinds[at] == kinds[at + 1]]
    if not pairs:
        return None
    at = rng.choice(pairs)
    return " ".join([*words[:at], words[at + 1], words[at], *words[at + 2 :]])


def _part(value: str, rng: Random) -> str | None:
    """The first or last digits, two or more, of a longer number."""
    numbers = [match.group() for match in _WHOLE_NUMBER.finditer(value) if len(digits(match.group())) > 2]
    if not numbers:
        return None
    number = rng.choice(numbers)
    cut = rng.randrange(1, len(number) - 1)
    part = (number[cut:] if rng.random() < 0.5 else number[: len(number) - cut]).strip(".,'’/:- ")
    return part if len(digits(part)) > 1 else None
