"""A line with a cross in one of its boxes is told as a name and its value."""

from __future__ import annotations

from itertools import islice

import pytest

from preprocess.document import PageText
from preprocess.lines import to_lines
from preprocess.ticks import told_ticks
from prompts.evidence import build
from prompts.grounding import ground
from tests.documents.typeset import page, put
from train.factory.scene import words
from train.factory.stream import samples


def told(text: str) -> str:
    """Pieces of the line stand where a column may begin."""
    parts, x = [], 0.05
    for piece in text.split("  "):
        parts += put(piece, x, 0.1)
        x += 0.01 * len(piece) + 0.03
    (line,) = told_ticks(page(parts)).lines
    assert line.text == text
    return line.told


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Sex: [ ] male  [x] female  [ ] other", "Sex: female  [ ] male  [ ] other"),
        ("Geschlecht  [ x ] weiblich  [ ] divers", "Geschlecht: weiblich  [ ] divers"),
        ("Smoker: (X) Yes  ( ) No", "Smoker: Yes  [ ] No"),
        ("MEALS: () Ja  (x)Nein", "MEALS: Nein  [ ] Ja"),
        ("Licence to drive ☐ Yes  ☒ No", "Licence to drive: No  [ ] Yes"),
        ("Wants: ● post  ○ e-mail", "Wants: post  [ ] e-mail"),
        ("Account wanted _X_ Current account  ___ Savings", "Account wanted: Current account  [ ] Savings"),
        ("Paid: x Yes  _ No", "Paid: Yes  [ ] No"),
        ("Extras: [x] Sauna  [x] Lunch  [ ] Bus", "Extras: Sauna, Lunch  [ ] Bus"),
        ("Guarantee applies:  Yes  [X] No", "Guarantee applies: No  [ ] Yes"),
        ("Guarantee: Yes  [X] No", "Guarantee: No  [ ] Yes"),
        ("Status _X_ single  married  divorced", "Status: single  [ ] married  [ ] divorced"),
    ],
)
def test_what_is_chosen_is_told_first(text, said):
    assert told(text) == said


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Sex: [ ] male  [ ] female", id="nothing is chosen"),
        pytest.param("Smoker: Yes [x]  No [ ]", id="boxes behind their choices"),
        pytest.param("[x] I have read the rules", id="no name"),
        pytest.param("● First  ● Second", id="bullets"),
        pytest.param("Panel 2 x 3", id="a factor"),
        pytest.param("Smoker: [x] Yes  [ ] No  Name: Bob", id="another field on the line"),
        pytest.param(f"Sex: [x] {'x' * 60}  [ ] other", id="a paragraph"),
    ],
)
def test_what_is_not_clear_stays_as_it_is(text):
    assert told(text) == ""


def test_a_page_without_boxes_is_the_very_same():
    own = page(put("Total due  9.00", 0.1, 0.1))
    assert told_ticks(own) is own


def test_a_choice_is_cited_where_it_stands():
    own = page(put("Sex: [ ] male [x] female", 0.1, 0.1))
    plain, shown = (ground("female", build([(1, text)], 1), "Sex?").citations for text in (own, told_ticks(own)))
    assert plain and plain == shown


def test_forms_are_told_as_they_were_ticked():
    """The factory knows what was chosen; marks are those of the test split."""
    found = wrong = 0
    for sample, _ in islice(samples("ticks", "test", {"form": 1.0}), 80):
        chosen = {key.casefold(): value for key, value in sample.fields.items()}
        for scene in sample.scenes:
            text = told_ticks(PageText(to_lines(words(scene), scene.width / scene.height), "text"))
            for line in text.lines:
                if line.told:
                    found += 1
                    value = line.told.split("  ")[0].rpartition(": ")[2]
                    wrong += value not in chosen.values()
    assert found > 40 and wrong == 0
