"""A line with a cross in one of its boxes is told as a name and its value."""

from __future__ import annotations

from dataclasses import replace

import pytest

from preprocess.document import PageText
from preprocess.lines import to_lines
from preprocess.ticks import told_ticks
from prompts.evidence import build
from prompts.grounding import ground
from tests.documents.forms import forms
from tests.documents.typeset import page, put
from train.factory.scene import words


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
        ("Do you smoke? [ ] Yes  [x] No", "Do you smoke: No  [ ] Yes"),
        ("Arrival 18:30 [x] confirmed", "Arrival 18:30: confirmed"),
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
        pytest.param("Smoker: Yes [x]  No", id="the same, and the last box is lost"),
        pytest.param("Smoker: Yes ☒ No", id="the same, as near to both"),
        pytest.param("Smoker: Yes [x]  No [ ]  (tick one)", id="the same, and words behind them"),
        pytest.param("Is the owner resident? Yes ☒ No ☐ Date 1 May", id="the same, without a colon"),
        pytest.param("Gender Male [x] Female [ ] (tick one)", id="the same, with other words behind them"),
        pytest.param("是否患病：是☐ 否☑ 备注无", id="the same, without spaces"),
        pytest.param("the function f(x) is convex ( )", id="a function"),
        pytest.param("as set out in clause 12(x) of the Agreement", id="a clause"),
        pytest.param("Royalty rate [*] percent", id="a footnote"),
        pytest.param("Revenue [*]  120  131", id="a footnote in a table"),
        pytest.param("Married [x] Yes  [ ] No  Children  [ ] Yes  [x] No", id="two fields on a line"),
        pytest.param("3.  Smoker  [x] Yes  [ ] No", id="a number before the name"),
        pytest.param("Sex: [x] male  [ ] female  12 May 2024", id="a value behind the choices"),
        pytest.param("Photo 10 x 15 cm  [ ] glossy  [ ] matt", id="a factor beside open boxes"),
        pytest.param("2 x Coffee □ 4.50", id="a count, and a letter that the font lacks"),
        pytest.param("Sales ● 2019  ○ 2020", id="a chart's legend"),
        pytest.param("Features: ✔ Wifi  ✗ Pool  ○ Gym", id="a cross that says no"),
        pytest.param("12  [x] 13  [ ] 14", id="no letters in the name"),
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


def test_what_is_told_already_stays_so():
    own = page(put("Smoker: [x] Yes [ ] No", 0.1, 0.1))
    told = PageText((replace(own.lines[0], told="Smoker: Yes"),), "text")
    assert told_ticks(told) is told


def test_forms_are_told_as_they_were_ticked(monkeypatch):
    """The factory knows what was chosen under which name; marks are those of the test split."""
    told: set[str] = set()
    ticked: set[str] = set()
    for number, (sample, printed) in enumerate(forms(monkeypatch, "ticks", 80)):
        for scene in sample.scenes:
            text = told_ticks(PageText(to_lines(words(scene), scene.width / scene.height), "text"))
            told |= {f"{number} {line.told.split('  ')[0]}" for line in text.lines if line.told}
        ticked |= {f"{number} {name}: {value}" for name, value in printed.items()}
    names = {line.partition(": ")[0] for line in ticked}
    known = {line for line in told if line.partition(": ")[0] in names}
    assert len(known) > 20 and known <= ticked
