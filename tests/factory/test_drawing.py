"""Pictures agree with their words: ink in every box, the same lines as planned, the same again from the same seed."""

from __future__ import annotations

from pathlib import Path
from random import Random

import numpy as np
import pymupdf
import pytest

from preprocess.document import Box
from preprocess.lines import to_lines
from train.factory.sample import Question, Sample, Split
from train.factory.scene import Circle, Rect, Scene, Text, Wedge, words
from train.factory.scene import Path as Stroke

pytest.importorskip("skia")
pytest.importorskip("cv2")

from train.factory import augment, draw, fonts, show, warp

PRICES = ("1,204.50", "88.10", "7.00", "1,299.60")
SCENE = Scene(
    300,
    200,
    (
        Text(150, 24, "Harbour Supplies Ltd", 14, "middle", bold=True),
        *(Text(20, 60 + 16 * row, label, 10) for row, label in enumerate(("Rope", "Two anchors", "Tar", "Sum due"))),
        *(Text(280, 60 + 16 * row, price, 10, "right", "receipt") for row, price in enumerate(PRICES)),
        Text(20, 150, "Paid in cash, \u5408\u8ba1 of four", 10, font="serif"),
        Text(10, 180, "margin note", 8, upright=True),
    ),
    (Rect(16, 165, 200, 20, (230, 240, 250), (0, 0, 0), 1, 3),),
)


def _ink(picture: warp.Picture, box: Box, grow: int = 0) -> int:
    """Dark pixels inside `box`, on a light page."""
    height, width = picture.shape[:2]
    x0, x1 = max(round(box.x0 * width) - grow, 0), round(box.x1 * width) + grow
    y0, y1 = max(round(box.y0 * height) - grow, 0), round(box.y1 * height) + grow
    return int((picture[y0:y1, x0:x1].max(2) < 110).sum())


def _texts_only() -> Scene:
    return Scene(SCENE.width, SCENE.height, SCENE.texts)


@pytest.mark.parametrize("seed", range(6))
def test_lines_are_those_of_the_plan(library: fonts.Fonts, seed: int) -> None:
    drawn = draw.draw(SCENE, library, Random(seed), 2.0)
    planned = to_lines(words(SCENE), aspect=1.5)
    assert [line.text for line in to_lines(drawn.words, aspect=1.5)] == [line.text for line in planned]


@pytest.mark.parametrize("seed", range(6))
def test_ink_is_in_the_boxes_and_nowhere_else(library: fonts.Fonts, seed: int) -> None:
    drawn = draw.draw(_texts_only(), library, Random(seed), 3.0)
    inside = [_ink(drawn.picture, word.box) for word in drawn.words]
    assert min(inside) > 20
    assert (
        sum(_ink(drawn.picture, word.box, grow=2) for word in drawn.words) >= 0.97 * (drawn.picture.max(2) < 110).sum()
    )
    assert sum(inside) >= 0.94 * (drawn.picture.max(2) < 110).sum()


def test_every_mark_is_drawn(library: fonts.Fonts) -> None:
    marks = (
        Rect(10, 10, 20, 20, (200, 0, 0)),
        Circle(60, 20, 10, (0, 200, 0)),
        Wedge(100, 20, 10, 90, 180, (0, 0, 200)),
        Wedge(140, 20, 10, 0, 360, (200, 0, 200), inner=5),
        Stroke(((160, 10), (180, 30)), (0, 200, 200), line_width=4),
        Stroke(((190, 10), (210, 10), (200, 40)), None, (0, 0, 0), opacity=0.5),
    )
    picture = draw.draw(Scene(220, 50, (), marks), library, Random(0)).picture
    places = {(20, 20): (200, 0, 0), (20, 60): (0, 200, 0), (25, 100): (0, 0, 200), (20, 132): (200, 0, 200)}
    places |= {(20, 170): (0, 200, 200), (20, 200): (127, 127, 127), (15, 100): (255, 255, 255), (20, 140): (255,) * 3}
    for place, colour in places.items():
        assert np.abs(picture[place].astype(int) - colour).max() <= 2, place


def test_a_run_that_would_bump_into_its_neighbour_is_made_smaller(library: fonts.Fonts) -> None:
    crowd = Scene(400, 40, (Text(5, 20, "\u2014" * 20, 12), Text(145, 20, "next", 12)))
    left, right = draw.draw(crowd, library, Random(0)).words
    assert left.box.x1 <= right.box.x0 + 0.01
    free = Scene(400, 40, crowd.texts[:1])
    assert draw.draw(free, library, Random(0)).words[0].box.x1 > left.box.x1


