"""OCR on pictures whose text is known."""

from __future__ import annotations

import os
import socket
import subprocess
import sys

import pytest
from PIL import Image

from preprocess.lines import to_lines
from preprocess.ocr import LEAST_SIDE, LONGEST, MOST_PIXELS, RapidOcr, _fragment_words, inked, reading_scale

RECEIPT = [(60, 60, "TOTAL AMOUNT"), (700, 60, "29.80"), (60, 140, "Change due"), (700, 140, "0.20")]


def read(engine: RapidOcr, picture: Image.Image) -> list[str]:
    return [line.text for line in to_lines(engine.read(picture), picture.width / picture.height)]


def test_label_and_value_with_spaces_and_boxes(rapid: RapidOcr, make_picture) -> None:
    picture = make_picture(RECEIPT)
    words = rapid.read(picture)
    assert read(rapid, picture) == ["TOTAL AMOUNT  29.80", "Change due  0.20"]
    places = {word.text: word.box for word in words}
    assert places["AMOUNT"].x0 == pytest.approx((60 + 28 * 4) / 900, abs=0.05)
    assert places["29.80"].x0 == pytest.approx(700 / 900, abs=0.02)
    assert places["0.20"].y0 == pytest.approx(140 / 500, abs=0.03)
    assert all(0.5 <= word.confidence <= 1 for word in words)


@pytest.mark.parametrize("degrees", [-2, 2])
def test_skewed_scan(rapid: RapidOcr, make_picture, degrees: float) -> None:
    texts = [(60, 60 + 60 * k, f"Item {k} sold") for k in range(6)] + [(740, 60 + 60 * k, f"{k}1.50") for k in range(6)]
    picture = make_picture(texts).rotate(degrees, fillcolor="white", resample=Image.Resampling.BICUBIC)
    assert read(rapid, picture) == [f"Item {k} sold  {k}1.50" for k in range(6)]


def test_a_few_small_words_on_a_wide_empty_page(rapid: RapidOcr, make_picture) -> None:
    picture = make_picture([(100, 300, "Total due"), (900, 300, "29.80")], size=(1240, 1754), font_size=20)
    assert read(rapid, picture) == ["Total due  29.80"]
    (amount,) = [word for word in rapid.read(picture) if word.text == "29.80"]
    assert amount.box.x0 == pytest.approx(900 / 1240, abs=0.01)
    assert amount.box.y0 == pytest.approx(300 / 1754, abs=0.01)


def test_ink_is_found_on_dark_paper_too() -> None:
    picture = Image.new("RGB", (400, 300), "black")
    assert inked(picture) == (0, 0, 400, 300)
    picture.paste("white", (200, 100, 210, 110))
    assert inked(picture) == (160, 60, 250, 150)


def test_nothing_to_read(rapid: RapidOcr) -> None:
    assert rapid.read(Image.new("RGB", (200, 100), "white")) == []


def test_no_network(make_picture, monkeypatch: pytest.MonkeyPatch, capfd) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("the network was asked for")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    assert read(RapidOcr(threads=1), make_picture(RECEIPT[:2])) == ["TOTAL AMOUNT  29.80"]
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("size", [(50, 20), (460, 930), (300, 9000), (1240, 1754), (9000, 12000), (60, 20000)])
def test_reading_scale_is_bounded(size: tuple[int, int]) -> None:
    scale = reading_scale(*size)
    assert size[0] * size[1] * scale**2 <= MOST_PIXELS * 1.001
    assert max(size) * scale <= LONGEST * 1.001
    assert scale <= max(1.0, LEAST_SIDE / min(size))


def test_a_long_receipt_stays_legible() -> None:
    assert reading_scale(600, 4000) >= 1.0


CORNERS = [(0.0, 0.0), (100.0, 0.0), (100.0, 10.0), (0.0, 10.0)]


def test_fragment_without_letter_boxes_is_split_in_proportion() -> None:
    words = _fragment_words("ab cde", CORNERS, [], 0.9, (100, 10))
    assert [word.text for word in words] == ["ab", "cde"]
    assert words[0].box.x1 == pytest.approx(0.4, abs=0.01) and words[1].box.x0 == pytest.approx(0.4, abs=0.01)


def test_words_read_with_a_space_do_not_touch() -> None:
    words = _fragment_words("ab cde", CORNERS, [], 0.9, (100, 10))
    assert [line.text for line in to_lines(words, aspect=10.0)] == ["ab cde"]


def test_numbers_with_a_wide_gap_are_two_words() -> None:
    cells = [[(x, 0.0), (x + 5.0, 10.0)] for x in (0.0, 5.0, 60.0, 65.0)]
    assert [word.text for word in _fragment_words("1234", CORNERS, cells, 0.9, (100, 10))] == ["12", "34"]


def test_no_telemetry(make_picture, tmp_path) -> None:
    """onnxruntime would keep an id of this machine, and events to send, in a folder of the user's cache."""
    make_picture(RECEIPT).save(tmp_path / "receipt.png")
    program = "import sys; from preprocess.load import load; print(load(sys.argv[1]).pages[0].text().lines[0].text)"
    hidden = {name: value for name, value in os.environ.items() if name != "ORT_DISABLE_TELEMETRY"}
    home = {name: str(tmp_path / "home") for name in ("HOME", "XDG_CACHE_HOME", "LOCALAPPDATA")}
    command = [sys.executable, "-c", program, str(tmp_path / "receipt.png")]
    done = subprocess.run(command, env=hidden | home, capture_output=True, text=True, timeout=120, check=True)
    assert done.stdout == "TOTAL AMOUNT  29.80\n"
    assert not list((tmp_path / "home").rglob("*onnxruntime*"))
