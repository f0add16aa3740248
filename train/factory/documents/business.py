"""Numbers and addresses of business papers: document numbers, phones, e-mail, VAT ids and bank accounts."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from random import Random
from string import ascii_uppercase

from train.factory import wordlists
from train.factory.names import DEGREES, TITLES

COUNTRY = {"en": "GB", "de": "DE", "fr": "FR", "es": "ES"}
LANGUAGES = ("en", "de", "fr", "es")
_WORDS = wordlists.read("business")
_BANKS: dict[str, list[str]] = _WORDS["banks"]
_PHONES: dict[str, list[str]] = _WORDS["phones"]
_NUMBERS: list[str] = _WORDS["numbers"]  # patterns for `digits`
_VAT: dict[str, list[str]] = _WORDS["vat"]
_IBANS: dict[str, str] = _WORDS["ibans"]
_POLITE = {word.lower().rstrip(".") for lists in (TITLES, DEGREES) for words in lists.values() for word in words}
_LETTERS = "ABCDEFGHKLMNPRSTUVWXZ"


def tongue(rng: Random, weights: tuple[int, int, int, int]) -> str:
    """A language, by weights in the order of `LANGUAGES`."""
    return rng.choices(LANGUAGES, weights)[0]


def digits(rng: Random, pattern: str) -> str:
    """`@` is a letter, `#` a digit, and the first digit of a run is not 0."""
    made = ""
    for place, char in enumerate(pattern):
        if char == "@":
            made += rng.choice(_LETTERS)
        elif char == "#":
            made += str(rng.randrange(0 if place and pattern[place - 1] == "#" else 1, 10))
        else:
            made += char
    return made


def document_number(rng: Random) -> str:
    return digits(rng, rng.choice(_NUMBERS))


def phone(rng: Random, language: str) -> str:
    return digits(rng, rng.choice(_PHONES[language]))


def email_of(rng: Random, name: str) -> str:
    """`info@brexon-hardware.example`, from a company's or person's name."""
    flat = unicodedata.normalize("NFKD", name.replace("ß", "ss")).encode("ascii", "ignore").decode().lower()
    words = [part for part in re.split(r"[^a-z0-9]+", flat) if len(part) > 2 and part not in _POLITE]
    parts = words[:2] or ["office"]
    if rng.random() < 0.25:
        user = rng.choice((".", "_", "", "-")).join(parts) + rng.choice(("", "", "", str(rng.randrange(1, 100))))
        return f"{user}@{rng.choice(_WORDS['mail_hosts'])}"
    site = f"{rng.choice(('', '-')).join(parts)}.{rng.choice(_WORDS['domains'])}"
    return f"{rng.choice(_WORDS['mail_users'])}@{site}"


def vat_id(rng: Random, language: str) -> str:
    return digits(rng, rng.choice(_VAT[language]))


def bank_of(rng: Random, language: str) -> tuple[str, str, str]:
    """(bank, IBAN, BIC); the IBAN in groups of four or in one piece."""
    iban = digits(rng, _IBANS[language])
    iban = f"{iban[:2]}{rng.randrange(2, 99):02}{iban[4:]}"  # check digits may begin with 0
    if rng.random() < 0.5:
        iban = " ".join(iban[place : place + 4] for place in range(0, len(iban), 4))
    bic = "".join(rng.choices(ascii_uppercase, k=4)) + COUNTRY[language]
    bic += "".join(rng.choices(ascii_uppercase + "123456789", k=2))
    bic += rng.choice(("", "", "XXX", "XXX", digits(rng, "###"), digits(rng, "#@@")))
    return rng.choice(_BANKS[language]), iban, bic


def is_clear(day: date, printed: str, language: str) -> bool:
    """Whether `printed` is one calendar date only: English 03/04/2020 may be March or April."""
    if language != "en" or any(char.isalpha() for char in printed) or "." in printed:
        return True
    return day.day > 12 or printed[:4].isdigit()
