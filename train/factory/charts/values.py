"""Sequences of values as statistics have them: trends with shocks, skewed rankings, shares that sum to 100, answers."""

from __future__ import annotations

from decimal import Decimal
from math import exp
from random import Random

from train.factory.charts.topics import Topic


def column(rng: Random, topic: Topic, count: int, over_time: bool, has_rest: bool = False) -> list[float]:
    """One series: `count` numbers in the topic's range; over time, or one a subject, the largest first."""
    if topic.shape == "signed":
        return signed(rng, count, topic.low, topic.high, over_time)
    if over_time:
        return trend(rng, count, topic.low or 5, topic.high or 60, 99.0 if topic.unit == "%" else topic.high * 1.3)
    if topic.shape == "share":
        return shares(rng, count, topic.places, has_rest)
    if topic.shape == "survey":
        return answers(rng, count, topic.low, topic.high)
    top = _between(rng, max(topic.low, topic.high / 40), topic.high)
    return ranking(rng, count, top, 0.02 if topic.unit == "%" else 0.0)


def trend(rng: Random, count: int, low: float, high: float, ceiling: float) -> list[float]:
    """A walk in steps of per cents, with a lasting drift and, at times, a shock that is made good later."""
    value = _between(rng, low, high)
    drift = rng.gauss(0.02, 0.04) * 12 / (count + 6)
    noise = rng.choice((0.006, 0.02, 0.05, 0.1))
    shock = rng.randrange(1, count) if rng.random() < 0.3 else -1
    found = []
    for place in range(count):
        hit = rng.uniform(0.45, 0.85) if place == shock else rng.uniform(1.05, 1.4) if place == shock + 1 > 0 else 1.0
        value = min(max(value * hit * exp(drift + rng.gauss(0, noise)), low * 0.6), ceiling * rng.uniform(0.93, 1.0))
        found.append(value)
    return found


def signed(rng: Random, count: int, low: float, high: float, over_time: bool) -> list[float]:
    """Values about a mean, some below zero; ranked unless they follow one another in time."""
    mean, spread = rng.uniform(low * 0.3, high * 0.6), (high - low) * rng.choice((0.06, 0.15, 0.25))
    found, value = [], mean
    for _ in range(count):
        value = min(max(mean + 0.5 * (value - mean) + rng.gauss(0, spread), low), high)
        found.append(value)
    return found if over_time else sorted(found, reverse=True)


def ranking(rng: Random, count: int, top: float, least: float) -> list[float]:
    steepness = rng.choice((0.15, 0.4, 0.8, 1.2))
    found = [top * (place + 1) ** -steepness * exp(rng.gauss(0, 0.06)) for place in range(count)]
    return sorted((max(value, least * top) for value in found), reverse=True)


def answers(rng: Random, count: int, low: float, high: float) -> list[float]:
    """Shares of respondents who may name several answers."""
    value, found = rng.uniform(low, high), []
    for _ in range(count):
        found.append(max(value, rng.uniform(1, 4)))
        value *= rng.uniform(0.62, 0.99)
    return found


def shares(rng: Random, count: int, places: int, has_rest: bool) -> list[float]:
    """Shares that sum to exactly 100 when rounded to `places`; the rest, if there is one, comes last."""
    weights = ranking(rng, count - has_rest, 1.0, 0.01)
    if has_rest:
        weights.append(sum(weights) * rng.uniform(0.02, 0.3))
    unit = 10**places
    scale = 100 * unit / sum(weights)
    found = [max(int(weight * scale), 1) for weight in weights]
    found[0] += 100 * unit - sum(found)
    return [value / unit for value in found]


def printable(value: float, places: int, trim: bool) -> Decimal:
    """The value as printed, cut of trailing zeros with `trim`: 5.0 -> 5."""
    text = f"{value:.{places}f}"
    if trim and "." in text:
        text = text.rstrip("0").rstrip(".")
    return Decimal("0" if float(text) == 0 else text)


def _between(rng: Random, low: float, high: float) -> float:
    return low * (high / low) ** rng.random()
