"""All that is told of a page, one after the other: nothing that one of them says trips the next."""

from __future__ import annotations

from preprocess.told_lines import told_lines
from tests.documents.typeset import HEIGHT, page, put, table


def test_dots_that_lead_from_a_label_of_two_lines_whose_words_have_dots():
    rows = [["", "2019", "2020"], ["Sales", "90", "95"], ["Income of U.S. firms", "", ""], ["", "120", "131"]]
    words = table(rows, [0.1, 0.6, 0.8])
    words += put("abroad . . . . . . . . . . . . . .", 0.1, 0.1 + 3 * 1.5 * HEIGHT)
    told = told_lines(page(words))
    assert any("120" in line.shown and "131" in line.shown for line in told.lines)
    said = [word.text for line in told.lines for word in line.words if word.text != "."]
    assert sorted(said) == sorted(word.text for word in words if word.text != ".")


def test_a_page_without_words():
    own = page()
    assert told_lines(own) is own


def test_a_form_with_two_parties_dots_and_boxes():
    rows = [["Seller", ""], ["Name:", "Orla"], ["Buyer", ""], ["Name:", "Ed"], ["Smoker", ""]]
    words = table(rows, [0.1, 0.3])
    words += put("[x] No", 0.3, 0.1 + 4 * 1.5 * HEIGHT) + put("[ ] Yes", 0.5, 0.1 + 4 * 1.5 * HEIGHT)
    words += put("Town ........ Lima", 0.1, 0.1 + 6 * 1.5 * HEIGHT)
    assert [line.shown for line in told_lines(page(words)).lines] == [
        "Seller",
        "Seller (Name): Orla",
        "Buyer",
        "Buyer (Name): Ed",
        "Smoker: No  [ ] Yes",
        "Town: Lima",
    ]
