"""How amounts are written: their currencies, what may follow them, and what tells thousands from decimals."""

from __future__ import annotations

from decimal import Decimal

import pytest

from prompts.normalised import normalised
from prompts.numbers import readings


@pytest.mark.parametrize(
    ("text", "value"),
    [
        *[
            ("AED 100.00", "100"),
            ("100.00 aed", "100"),
            ("Fr. 4.50", "4.5"),
            ("Fr. 120.50", "120.5"),
            ("SFr. 9.-", "9"),
        ],
        *[("$(100.00)", "-100"), ("RM(1,234.50)", "-1234.5"), ("( 1,234.50 )", "-1234.5"), ("(EUR 12.00)", "-12")],
        *[("2,000.00 CR", "2000"), ("2,000.00DR", "2000"), ("£2,000.00 Cr.", "2000"), ("500,00 S", "500")],
        *[("500,00 H", "500"), ("EUR 500,00 H", "500"), ("1.234,50 Euro", "1234.5"), ("Rs. 500/-", "500")],
        *[
            ("12,50 zł", "12.5"),
            ("1 250,50 Kč", "1250.5"),
            ("1 250 Ft", "1250"),
            ("฿100", "100"),
            ("50.000 ₫", "50000"),
        ],
        *[("1,200원", "1200"), ("1.29 A", "1.29"), ("1.29 *", "1.29"), ("0,79 B", "0.79"), ("TRY 300.00", "300")],
        *[("US$ 5.00", "5"), ("R$ 1.234,50", "1234.5"), ("▲1,234.50", "-1234.5"), ("△ 1,234.50", "-1234.5")],
        *[("-Fr. 1,234.50", "-1234.5"), ("€- 1,234.50", "-1234.5"), ("1,234.50 EUR-", "-1234.5")],
        *[("-zł 1,234.50", "-1234.5"), ("1,234.50 -", "-1234.5"), ("人民币1,234.00元整", "1234"), ("19 %", "19")],
        # what decides between thousands and decimals
        *[("¥1,200", "1200"), ("1,234円", "1234"), ("₩1,200", "1200"), ("JPY 1.200", "1200"), ("Rp 15.000", "15000")],
        *[("0.125", "0.125"), ("0,500", "0.5"), ("-0,500", "-0.5"), ("1,234元", "1234")],
    ],
)
def test_amounts_that_are_read(text: str, value: str) -> None:
    assert readings(text) == {Decimal(value)}


@pytest.mark.parametrize(
    "text",
    [
        *("1.25 B", "1.25 M", "1.25 K", "1.50 L", "2,50 h", "12 A", "5 Cr", "₹5.25 Cr", "top 10", "all 5", "12 ft"),
        *("Fr. 5", "19.00 % A", "▲1.25%", "RM", "€", "*", "A", "( )", "5 EUR 300", "pen 3", "1.2.3", "", "▲"),
    ],
)
def test_what_is_no_amount(text: str) -> None:
    assert readings(text) == frozenset()


@pytest.mark.parametrize("text", ["1.234", "1,200", "€1,200", "USD 1.200", "¥1.200"])
def test_what_nothing_decides(text: str) -> None:
    assert len(readings(text)) == 2
    assert normalised(text) is None
