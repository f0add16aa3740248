"""Looks: how portals, offices, notebooks, the web and newspapers draw charts."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Literal

from train.factory.sample import Split, share
from train.factory.scene import Anchor, Colour, Font

Legend = Literal["top", "bottom", "right", "direct"]
Ink = tuple[str, Colour]  # a colour and its name


@dataclass(frozen=True, slots=True)
class Look:
    """`footer` is what stands below: a portal's links, a source, or nothing; `titled` how many have a title."""

    name: str
    font: Font = "sans"
    ink: Colour = (60, 60, 60)
    paper: Colour = (255, 255, 255)
    grid: Colour = (215, 215, 215)
    dash: float = 0.0
    spine: Literal["none", "bottom", "both", "box"] = "bottom"
    bands: bool = False
    title: Anchor = "middle"
    title_bold: bool = True
    values_bold: bool = False
    legends: tuple[Legend, ...] = ("bottom",)
    footer: Literal["portal", "source", "none"] = "source"
    titled: float = 0.9
    gap: float = 0.4
    sizes: tuple[tuple[int, int], ...] = ((640, 480), (720, 440), (560, 420), (480, 360), (900, 520))
    weight: int = 1


# Each fourth look is the test split's alone.
LOOKS = (
    Look("portal", ink=(80, 80, 80), dash=2.0, bands=True, values_bold=True, footer="portal", titled=0.15, gap=0.35,
         sizes=((800, 557), (800, 557), (800, 587), (800, 624), (820, 680), (800, 760)), weight=7),
    Look("office", ink=(89, 89, 89), spine="bottom", title_bold=False, legends=("bottom", "right", "top"), titled=0.8,
         gap=0.55, footer="none", sizes=((480, 288), (576, 346), (640, 400), (720, 432))),
    Look("notebook", ink=(10, 10, 10), spine="box", grid=(255, 255, 255), title_bold=False, legends=("right", "top"),
         titled=0.8, footer="none", gap=0.25, sizes=((640, 480), (800, 600), (960, 576))),
    Look("portal light", ink=(70, 78, 90), spine="none", dash=3.0, values_bold=False, footer="portal", titled=0.3,
         title="left", gap=0.3, legends=("top", "bottom"), sizes=((800, 560), (760, 540), (840, 640)), weight=3),
    Look("newspaper", font="serif", ink=(30, 30, 30), paper=(251, 247, 240), spine="bottom", title="left", titled=1.0,
         legends=("top", "direct"), gap=0.3, sizes=((420, 460), (520, 480), (600, 440))),
    Look("web", ink=(60, 70, 80), spine="both", legends=("right", "top"), title_bold=True, titled=0.6, footer="none",
         gap=0.12, sizes=((500, 320), (640, 360), (760, 420), (900, 480))),
    Look("survey", ink=(51, 51, 51), spine="none", title="left", legends=("top",), titled=0.95, gap=0.25,
    values_bold=False,
         sizes=((420, 600), (480, 640), (620, 560)), weight=2),
    Look("magazine", ink=(20, 20, 40), paper=(242, 245, 248), spine="bottom", title="left", titled=1.0, gap=0.3,
         legends=("direct", "top"), sizes=((560, 420), (640, 520), (1000, 600)), weight=2),
    Look("slide", ink=(50, 50, 50), spine="none", title="left", legends=("right", "bottom"), titled=0.85,
    values_bold=True,
         sizes=((960, 540), (1000, 562)), gap=0.6),
    Look("dark", ink=(225, 225, 225), paper=(33, 37, 43), grid=(70, 74, 80), spine="none", legends=("top", "bottom"),
         titled=0.8, sizes=((700, 420), (800, 500), (960, 540))),
)  # fmt: skip
PALETTES: tuple[tuple[Ink, ...], ...] = (
    (("blue", (40, 117, 221)), ("navy", (17, 38, 60)), ("gray", (165, 165, 165)), ("red", (178, 30, 39)),
     ("green", (103, 160, 40)), ("purple", (95, 55, 140)), ("orange", (240, 150, 40)), ("teal", (40, 150, 150))),
    (("blue", (68, 114, 196)), ("orange", (237, 125, 49)), ("gray", (165, 165, 165)), ("yellow", (255, 192, 0)),
     ("green", (112, 173, 71)), ("navy", (37, 68, 120)), ("brown", (158, 72, 14)), ("black", (50, 50, 50))),
    (("blue", (31, 119, 180)), ("orange", (255, 127, 14)), ("green", (44, 160, 44)), ("red", (214, 39, 40)),
     ("purple", (148, 103, 189)), ("brown", (140, 86, 75)), ("pink", (227, 119, 194)), ("gray", (127, 127, 127))),
    (("teal", (0, 128, 128)), ("red", (206, 66, 66)), ("navy", (20, 40, 90)), ("yellow", (235, 190, 60)),
     ("purple", (120, 80, 160)), ("green", (90, 150, 70)), ("pink", (230, 140, 170)), ("gray", (140, 140, 140))),
    (("red", (190, 40, 45)), ("gray", (150, 150, 150)), ("black", (40, 40, 40)), ("blue", (70, 110, 160)),
     ("orange", (230, 140, 60)), ("green", (80, 130, 80)), ("brown", (130, 90, 60)), ("yellow", (225, 195, 90))),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Setting:
    """How this one chart is drawn, and what it prints beside its data."""

    look: Look
    inks: tuple[Ink, ...]
    size: float
    legend: Legend
    prints_values: bool
    title: str = ""
    subtitle: str = ""
    axis: str = ""
    broken_axis: bool = False  # the upright axis title falls to pieces, as OCR reads it
    note: str = ""
    source: str = ""
    brand: str = ""

    def ink(self, place: int) -> Colour:
        return self.inks[place % len(self.inks)][1]


def draw_look(rng: Random, split: Split) -> Look:
    looks = share(LOOKS, split)
    return rng.choices(looks, [look.weight for look in looks])[0]


def draw_inks(rng: Random, split: Split) -> tuple[Ink, ...]:
    inks = list(rng.choice(share(PALETTES, split)))
    if rng.random() < 0.5:
        rng.shuffle(inks)
    return tuple(inks)