def test_a_text_without_glyphs_is_refused_not_drawn_as_a_box(library: fonts.Fonts) -> None:
    with pytest.raises(fonts.UncoveredText):
        draw.draw(Scene(100, 40, (Text(5, 20, "\u1234 total"),)), library, Random(0))
    typeface, _ = library.cast(Random(0)).typeface(Text(0, 0, "\u5408\u8ba1", font="receipt"))
    assert all(typeface.unicharsToGlyphs([0x5408, 0x8BA1]))


@pytest.mark.parametrize("way", augment.SHARES)
@pytest.mark.parametrize("seed", range(8))
def test_boxes_stay_on_the_ink(library: fonts.Fonts, way: augment.Way, seed: int) -> None:
    drawn = draw.draw(_texts_only(), library, Random(seed), 3.0)
    worn = augment.augment(drawn, Random(seed), way)
    assert worn.picture.shape == drawn.picture.shape and worn.picture.dtype == np.uint8
    assert [word.text for word in worn.words] == [word.text for word in drawn.words]
    height, width = worn.picture.shape[:2]
    for word in worn.words:
        box = word.box
        cut = worn.picture[
            int(box.y0 * height) : int(box.y1 * height) + 1, int(box.x0 * width) : int(box.x1 * width) + 1
        ]
        assert np.percentile(cut.mean(2), 95) - cut.mean(2).min() > 30, word  # letters are darker than their paper


@pytest.mark.parametrize("seed", range(8))
def test_a_warp_takes_words_where_it_takes_pixels(seed: int) -> None:
    bent = warp.photographed(600, 400, Random(seed))
    spots = np.zeros((400, 600, 3), np.uint8)
    spots[198:203, 448:453] = 255
    seen = np.argwhere(bent.picture(spots, (0, 0, 0)).max(2) > 100).mean(0) + 0.5
    x, y = bent._target(np.array([[450.5, 200.5]]))[0]
    assert abs(seen - (y, x)).max() < 0.6


def test_the_same_seed_draws_the_same(library: fonts.Fonts) -> None:
    for seed in range(12):
        first, second = (
            augment.augment(draw.draw(SCENE, library, rng, 2.0), rng) for rng in (Random(seed), Random(seed))
        )
        assert first.words == second.words
        assert np.array_equal(first.picture, second.picture)


def test_splits_share_no_outline_and_roles_are_filled() -> None:
    outlines = [{family.outline or family.name for family in fonts.FAMILIES[split]} for split in ("train", "test")]
    assert not outlines[0] & outlines[1]
    for families in fonts.FAMILIES.values():
        assert {family.role for family in families} == {"sans", "serif", "mono", "receipt", "hand", "cjk"}
    table = fonts.licences().splitlines()
    assert len(table) == 2 + sum(len(families) for families in fonts.FAMILIES.values())


def test_missing_fonts_are_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"python -m train\.factory\.fonts"):
        fonts.Fonts.load(tmp_path, fonts.FAMILIES["test"])


def test_a_font_that_was_cut_off_is_fetched_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    font, asked = pymupdf.Font("helv").buffer, []

    def unpack(package: str, scratch: Path) -> None:
        asked.append(package)
        (scratch / "regular").write_bytes(font)
        (scratch / "bold").write_bytes(font)

    family = fonts.Family("Helv", "sans", "helv", ("regular", "bold"), "")
    monkeypatch.setattr(fonts, "FAMILIES", {"train": (family,), "test": ()})
    monkeypatch.setattr(fonts, "_unpack", unpack)
    (tmp_path / "regular").write_bytes(font)
    (tmp_path / "bold").write_bytes(font[:500])
    fonts.fetch(tmp_path)
    assert fonts.Fonts.load(tmp_path, (family,)) and asked == ["helv"]
    fonts.fetch(tmp_path)
    assert asked == ["helv"] and sorted(path.name for path in tmp_path.iterdir()) == ["bold", "regular"]


def test_a_sheet_shows_every_maker(library: fonts.Fonts) -> None:
    def make(rng: Random, split: Split) -> Sample:
        return Sample("receipt", (SCENE,), (Question("How much?", "1,299.60", "Sum due: 1,299.60\n1,299.60", "x"),))

    picture = show.sheet({"one": make, "two": make, "three": make}, library, seed=3)
    height, width, _ = picture.shape
    assert width == show.ACROSS * 2 * show.WIDTH
    assert 2 * show.CAPTION < height <= 2 * (show.HEIGHT + show.CAPTION)
    assert (picture[:, : show.WIDTH] < 100).any() and (picture[height // 2 :, : show.WIDTH] < 100).any()
