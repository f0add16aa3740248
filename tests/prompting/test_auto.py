"""Auto thinks about what must be worked out, and not about what is printed."""

from __future__ import annotations

import pytest

from prompts.auto import is_worked_out
from train.factory.stream import MAKERS, samples

WORKED_OUT = (
    "What is the difference between 2019 and 2020?",
    "How much more did Kenya export than Ghana?",
    'What do "Tea" and "Two cakes" cost together?',
    "What is the average of Spain, France and Italy?",
    "How many times as large as the net is the tax?",
    "Add the first two items.",
    "What do the first two items cost together?",
    "What is the ratio of imports to exports, to two decimals?",
    "Rent + insurance?",
    "How much did revenue increase from 2019 to 2020?",
    "Which is bigger, A or B?",
    "Um wie viele Punkte unterscheiden sich A und B?",
    "Quelle est la différence de prix entre A et B ?",
    "¿Cuánto suman A y B?",
    "どちらが大きい",
    "Which country has the highest value?",
    "What did the customer spend the most on?",
    "How many rows are above 50?",
    "Welcher Posten ist am teuersten, und was war die größte Ausgabe?",
    "Quelle est la valeur la plus élevée ?",
    "哪个国家的数值最高？",
    "Wie groß ist der Unterschied zwischen Netto und Brutto?",
    "Was kosten Brot und Milch zusammen?",
    "Um wie viel ist Berlin größer als Hamburg?",
    "Quelle est la différence entre 2019 et 2020 ?",
    "Combien coûtent le pain et le lait au total ?",
    "¿Cuánto más costó el pan que la leche?",
    "¿Cuál es la suma de enero y febrero?",
    "2019年和2020年相差多少？",
    "苹果和梨一共多少钱？",
    "2019年と2020年の差はいくらですか",
)
PRINTED = (
    "What is the total?",
    "What is the total in all, tax included?",
    "Who signed the letter, and when?",
    "What is the average price in 2014?",
    'What is the value in the row "Sum of men and women" under "Difference between years"?',
    "Um wie viel Uhr beginnt die Sitzung?",
    "Wie hoch ist die Summe?",
    "Quel est le total à payer ?",
    "Quel est le reste à payer ?",
    "¿Cuál es el total?",
    "合计是多少？",
    "What is the value added tax?",
    "What is the total and the due date?",
    "What is the value of 'Total minus tax'?",
    "What is Max Mustermann's address?",
    "What is the price of Disney Plus?",
    "What do you mean by net and gross?",
    "Wie lautet die Summe und das Datum?",
    "最高人民法院的案号是什么",
    "供应商的差旅费是多少",
    "What is the value of the most recent year?",
    "How many visitors came in 2020?",
    "Summarise the page.",
)


@pytest.mark.parametrize("question", WORKED_OUT)
def test_what_must_be_worked_out(question: str) -> None:
    assert is_worked_out(question)


@pytest.mark.parametrize("question", PRINTED)
def test_what_is_printed(question: str) -> None:
    assert not is_worked_out(question)


def test_wordings_it_was_not_written_by() -> None:
    """On the factory's test split, whose wordings are nowhere else: of sums it knows more than four in five, of what
    must be compared or counted three in five, and no more than one in 50 of what is printed is taken for either."""
    shares = {name: 1.0 for name in MAKERS if name not in ("drill", "table_drill")}
    stream = samples(3, "test", shares)
    questions = [question for _ in range(300) for question in next(stream)[0].questions]
    sums = [is_worked_out(question.text) for question in questions if question.computes]
    held = [is_worked_out(question.text) for question in questions if question.steps and not question.computes]
    others = [is_worked_out(question.text) for question in questions if not question.steps]
    assert len(sums) > 100 and sum(sums) > 0.8 * len(sums)
    assert len(held) > 100 and sum(held) > 0.6 * len(held)
    assert len(others) > 1000 and sum(others) < 0.02 * len(others)
