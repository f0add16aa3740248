"""What a page looks like: its paper, its type and its colours, drawn at random."""

from __future__ import annotations

from dataclasses import dataclass, replace
from random import Random

from train.factory.scene import BLACK, Colour, Font

SIZES = ((595.0, 842.0), (595.0, 842.0), (612.0, 792.0))
FONTS: tuple[Font, ...] = ("sans", "sans", "sans", "serif")
TINTS: tuple[Colour, ...] = ((232, 236, 242), (240, 240, 240), (228, 240, 230), (250, 238, 220), (225, 232, 250))
INKS: tuple[Colour, ...] = (BLACK, BLACK, (30, 60, 120), (130, 30, 30), (20, 95, 70))


@dataclass(frozen=True, slots=True)
class Look:
    """What does not change on a page: paper, type and colours."""

    width: float
    height: float
    margin: float
    size: float
    leading: float
    font: Font
    ink: Colour
    tint: Colour


def any_look(rng: Random) -> Look:
    width, height = rng.choice(SIZES)
    return Look(
        width,
        height,
        margin=rng.uniform(36, 68),
        size=rng.uniform(8.2, 10.4),
        leading=rng.uniform(1.3, 1.65),
        font=rng.choice(FONTS),
        ink=rng.choice(INKS),
        tint=rng.choice(TINTS),
    )


def smaller(look: Look, scale: float) -> Look:
    return replace(look, size=look.size * scale)
