"""What invoices print beside their values, in four languages, and what they sell: `words/invoice_labels.toml`.

Each list is `a|b|c|d`; every fourth one is for the test split alone (`paper.variants`).
"""

from __future__ import annotations

from train.factory import wordlists

_WORDS = wordlists.read("invoice_labels")
TITLES: dict[str, str] = _WORDS["titles"]
CREDIT_TITLES: dict[str, str] = _WORDS["credit_titles"]
LABELS: dict[str, dict[str, str]] = _WORDS["labels"]
EXTRAS: dict[str, str] = _WORDS["extras"]  # numbers and dates that nobody asks for
GOODS: dict[str, str] = _WORDS["goods"]
UNITS: dict[str, str] = _WORDS["units"]
NOTES: dict[str, str] = _WORDS["notes"]  # second lines under an item, no amounts of it
