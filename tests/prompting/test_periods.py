"""Dates beside other numbers: times, counts and prices are no years, and a period is none of its ends."""

from __future__ import annotations

import datetime as dt

import pytest

from prompts import dates


@pytest.mark.parametrize(
    "text",
    [
        *("March 5, 10 am", "Freitag, 5. März 14 Uhr", "5 mars 14h30", "Sep 10-12 2024", "Oct 10/11 2024"),
        *("Jun 1-30, 2024", "Due Mar 15, 30 days net", "MAR 05 99.50", "MAR 05 1234.50", "05 Mar 24 Visa", "5 May 20%"),
        *("5. März 14:30", "5 March 20.50", "Mar 05 12", "March 5, 2030 hrs", "5 March, 1000 units", "May 5 10 March"),
    ],
)
def test_what_follows_a_day_is_not_always_a_year(text: str) -> None:
    assert dates.readings(text) == frozenset()
    assert dates.meaning(text) is None


@pytest.mark.parametrize(
    "text",
    [
        *("05-Mar-24", "05MAR24", "05 Mar 24", "5. März 24", "05/Mar/24", "05.Mar.24", "Mar-05-24", "5 Mar '24"),
        *("5 Mar ’24", "March 5, '24", "05-Mar-24 14:00", "05-Mar-24 1234.50", "05-Mar-24 Visa", "5 March 2024, 10 am"),
        *("05 Mar 24  Tesco  12.50", "Mar 5, 2024 10:30", "5. März 2024,14:00", "(05 Mar 24)", "2024 Mar 5"),
        *("5 March 2024. 30 days net", "MAR 05 2024 99.50"),
    ],
)
def test_years_that_are_some(text: str) -> None:
    assert dates.readings(text) == {dt.date(2024, 3, 5)}


@pytest.mark.parametrize(
    "text",
    [
        *("1-5 March 2024", "1–5 March 2024", "vom 1. bis 5. März 2024", "vom 1. bis zum 5. März 2024"),
        *("01.-31. Januar 2024", "12/01 - 12/31/2024", "01.01. bis 31.12.2024", "2024年1月1日～31日"),
        *("1 Jan - 31 Jan 2024", "Jan 1 - Jan 31, 2024", "1 and 5 March 2024", "du 1er au 5 mars 2024"),
        *("del 1 al 5 de marzo de 2024", "van 1 tot 5 maart 2024", "Mon 4 - Fri 8 March 2024", "1/5 March 2024"),
        *("5 March 2024 - 7 March", "2024-03-05 to 07", "March 5, 2024 to March 7", "2024年1月1日（月）～2月3日"),
        *("5.3.2024 - 7.3.", "1st to the 5th of March 2024", "2024年1月1日至5日", "03.04.2018 - 05.04.2018"),
        "from 28 February through 3 March 2024",
    ],
)
def test_a_period_is_no_date(text: str) -> None:
    assert dates.readings(text) == frozenset()
    assert dates.meaning(text) is None


@pytest.mark.parametrize(
    "text",
    [
        *("5 March 2024 - 10:30", "RE-2024-001 - 05.03.2024", "5.3.2024 - 7 Nächte", "05.03.2024 - 12.50 EUR"),
        *("5 March 2024 and 2 copies", "14:30 - 05.03.2024", "5 March 2024 (05.03.2024)", "Berlin / 5.3.2024"),
        *(
            "INV-4711 / 05.03.2024",
            "5 March 2024 - 5 March 2024",
            "5 March 2024 to 1000 units",
            "Invoice - 5 March 2024",
        ),
        *("12 units on 5 March 2024", "2024年3月5日 至"),
    ],
)
def test_other_neighbours_leave_a_date_what_it_is(text: str) -> None:
    assert dates.meaning(text) == dt.date(2024, 3, 5)


def test_the_ends_of_a_period_are_printed() -> None:
    days = [day for _, _, day in dates.printed("period 01.01.2024 - 31.01.2024")]
    assert days == [dt.date(2024, 1, 1), dt.date(2024, 1, 31)]
    assert [*dates.printed("mar 05 99.50 visa"), *dates.printed("5. marz 14 uhr")] == []


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("march 5, 2024", dt.date(2024, 3, 5)),
        ("5. März 2024.", dt.date(2024, 3, 5)),
        ("5.3.2024", dt.date(2024, 3, 5)),
        ("2024-03-05", dt.date(2024, 3, 5)),
        ("dated 5 march 2024", None),
        ("march 2024", None),
        ("03/04/2024", None),
        ("5 march 2024 to 6 march 2024", None),
        ("", None),
    ],
)
def test_nothing_but_a_date(text: str, day: dt.date | None) -> None:
    assert dates.alone(text) == day
