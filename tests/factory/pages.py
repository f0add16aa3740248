"""What no page may have: texts that leave it, and texts that run into each other."""

from __future__ import annotations

from collections.abc import Iterator

from train.factory.scene import Scene, Text, estimated_width

GAP = 0.25  # of the size: nearer than this, two runs on one row would read as one word


def outside(scene: Scene) -> list[str]:
    """Texts that are not on the paper as a whole, by their estimated width."""
    return [
        text.text
        for text, begin, end in map(_span, _flat(scene))
        if begin < 0 or end > scene.width or not 0.7 * text.size < text.y < scene.height - 0.2 * text.size
    ]


def colliding(scene: Scene) -> list[tuple[str, str]]:
    """Texts of one row between which there is no gap."""
    spans = sorted(map(_span, _flat(scene)), key=lambda span: span[0].y)
    found = []
    for place, (text, begin, end) in enumerate(spans):
        for other, other_begin, other_end in spans[place + 1 :]:
            size = min(text.size, other.size)
            if other.y - text.y > 0.5 * size:
                break
            if other_begin < end + GAP * size and begin < other_end + GAP * size:
                found.append((text.text, other.text))
    return found


def _flat(scene: Scene) -> Iterator[Text]:
    return (text for text in scene.texts if text.text.strip() and not text.upright)


def _span(text: Text) -> tuple[Text, float, float]:
    width = estimated_width(text.text, text)
    begin = text.x - {"left": 0.0, "middle": width / 2, "right": width}[text.anchor]
    return text, begin, begin + width
