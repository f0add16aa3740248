"""Numbers and addresses of business papers: document numbers, phones, e-mail, VAT ids and bank accounts."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from random import Random

COUNTRY = {"en": "GB", "de": "DE", "fr": "FR", "es": "ES"}
LANGUAGES = ("en", "de", "fr", "es")
_BANKS = {
    "en": ("Barton Bank", "First Union Bank", "Northgate Bank", "Harbour Savings Bank"),
    "de": ("Sparkasse Ulm", "Volksbank Neustadt", "Stadtbank Kassel", "Landesbank Mainz"),
    "fr": ("Banque du Nord", "Crédit de Lyon", "Caisse de Nantes", "Banque Perrin"),
    "es": ("Banco del Sur", "Caja de Granada", "Banco Norte", "Banco Ruiz"),
}
_CALLING = {"en": "44", "de": "49", "fr": "33", "es": "34"}
_LETTERS = "ABCDEFGHKLMNPRSTUVWXZ"
_NUMBERS = ("#####", "######", "@@-#####", "20##-####", "@####", "@@@/##/####", "##.###.###", "@#-##", "@@########")


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
    code = _CALLING[language]
    forms = (
        f"+{code} ### ######",
        f"+{code} ## ### ####",
        "0## ######",
        "0###/#####",
        "(0##) ####-###",
        "0### ### ###",
    )
    return digits(rng, rng.choice(forms))


def email_of(rng: Random, name: str) -> str:
    """`info@brexon-hardware.example`, from a company's or person's name."""
    flat = unicodedata.normalize("NFKD", name.replace("ß", "ss")).encode("ascii", "ignore").decode().lower()
    parts = [part for part in re.split(r"[^a-z0-9]+", flat) if len(part) > 2][:2] or ["office"]
    user = rng.choice(("info", "office", "sales", "mail", "billing", "contact", "service"))
    return f"{user}@{rng.choice(('', '-')).join(parts)}.{rng.choice(('com', 'net', 'org', 'eu', 'biz', 'example'))}"


def vat_id(rng: Random, language: str) -> str:
    return digits(rng, COUNTRY[language] + ("########@" if language == "es" else "#########"))


def bank_of(rng: Random, language: str) -> tuple[str, str, str]:
    """(bank, IBAN, BIC); the IBAN in groups of four or in one piece."""
    iban = digits(rng, COUNTRY[language] + "##" + "#" * 18)
    if rng.random() < 0.5:
        iban = " ".join(iban[place : place + 4] for place in range(0, len(iban), 4))
    bic = digits(rng, f"@@@@{COUNTRY[language]}@@") + rng.choice(("", "XXX"))
    return rng.choice(_BANKS[language]), iban, bic


def is_clear(day: date, printed: str, language: str) -> bool:
    """Whether `printed` is one calendar date only: English 03/04/2020 may be March or April."""
    if language != "en" or any(char.isalpha() for char in printed) or "." in printed:
        return True
    return day.day > 12 or printed[:4].isdigit()
