"""What OCR read is read once: the same words again, whoever asks, and nothing else's."""

from __future__ import annotations

import errno
import stat
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from PIL import Image

from preprocess import kept
from preprocess.document import Box, Word
from preprocess.kept import KeptFiles
from preprocess.load import load
from preprocess.ocr_cache import CachedOcr

MANY = 10**9


def picture(shade: int) -> Image.Image:
    return Image.new("RGB", (30, 20), (shade, 1, 2))


def entries(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def test_remembered_is_what_was_read_to_the_bit(rapid, make_picture, tmp_path):
    page = make_picture([(40, 60, "Total 57.30 €"), (40, 160, "Größe  12")])
    fresh = rapid.read(page)
    assert fresh and CachedOcr(rapid, tmp_path, MANY).read(page) == fresh
    assert CachedOcr(rapid, tmp_path, MANY).read(page.copy()) == fresh


def test_the_engine_is_asked_once_a_picture(counting_ocr, tmp_path):
    first, second = CachedOcr(counting_ocr, tmp_path, MANY), CachedOcr(counting_ocr, tmp_path, MANY)
    for reader in (first, second, first):
        assert [word.text for word in reader.read(picture(7))] == ["seen", "by", "ocr"]
    assert counting_ocr.calls == 1
    first.read(picture(8))
    first.read(picture(7).resize((20, 30)))
    assert counting_ocr.calls == 3, "another picture, and the same pixels in another shape"


def test_another_engine_reads_for_itself(counting_ocr, tmp_path):
    class Other:
        identity = "other"

        def read(self, image: Image.Image) -> list[Word]:
            return [Word("other", Box(0, 0, 1, 1), 0.5)]

    CachedOcr(counting_ocr, tmp_path, MANY).read(picture(7))
    assert CachedOcr(Other(), tmp_path, MANY).read(picture(7)) == [Word("other", Box(0, 0, 1, 1), 0.5)]


@pytest.mark.parametrize("broken", [b"", b"not packed", b"x\x9c\x03\x00\x00\x00\x00\x01"])
def test_what_is_not_whole_is_read_again(counting_ocr, tmp_path, broken):
    reader = CachedOcr(counting_ocr, tmp_path, MANY)
    before = reader.read(picture(7))
    (entry,) = entries(tmp_path)
    entry.write_bytes(broken)
    assert reader.read(picture(7)) == before and counting_ocr.calls == 2
    assert reader.read(picture(7)) == before and counting_ocr.calls == 2


def test_what_was_not_used_for_longest_goes(counting_ocr, tmp_path, monkeypatch):
    monkeypatch.setattr(kept, "SWEEP_EVERY", 1)
    reader = CachedOcr(counting_ocr, tmp_path, MANY)
    reader.read(picture(0))
    size = entries(tmp_path)[0].stat().st_size
    reader = CachedOcr(counting_ocr, tmp_path, 4 * size)
    for shade in range(1, 20):
        reader.read(picture(0))  # used again and again
        reader.read(picture(shade))
        assert len(entries(tmp_path)) <= 4
    calls = counting_ocr.calls
    reader.read(picture(0))
    assert counting_ocr.calls == calls


def test_eight_threads_share_a_folder(counting_ocr, tmp_path):
    readers = [CachedOcr(counting_ocr, tmp_path, MANY) for _ in range(8)]
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda k: readers[k % 8].read(picture(k % 5)), range(200)))
    assert all(words == found[0] for words in found) and len(entries(tmp_path)) == 5


def test_a_folder_that_cannot_be_written_costs_no_answer(counting_ocr, tmp_path, caplog, monkeypatch):
    monkeypatch.setattr(kept.log, "disabled", False)  # import-linter, in another test, silences all that exist
    (tmp_path / "taken").write_text("a file, no folder")
    reader = CachedOcr(counting_ocr, tmp_path / "taken", MANY)
    assert len(reader.read(picture(7))) == 3
    assert "could not be kept" in caplog.text


def test_a_full_disk_is_not_filled_further(counting_ocr, tmp_path, monkeypatch):
    def full(*paths):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(kept.os, "replace", full)
    KeptFiles(tmp_path, 10**6).put("name", b"bytes")
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


@pytest.mark.skipif(sys.platform == "win32", reason="modes are POSIX's")
def test_only_its_owner_reads_it(counting_ocr, tmp_path):
    CachedOcr(counting_ocr, tmp_path / "ocr", MANY).read(picture(7))
    assert stat.S_IMODE((tmp_path / "ocr").stat().st_mode) == 0o700
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in entries(tmp_path))


def test_a_scan_opened_again_is_not_read_again(counting_ocr, tmp_path, make_picture, encode):
    data = encode(make_picture([(40, 60, "Total")]))
    for _ in range(2):
        (page,) = load(data, ocr=CachedOcr(counting_ocr, tmp_path, MANY)).pages
        assert page.text().lines
    assert counting_ocr.calls == 1
