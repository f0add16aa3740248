"""From a sample to what the model is asked and shall say: which questions, and in which mode."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random

from prompts.evidence import Evidence
from train.factory.evidence import evidence_of
from train.factory.sample import Question, Sample, missing
from train.packing import Turn

OF_ANY = frozenset(("field", "missing", "page", "slide", "text", "paper", "fact"))  # what may be asked of any document
# What a thought calls first that names no thing.
OF_NONE = frozenset(("max", "min", "first", "second", "third", "last", "closing balance", "current reading"))
POOL = 64  # questions that may be asked of another document; most documents are foreign to some of so many


@dataclass(frozen=True, slots=True)
class Diet:
    """How questions are chosen and answered."""

    questions: int = 16  # of one document, at most: another one costs a tenth of what the document does
    think: float = 0.5  # share of plain questions that are thought about
    think_steps: float = 0.5  # and of those that take comparing or counting
    think_sums: float = 0.8  # and of those with arithmetic
    guess_weight: float = 0.25  # of arithmetic answered without a thought: a guess, not to be learned by heart
    told: float = 0.7  # of the charts that a reader tells in words
    strangers: float = 0.2  # documents that are also asked a question about another document


def lessons(pairs: Iterator[tuple[Sample, Random]], diet: Diet) -> Iterator[tuple[Evidence, list[Turn]]]:
    """Evidence and turns of each sample that has a question about its words."""
    pool: deque[Question] = deque(maxlen=POOL)
    for sample, rng in pairs:
        if sample.told is not None and rng.random() < diet.told:
            sample = sample.told
        evidence = evidence_of(sample, rng)
        questions = [question for question in sample.questions if not question.task.startswith("sight/")]
        if not questions:
            continue
        rng.shuffle(questions)
        own = questions[: diet.questions]
        stranger = _stranger(pool, evidence, rng) if rng.random() < diet.strangers else None
        asked = own if stranger is None else [*own[: diet.questions - 1], stranger]
        if travelling := [question for question in own if _names_a_thing(question)]:
            pool.append(rng.choice(travelling))
        yield evidence, [turn_of(question, rng, diet) for question in asked]


def turn_of(question: Question, rng: Random, diet: Diet) -> Turn:
    share = diet.think_sums if question.computes else diet.think_steps if question.steps else diet.think
    thinks = rng.random() < share
    weight = diet.guess_weight if question.computes and not thinks else 1.0
    return Turn(question.text, question.answer, question.thinking if thinks else None, weight, question.task)


def both_modes(questions: Sequence[Question]) -> list[Turn]:
    """Every question twice, without and with a thought: for measuring. Those without an answer are named `missing`."""
    named = [(q, q.task if q.is_answerable else f"missing/{q.task}") for q in questions]
    fast = [Turn(q.text, q.answer, None, task=f"fast/{task}") for q, task in named]
    return fast + [Turn(q.text, q.answer, q.thinking, task=f"think/{task}") for q, task in named]


def key_of(question: Question) -> str:
    """What the thought reads first."""
    return question.thinking.partition("\n")[0].partition(": ")[0]


def _stranger(pool: deque[Question], evidence: Evidence, rng: Random) -> Question | None:
    """Take one out of `pool` whose thing is not here, as a question without an answer; None where all of them are."""
    said = evidence.text.lower()
    foreign = [question for question in pool if key_of(question).lower() not in said]
    if not foreign:
        return None
    chosen = rng.choice(foreign)
    pool.remove(chosen)  # nothing is asked in vain twice: it would be learned by heart
    return missing(chosen.text, key_of(chosen), "missing/stranger")


def _names_a_thing(question: Question) -> bool:
    """Whether it can be foreign to a document. Fields such as a total may be in any."""
    if question.task == "table/title" or question.task.partition("/")[0] in OF_ANY:
        return False
    key = key_of(question).lower()
    return key not in OF_NONE and key in question.text.lower()
