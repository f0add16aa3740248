"""A scene as a picture, and its words where the picture really has them.

Skia draws the marks, then the texts, in fonts chosen for the page. Words are boxed with the advances of the very font
that draws them, so boxes and ink agree. How glyphs are rasterised (anti-aliasing, hinting) varies from page to page, as
it does between the programs that make real ones.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path as FilePath
from random import Random

import cv2
import numpy as np
import skia

from preprocess.document import Word
from train.factory import scene as scenes
from train.factory.fonts import Cast, Fonts, write_whole
from train.factory.scene import Circle, Colour, Mark, Measure, Path, Rect, Scene, Text, Wedge, estimated_width
from train.factory.warp import Picture

GAP = 0.25  # of the size: nearer than this, two runs on one row would read as one word
FIXED_PITCH = 0.6  # of the size: a typewriter's step, as scenes are laid out with
LEAST_SIZE = 0.6  # of the planned size: no run is made smaller to fit


@dataclass(frozen=True, slots=True)
class Drawn:
    """A picture (height, width, RGB) and its words, boxes as fractions of it."""

    picture: Picture
    words: tuple[Word, ...]


def draw(scene: Scene, fonts: Fonts, rng: Random, scale: float = 1.0) -> Drawn:
    """Draw `scene` with `scale` pixels to a point.

    Raises:
        UncoveredText: no font can draw one of the texts.
    """
    pen = _Pen(fonts.cast(rng), rng.choices(_RASTERS, _SHARES)[0], scale)
    fitted = _fit(scene, pen.measure)
    pixels = np.empty((round(scene.height * scale), round(scene.width * scale), 4), np.uint8)
    surface = skia.Surface.MakeRasterDirect(
        skia.ImageInfo.Make(pixels.shape[1], pixels.shape[0], skia.kRGBA_8888_ColorType, skia.kOpaque_AlphaType),
        pixels,
        surfaceProps=skia.SurfaceProps(0, skia.PixelGeometry.kRGB_H_PixelGeometry),
    )
    with surface as canvas:
        _paint_scene(canvas, fitted, pen)
    return Drawn(cv2.cvtColor(pixels, cv2.COLOR_RGBA2RGB), scenes.words(fitted, pen.measure))


def print_pdf(pages: Iterable[Scene], fonts: Fonts, rng: Random, path: FilePath) -> None:
    """Write `pages` as a PDF whose text can be selected, a point a unit.

    Raises:
        UncoveredText: no font can draw one of the texts.
        OSError: the file cannot be written.
    """
    pen = _Pen(fonts.cast(rng), _RASTERS[0], 1.0)
    fitted = [_fit(scene, pen.measure) for scene in pages]
    write_pdf(path, ((scene.width, scene.height, partial(_paint_scene, scene=scene, pen=pen)) for scene in fitted))


def write_pdf(path: FilePath, pages: Iterable[tuple[float, float, Callable[[skia.Canvas], None]]]) -> None:
    """Write a PDF of pages, each a width and a height in points and who paints it.

    Raises:
        OSError: it cannot be written. Skia, which would not survive that, writes to memory.
    """
    stream = skia.DynamicMemoryWStream()  # the document does not keep it
    document = skia.PDF.MakeDocument(stream)
    for width, height, paint in pages:
        with document.page(width, height) as canvas:
            paint(canvas)
    document.close()
    write_whole(path, bytes(stream.detachAsData()))


def _paint_scene(canvas: skia.Canvas, scene: Scene, pen: _Pen) -> None:
    canvas.clear(skia.Color(*scene.paper))
    canvas.save()
    canvas.scale(pen.scale, pen.scale)
    for mark in scene.marks:
        _draw_mark(canvas, mark)
    canvas.restore()
    for text in scene.texts:
        pen.write(canvas, text)


@dataclass(frozen=True, slots=True)
class _Raster:
    edging: skia.Font.Edging
    hinting: skia.FontHinting
    is_subpixel: bool


_RASTERS = (
    _Raster(skia.Font.Edging.kAntiAlias, skia.FontHinting.kNone, True),
    _Raster(skia.Font.Edging.kAntiAlias, skia.FontHinting.kSlight, True),
    _Raster(skia.Font.Edging.kAntiAlias, skia.FontHinting.kFull, False),
    _Raster(skia.Font.Edging.kSubpixelAntiAlias, skia.FontHinting.kSlight, True),
    _Raster(skia.Font.Edging.kAlias, skia.FontHinting.kFull, False),
)
_SHARES = (8, 4, 3, 2, 1)


@dataclass(slots=True)
class _Pen:
    """Writes and measures texts with one page's fonts."""

    cast: Cast
    raster: _Raster
    scale: float
    fonts: dict[tuple[object, ...], skia.Font] = field(default_factory=dict)

    def font(self, text: Text) -> skia.Font:
        key = (text.text, text.font, text.bold, text.size)
        if key not in self.fonts:
            typeface, is_faked = self.cast.typeface(text)
            font = skia.Font(typeface, text.size * self.scale)
            if text.font in ("mono", "receipt"):  # some are far wider than the columns they are set in
                font.setSize(font.getSize() * min(1.0, FIXED_PITCH * font.getSize() / font.measureText("0")))
            font.setEmbolden(is_faked)
            font.setEdging(self.raster.edging)
            font.setHinting(self.raster.hinting)
            font.setSubpixel(self.raster.is_subpixel)
            self.fonts[key] = font
        return self.fonts[key]

    def measure(self, run: str, text: Text) -> float:
        return self.font(text).measureText(run) / self.scale

    def write(self, canvas: skia.Canvas, text: Text) -> None:
        font, paint = self.font(text), _paint(text.colour)
        left = _left(text, self.measure) * self.scale
        x, y = text.x * self.scale, text.y * self.scale
        if text.upright:
            canvas.save()
            canvas.translate(x, y)
            canvas.rotate(-90)
            canvas.drawString(text.text, left, 0, font, paint)
            canvas.restore()
        else:
            canvas.drawString(text.text, x + left, y, font, paint)


