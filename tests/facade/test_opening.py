"""Files are opened as the settings say."""

from __future__ import annotations

import pytest
from PIL import Image, ImageDraw

from app import opening
from app.opening import open_file
from app.settings import Settings
from preprocess.document import Box, DocumentError, Word


class Counting:
    identity = "counting"

    def __init__(self) -> None:
        self.calls = 0

    def read(self, image: Image.Image) -> list[Word]:
        self.calls += 1
        return [Word("seen", Box(0.1, 0.1, 0.5, 0.2), 0.9)]


@pytest.fixture
def engine(monkeypatch):
    engine = Counting()
    monkeypatch.setattr(opening, "default_engine", lambda: engine)
    opening._engine.cache_clear()
    yield engine
    opening._engine.cache_clear()


@pytest.fixture
def scan():
    picture = Image.new("RGB", (60, 40), "white")
    ImageDraw.Draw(picture).rectangle((10, 10, 30, 20), fill="black")
    return picture


@pytest.mark.parametrize(("megabytes", "calls"), [(1, 1), (0, 2)])
def test_a_scan_is_read_once_unless_nothing_is_kept(engine, scan, tmp_path, megabytes, calls):
    settings = Settings(cache=tmp_path, ocr_cache_mb=megabytes)
    for _ in range(2):
        (page,) = open_file(scan, settings).pages
        assert [line.text for line in page.text().lines] == ["seen"]
    assert engine.calls == calls and (tmp_path / "ocr").exists() == bool(megabytes)


def test_limits_are_those_of_the_settings(tmp_path):
    large, wide = tmp_path / "large.pdf", tmp_path / "wide.png"
    large.write_bytes(b"%PDF-" + bytes(2**20))
    Image.new("1", (1001, 1000)).save(wide)
    for path, settings, code in (
        (large, Settings(max_file_mb=1), "too_large"),
        (wide, Settings(max_megapixels=1), "image_too_large"),
    ):
        with pytest.raises(DocumentError) as caught:
            open_file(path, settings).pages[0].render()
        assert caught.value.code == code
    assert open_file(wide, Settings(max_megapixels=2)).pages[0].render().size == (1001, 1000)
