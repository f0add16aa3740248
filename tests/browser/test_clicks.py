"""The bench of the page visits it as a person does."""

from __future__ import annotations

from bench.clicks import NAMES, visit
from tests.browser.conftest import DOCS


def test_a_visit_is_timed_from_key_to_word_to_answer(chromium, served, backend):
    backend.answer, backend.delay = "nine euros and five cents", 0.1
    context = chromium.new_context(locale="en-GB")
    times = visit(context.new_page(), served[0], DOCS / "invoice.pdf")
    context.close()
    assert tuple(times) == NAMES
    for first, whole in (("first word", "answer"), ("second: first word", "second: answer")):
        assert 0.1 <= times[first] < times[whole] and times[whole] >= 0.5