def _left(text: Text, measure: Measure) -> float:
    """Where the run begins, seen from its anchor."""
    if text.anchor == "left":
        return 0.0
    return -measure(text.text, text) / (2 if text.anchor == "middle" else 1)


def _fit(scene: Scene, measure: Measure) -> Scene:
    """The scene with runs that outgrew their plan, and so bump into others or off the page, made smaller."""
    crowded = {id(text) for text in _crowded(scene, measure)}
    if not crowded:
        return scene
    return replace(scene, texts=tuple(_shrunk(text, measure) if id(text) in crowded else text for text in scene.texts))


def _shrunk(text: Text, measure: Measure) -> Text:
    excess = measure(text.text, text) / max(estimated_width(text.text, text), 1e-6)
    return replace(text, size=text.size * max(1 / excess, LEAST_SIZE)) if excess > 1 else text


def _crowded(scene: Scene, measure: Measure) -> Iterator[Text]:
    spans = sorted((_span(text, measure) for text in scene.texts), key=lambda span: (span[0].upright, span[0].y))
    for text, begin, end in spans:
        if begin < 0 or end > (scene.height if text.upright else scene.width):
            yield text
    for place, (text, begin, end) in enumerate(spans):
        if text.upright:
            break
        for other, other_begin, other_end in spans[place + 1 :]:
            if other.upright or other.y - text.y > 0.5 * text.size:
                break
            gap = GAP * min(text.size, other.size)
            if other_begin < end + gap and begin < other_end + gap:
                yield from (text, other)


def _span(text: Text, measure: Measure) -> tuple[Text, float, float]:
    left = _left(text, measure)
    begin, end = left, left + measure(text.text, text)
    return (text, text.y - end, text.y - begin) if text.upright else (text, text.x + begin, text.x + end)


def _paint(colour: Colour, line_width: float | None = None, opacity: float = 1.0) -> skia.Paint:
    """To fill with, or to stroke with where a line's width is given."""
    paint = skia.Paint(AntiAlias=True, Color=skia.Color(*colour, round(255 * opacity)))
    if line_width is not None:
        paint.setStyle(skia.Paint.kStroke_Style)
        paint.setStrokeWidth(line_width)
    return paint


def _draw_mark(canvas: skia.Canvas, mark: Mark) -> None:
    if isinstance(mark, Rect):
        box = skia.Rect.MakeXYWH(mark.x, mark.y, mark.width, mark.height)
        _fill_and_stroke(mark, lambda paint: canvas.drawRoundRect(box, mark.radius, mark.radius, paint))
    elif isinstance(mark, Circle):
        _fill_and_stroke(mark, lambda paint: canvas.drawCircle(mark.x, mark.y, mark.radius, paint))
    elif isinstance(mark, Wedge):
        canvas.drawPath(_wedge(mark), _paint(mark.fill))
    else:
        _draw_path(canvas, mark)


def _fill_and_stroke(mark: Rect | Circle, put: Callable[[skia.Paint], None]) -> None:
    if mark.fill is not None:
        put(_paint(mark.fill))
    if mark.stroke is not None:
        put(_paint(mark.stroke, mark.line_width))


def _draw_path(canvas: skia.Canvas, mark: Path) -> None:
    points = [skia.Point(*point) for point in mark.points]
    if mark.fill is not None:
        canvas.drawPath(skia.Path.Polygon(points, True), _paint(mark.fill, opacity=mark.opacity))
    if mark.stroke is not None:
        paint = _paint(mark.stroke, mark.line_width, mark.opacity)
        if mark.dash:
            paint.setPathEffect(skia.DashPathEffect.Make([mark.dash, mark.dash], 0))
        canvas.drawPath(skia.Path.Polygon(points, mark.fill is not None), paint)


def _wedge(mark: Wedge) -> skia.Path:
    """A piece of a pie or a ring; a full turn is a circle, with a hole where it is a ring."""
    path = skia.Path()
    outer, inner = (
        skia.Rect.MakeLTRB(mark.x - radius, mark.y - radius, mark.x + radius, mark.y + radius)
        for radius in (mark.radius, mark.inner)
    )
    if mark.sweep >= 360:
        path.addOval(outer)
        path.addOval(inner)
        path.setFillType(skia.PathFillType.kEvenOdd)
        return path
    path.arcTo(outer, mark.start - 90, mark.sweep, True)
    if mark.inner > 0:
        path.arcTo(inner, mark.start - 90 + mark.sweep, -mark.sweep, False)
    else:
        path.lineTo(mark.x, mark.y)
    path.close()
    return path
