"""Sentences that nobody wrote: a grammar with the words of statistics offices, finance and science.

Running text surrounds the tables of a page. Its numbers are there to mislead, except those of a `Fact`, which come
with the question that they answer.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from random import Random

from train.factory.names import coined, company, person
from train.factory.sample import Split, part, share
from train.factory.values import any_date
from train.factory.wordlists import read

Grammar = Mapping[str, Sequence[str]]
_SLOT = re.compile(r"\{(\w+)\}")


def _list(text: str) -> tuple[str, ...]:
    return tuple(text.split("|"))


ENGLISH: Grammar = {
    "sentence": _list(
        "{Subject} {verb} {object} {when}.|In {year}, {subject} {verb} {object}.|{Opener}, {subject} {verb} {object}.|"
        "{Subject} {passive} {purpose}.|{Opener}, about {percent} percent of {people} {did} {when}.|"
        "Between {year} and {year}, the share of {people} who {did} {moved} from {percent} to {percent} percent.|"
        "{Subject} {verb} {object}, whereas {subject} {verb} {object}.|Some {count} {people} {did}, {reason}.|"
        "{Opener}, {people} {did} more often than {people}.|This section describes how {subject} {verb} {object}.|"
        "The estimate is based on {source} and {passive} {purpose}.|Because {subject} {verb} {object}, {subject} "
        "{passive} {purpose}.|{Subject}, which {verb} {object}, {passive} {purpose}.|No estimate is shown where fewer "
        "than {small} {people} {did}.|{Source} (see note {small}) {cover} {count} {people}.|The {adjective} {noun} of "
        "{people} {moved} {when}, {reason}.|It should be noted that {subject} {verb} {object} {when}.|"
        "{Opener}, {subject} {moved} by {percent} percent.|For {people}, {subject} {verb} {object} on average.|"
        "Respondents were asked whether {subject} {verb} {object}."
    ),
    "subject": _list(
        "the {adjective} {noun}|{source}|the {noun} of {people}|a {adjective} {noun}|each {unit}|the typical {unit}|"
        "the change in {noun}|every {adjective} {unit}|the {unit} with the largest {noun}|the total {noun}"
    ),
    "adjective": _list(
        "median|average|weighted|annual|quarterly|seasonal|regional|nominal|adjusted|observed|expected|preliminary|"
        "revised|overall|gross|net|relative|long-term|"
        "daily|monthly|local|national|mean|provisional|maximum|minimum|combined|current|former|specific|direct|projected"
    ),
    "noun": _list(
        "income|response rate|sample|expenditure|estimate|price index|deposit|yield|concentration|loan balance|"
        "enrolment|turnover|growth rate|temperature|premium|coverage rate|measurement|output|density|workload|"
        "balance|tariff|error|budget|score|duration|subsidy|occupancy|pressure|dose|capacity|margin|debt ratio|wage"
    ),
    "unit": _list(
        "household|district|school|bank|laboratory|county|station|branch|enterprise|hospital|plant|municipality"
    ),
    "people": _list(
        "households|respondents|first-year students|small firms|loan applicants|rural residents|full-time employees|"
        "participating schools|older workers|families with children|commuters|patients|account holders|tenants|"
        "graduates|visiting researchers|"
        "pensioners|self-employed persons|trainees|migrants|policyholders|farmers|nurses|volunteers|car owners|voters"
    ),
    "verb": _list(
        "includes|excludes|depends on|reflects|understates|exceeds|is compared with|replaces|determines|covers|"
        "accounts for|does not affect|is derived from|remains close to|differs from|is part of|limits|overstates|"
        "predicts|is based on|confirms|contradicts|is higher than|has no link to"
    ),
    "object": _list(
        "the {adjective} {noun}|all {people}|the {noun} of {people}|{source}|the {adjective} {noun} of each {unit}|"
        "the costs that {people} report|any {noun} from the previous year|both the {noun} and the {noun}"
    ),
    "passive": _list(
        "was revised|is reported separately|has been imputed|was collected by mail|is weighted|is rounded|was verified|"
        "has been estimated|was measured twice|is shown for comparison"
    ),
    "purpose": _list(
        "to reduce the {adjective} error|in order to protect {people}|for use in later rounds|before publication|"
        "so that totals agree|without regard to {noun}|as required by the regulation|for each {unit}"
    ),
    "when": _list(
        "during the reference period|in {year}|since {year}|over {small} years|by the end of {year}|at the time of the "
        "interview|in the {small}-month window|after the {year} revision|"
        "before {year}|from {year} to {year}|for the first {small} months|within {small} weeks|at the start of {year}"
    ),
    "did": _list(
        "changed employers|reported no change|repaid a loan|moved house|returned the form|were excluded|took part in "
        "training|were interviewed again|held a second account|used public transport|were below the limit|"
        "worked part-time|paid the full fee|lived alone|received a grant|gave no answer|filed a complaint|saved more"
    ),
    "moved": _list("rose|fell|increased slightly|declined|climbed|dropped sharply|was nearly unchanged|recovered"),
    "reason": _list(
        "mainly because of {adjective} {noun}|partly due to {noun}|which is in line with {source}|although {people} "
        "{did}|as in earlier years|contrary to what {source} suggests"
    ),
    "opener": _list(
        "In contrast|As a result|On average|In addition|Overall|As expected|Similarly|By comparison|In most cases|"
        "At the same time|For this reason|In practice|"
        "In general|By contrast|In the long run|As before|In other words|Nevertheless|In particular|To some extent"
    ),
    "source": _list(
        "the household survey|the business register|the follow-up study|administrative records|the field experiment|"
        "the annual accounts|the monitoring network|the labour force survey|the census|published balance sheets|"
        "the tax register|the patient files|the time-use diary|the quality report|the price survey|the satellite images"
    ),
    "cover": ("lists", "represents", "refers to", "adds up"),
}
GERMAN: Grammar = {
    "sentence": _list(
        "{Subject} {verb} {object}.|Im Jahr {year} {verb} {subject} {object}.|Rund {percent} Prozent {people} waren "
        "{when} betroffen.|{Subject} {verb} {when} {object}.|Zwischen {year} und {year} {verb} {subject} {object}.|"
        "Insgesamt {verb} {subject} {object}.|Die Angaben beruhen auf {count} Befragungen.|Wegen geänderter Methoden "
        "{verb} {subject} {object}."
    ),
    "subject": _list(
        "die Erhebung|der Mikrozensus|die Statistik|das Register|die mittlere Quote|der Preisindex|die Stichprobe|"
        "der Jahresbericht"
    ),
    "verb": _list("umfasst|berücksichtigt|übertrifft|enthält|zeigt|ersetzt|beschreibt|bestimmt"),
    "object": _list(
        "die Ausgaben der Haushalte|alle Betriebe|den Umsatz des Vorjahres|die Zahl der Beschäftigten|"
        "den Anteil der Mieter|die Werte der Länder|die bereinigten Zahlen|den langfristigen Durchschnitt"
    ),
    "people": ("der Haushalte", "der Betriebe", "der Befragten", "der Beschäftigten"),
    "when": ("im Berichtsjahr", "seit {year}", "im {year} erfassten Zeitraum", "bis Ende {year}"),
}
FRENCH: Grammar = {
    "sentence": _list(
        "{Subject} {verb} {object}.|En {year}, {subject} {verb} {object}.|Environ {percent} pour cent {people} ont "
        "répondu.|Depuis {year}, {subject} {verb} {object}.|Au total, {subject} {verb} {object}.|Les résultats "
        "reposent sur {count} entretiens.|Entre {year} et {year}, {subject} {verb} {object}.|En moyenne, {subject} "
        "{verb} {object}."
    ),
    "subject": _list(
        "l’enquête|le recensement|la statistique|le registre|le taux moyen|l’indice des prix|l’échantillon|le rapport"
    ),
    "verb": _list("comprend|dépasse|remplace|décrit|mesure|reflète|présente|concerne"),
    "object": _list(
        "les dépenses des ménages|toutes les entreprises|le chiffre de l’année précédente|le nombre de salariés|"
        "la part des locataires|les valeurs régionales|les données corrigées|la moyenne à long terme"
    ),
    "people": ("des ménages", "des entreprises", "des élèves", "des salariés"),
}
SPANISH: Grammar = {
    "sentence": _list(
        "{Subject} {verb} {object}.|En {year}, {subject} {verb} {object}.|Cerca del {percent} por ciento {people} "
        "respondió.|Desde {year}, {subject} {verb} {object}.|En total, {subject} {verb} {object}.|Los resultados se "
        "basan en {count} entrevistas.|Entre {year} y {year}, {subject} {verb} {object}.|En promedio, {subject} "
        "{verb} {object}."
    ),
    "subject": _list(
        "la encuesta|el censo|la estadística|el registro|la tasa media|el índice de precios|la muestra|el informe"
    ),
    "verb": _list("incluye|supera|sustituye|describe|mide|refleja|presenta|abarca"),
    "object": _list(
        "los gastos de los hogares|todas las empresas|la cifra del año anterior|el número de empleados|"
        "la proporción de inquilinos|los valores regionales|los datos corregidos|la media a largo plazo"
    ),
    "people": ("de los hogares", "de las empresas", "de los alumnos", "de los empleados"),
}
GRAMMARS = {"en": ENGLISH, "de": GERMAN, "fr": FRENCH, "es": SPANISH}

HEADINGS: Grammar = {
    "heading": _list(
        "{Topic}|{Topic} and {topic}|{Doing} {topic}|{Topic} by {dimension}|{Topic} of {who}|Changes in {topic}|"
        "Overview of {topic}|{Topic} in {place}|Notes on {topic}|{Doing} {topic} of {who}|{Topic}: {method}|"
        "Appendix {letter}: {Topic}|Trends in {topic}|{Method}|{Topic} at a glance|Summary of {topic}|"
        "{Topic} across {place}|Outlook for {topic}|Guide to {topic}|{Doing} {topic} in {place}|Findings on {topic}|"
        "Background to {topic}|{Topic} and {topic} of {who}|Costs of {doing} {topic}|{Topic} since {year}|"
        "Progress in {topic}|{Topic} compared|Results on {topic} by {dimension}"
    ),
    "topic": _list(
        "response rates|household income|data collection|sampling error|access control|lending activity|"
        "water quality|school enrolment|energy prices|risk management|loan performance|staff training|soil samples|"
        "crop yields|patient safety|traffic volumes|public spending|network security|housing costs|trade balances|"
        "job vacancies|waste disposal|air pollution|road accidents|customer service|product design|supply chains|"
        "pension funds|tax receipts|child care|land use|forest fires|drinking water|vocational training|"
        "exchange rates|birth rates|hospital stays|tourist arrivals|broadband access|freight transport|"
        "rental markets|library services|noise levels|machine maintenance|clinical trials|consumer credit|"
        "food prices|electric vehicles|heating demand|data protection|image recognition|language models|flood risk|"
        "staff turnover|wage levels|savings plans|export orders|fish stocks|sports facilities|museum visits"
    ),
    "doing": _list("measuring|reporting|improving|estimating|comparing|protecting|reviewing|planning|"
                   "funding|monitoring|predicting|explaining|reducing|testing|managing|auditing|forecasting|modelling"),
    "dimension": _list("region|age group|income level|industry|size class|year|sector|district|country|month|sex|"
                       "level of education|type of owner|season|branch|size of town"),
    "who": _list("small firms|first-year students|rural areas|public schools|commercial banks|older workers|"
                 "member states|local offices|large cities|single parents|family farms|private clinics|new members|"
                 "foreign investors|retired persons|online shops"),
    "place": _list("the northern region|member countries|{coined}|urban districts|{coined} County|the public sector|"
                   "the {coined} basin|coastal towns|mountain areas|the {coined} valley|island states|the euro area|"
                   "the capital|small towns|the {coined} district|eastern provinces"),
    "method": _list("definitions|methods and limits|a first look|technical notes|next steps|design of the study|"
                    "lessons learned|scope and purpose|main results|open questions|sources of data|"
                    "a comparison|recent changes|limits and risks|recommendations|detailed tables"),
    "letter": tuple("ABCDEF"),
}  # fmt: skip


@cache
def _grammar(language: str, split: Split, heading: bool) -> dict[str, Sequence[str]]:
    rules = HEADINGS if heading else GRAMMARS[language]
    return {name: part(items, split, 8) for name, items in rules.items()}


def _grow(rng: Random, rules: Mapping[str, Sequence[str]], symbol: str) -> str:
    """One expansion of `symbol`; a capital first letter asks for a capital."""
    numbers = {
        "year": lambda: str(rng.randrange(1985, 2025)),
        "percent": lambda: f"{rng.uniform(1, 99):.{rng.choice((0, 0, 1))}f}",
        "count": lambda: f"{rng.randrange(100, 90000):,}",
        "small": lambda: str(rng.randrange(2, 60)),
        "coined": lambda: coined(rng),
    }

    def grown(name: str) -> str:
        if name in numbers:
            return numbers[name]()
        text = _SLOT.sub(lambda slot: grown(slot[1]), rng.choice(rules[name.lower()]))
        return text[0].upper() + text[1:] if name[0].isupper() else text

    return grown(symbol)


def sentence(rng: Random, split: Split, language: str = "en") -> str:
    return _grow(rng, _grammar(language, split, False), "Sentence")


def paragraph(rng: Random, split: Split, characters: int, language: str = "en") -> str:
    """Whole sentences, until about `characters` are filled."""
    said = [sentence(rng, split, language)]
    while sum(map(len, said)) < characters - 40:
        said.append(sentence(rng, split, language))
    return " ".join(said)


def heading(rng: Random, split: Split) -> str:
    """`Response rates by income level`, in one of the usual cases."""
    text = _grow(rng, _grammar("en", split, True), "Heading")
    case = rng.random()
    return text if case < 0.6 else text.title() if case < 0.9 else text.upper()


@dataclass(frozen=True, slots=True)
class Fact:
    """A sentence, and what can be asked about it: `key` names the value in a thought."""

    sentence: str
    questions: tuple[str, ...]
    key: str
    answer: str


_WORDS = read("facts")
# sentence | key | what is asked for | questions
_FACTS: tuple[tuple[str, str, str, str], ...] = tuple(
    (fact["sentence"], fact["key"], fact["slot"], fact["questions"]) for fact in _WORDS["fact"]
)
_ASKED: list[str] = _WORDS["asked"]


def facts(rng: Random, split: Split, count: int) -> list[Fact]:
    """Different statements about made-up names, so that nothing else on the page answers their questions."""
    found = []
    for line, key, slot, questions in rng.sample(share(_FACTS, split), min(count, len(share(_FACTS, split)))):
        value = {
            "year": lambda: str(rng.randrange(1950, 2024)),
            "count": lambda: f"{rng.randrange(200, 90000):,}",
            "money": lambda: rng.choice(("${:.1f} million", "£{:.1f} million", "${:.2f}")).format(rng.uniform(2, 90)),
            "person": lambda: person(rng, "en", split),
            "percent": lambda: f"{rng.uniform(20, 99):.1f}",
            "date": lambda: f"{(day := any_date(rng)):%B} {day.day}, {day.year}",
            "company": lambda: company(rng, "en", split),
            "small": lambda: str(rng.randrange(3, 60)),
        }[slot]()
        name = coined(rng)
        asked = [rng.choice(share(_ASKED, split)).format(q=_lowered(q)) for q in questions.split("|")]
        said = line.format(**{"n": name, slot: value})
        texts = tuple(text[0].upper() + text[1:].format(n=name) for text in asked)
        found.append(Fact(said, texts, key.format(n=name), value))
    return found


def _lowered(question: str) -> str:
    return question[0].lower() + question[1:]
