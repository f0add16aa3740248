"""One meaning is given, two are not guessed at."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prompts.normalised import normalised


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("31.12.2023", "2023-12-31"),
        ("25 MAR 2018", "2018-03-25"),
        ("2018年3月5日", "2018-03-05"),
        ("RM 1,234.50", "1234.50"),
        ("-8,79 €", "-8.79"),
        ("(12.00)", "-12.00"),
        ("25.31%", "25.31"),
        ("CHF 120.–", "120"),  # no cents
        ("1'250.-", "1250"),
        ("120,-- €", "120"),
        ("120,- €", "120"),
        ("1.234,-", "1234"),
        ("CHF 1,250.–", "1250"),
        ("31.12.2023¹", "2023-12-31"),
        ("开票日期20240315", "2024-03-15"),
        ("20240315T101500Z", "2024-03-15"),
        ("554,11-", "-554.11"),
        ("1,234.50¹", "1234.50"),  # a footnote
        ("12²", "12"),
        ("0012345", None),  # a number of something
        ("01067", None),
        ("0,50 €", "0.50"),
        ("RE-20240315-001", None),
        ("20240315", "20240315"),  # a number first
        ("03/04/2018", None),  # March or April
        ("03.04.2018", "2018-04-03"),  # with points the day comes first
        ("vom 3. 4. 2018", "2018-04-03"),
        ("03.04.18", None),  # or the third of April 2018's year first
        ("03.04.2018 - 05.04.2018", None),
        ("1.234", None),  # a thousand or one
        ("03/04/2018 12.34.5678", None),  # the second is no date
        ("SDN BHD", None),
        ("(1)", None),  # a note, or less than nothing
        ("(555)", None),
        ("($5)", "-5"),
        ("+49 170 555 667", None),
        ("S45.3.31", "1970-03-31"),
        ("R2024-03-15", "2024-03-15"),  # the number of a revision, too
        ("S1.2.3", None),
        ("R4.2.1", None),
        ("T5.12.20", None),
        ("R6.6.20", None),
        ("R12.1.3", None),
        ("令和6/5/1", "2024-05-01"),
        ("民国113/5/20", "2024-05-20"),
        ("昭和45/3/31", "1970-03-31"),
        ("H31.4.30", "2019-04-30"),
        ("3. Jänner 2024", "2024-01-03"),
        ("5. Febr. 2024", "2024-02-05"),
        ("1º de setiembre de 2024", "2024-09-01"),
        ("\N{FIGURE DASH}5", "-5"),
        ("¥3,000-", "3000"),
        ("not found", None),
        ("", None),
    ],
)
def test_examples(text, meaning):
    assert normalised(text) == meaning


@given(st.dates(date(1970, 1, 1), date(2067, 12, 31)))
def test_iso_dates_mean_themselves(day):
    assert normalised(day.isoformat()) == day.isoformat()


@given(st.decimals(-(10**9), 10**9, places=2))
def test_plain_amounts_mean_themselves(amount):
    assert Decimal(normalised(f"{amount:f}") or "nan") == amount
