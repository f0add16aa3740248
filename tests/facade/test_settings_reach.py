"""Every row of README's table of settings, by its flag and by its variable: it reaches what it is for, and nothing else
changes."""

from __future__ import annotations

import argparse
import re
from dataclasses import asdict
from pathlib import Path

import pytest

from app import opening, reader
from app.reader import Reader
from app.settings import Settings, add_arguments
from app.ui import cli
from tests.fakes import FakeBackend

README = Path(__file__).resolve().parents[2] / "README.md"
OF_THE_PAGE = {"LECTOR_LOGIN", "LECTOR_TOKEN", "LECTOR_HISTORY"}
# A value for each variable, and what that changes.
REACHES = {
    "LECTOR_MODEL": ("some/model", {"resolve.model": "some/model", "backend.name": "some/model"}),
    "LECTOR_DTYPE": ("float32", {"resolve.bits": ("float32", "auto"), "backend.dtype": "float32"}),
    "LECTOR_DEVICE": ("cpu", {"resolve.bits": ("auto", "cpu"), "backend.device": "cpu"}),
    "LECTOR_KERNELS": ("avx2", {"backend.kernels": "avx2"}),
    "LECTOR_THREADS": ("3", {"threads": 3}),
    "LECTOR_MAX_MODEL_LEN": ("4097", {"room.max_model_len": 4097}),
    "LECTOR_MAX_NUM_SEQS": ("7", {"room.max_num_seqs": 7}),
    "LECTOR_KV_CACHE_GB": ("0.5", {"room.kv_cache_gb": 0.5}),
    "LECTOR_KV_CACHE_DTYPE": ("int8", {"room.kv_cache_dtype": "int8"}),
    "LECTOR_MAX_TOKENS": ("99", {"params.max_tokens": 99}),
    "LECTOR_ANSWER_TOKENS": ("33", {"params.answer_tokens": 33}),
    "LECTOR_MAX_EVIDENCE_TOKENS": ("77", {"evidence.budget": 77}),
    "LECTOR_SEARCH_PAGES": ("5", {"evidence.search_pages": 5}),
    "LECTOR_MAX_PAGES": ("12", {"load.max_pages": 12}),
    "LECTOR_MAX_FILE_MB": ("13", {"load.max_file_mb": 13}),
    "LECTOR_MAX_MEGAPIXELS": ("14", {"load.max_megapixels": 14}),
    "LECTOR_PDF_LIBRARY": ("pypdfium2", {"load.pdf_library": "pypdfium2"}),
    "LECTOR_OPEN_SECONDS": ("15", {"limits.open_seconds": 15}),
    "LECTOR_PAGE_SECONDS": ("16", {"limits.page_seconds": 16}),
    "LECTOR_MEMORY_MB": ("217", {"limits.memory_mb": 217}),
    "LECTOR_OCR_CACHE_MB": ("18", {"ocr.megabytes": 18}),
    "LECTOR_PICTURE_CACHE_MB": ("19", {"backend.picture_cache_mb": 19}),
    "LECTOR_CACHE": ("there", dict.fromkeys(("resolve.cache", "backend.cache", "ocr.cache"), Path("there"))),
    "LECTOR_NANO_WHEEL": ("a.whl", {"resolve.wheel": Path("a.whl")}),
}


def rows():
    """Pairs of a flag, or none, and its variable."""
    lines = [line for line in README.read_text(encoding="utf-8").splitlines() if re.match(r"\|[^|]*\| `LECTOR_", line)]
    for line in lines:
        flags, variables = (re.findall(r"`([^`]+)`", cell) for cell in line.split("|")[1:3])
        yield from zip(flags or [None] * len(variables), variables, strict=True)


def test_every_row_is_tried():
    assert {variable for _, variable in rows()} == set(REACHES) | OF_THE_PAGE


@pytest.fixture
def reached(monkeypatch, tmp_path):
    """A function: what a reader with such settings asks for, by name, when it is made and answers about a file."""
    for name in ("LECTOR_OCR_CACHE_MB", "LECTOR_PICTURE_CACHE_MB", *REACHES):
        monkeypatch.delenv(name, raising=False)
    seen = {}

    def resolve(model, cache, wheel, progress, bits):
        seen.update({"resolve.model": model, "resolve.cache": cache, "resolve.wheel": wheel, "resolve.bits": bits})
        return tmp_path

    def load_backend(directory, name, dtype, device, *, room, progress, **options):
        seen.update({"backend.name": name, "backend.dtype": dtype, "backend.device": device})
        seen.update({f"room.{key}": value for key, value in asdict(room).items()})
        seen.update({f"backend.{key}": value for key, value in options.items()})
        return FakeBackend()

    load, read_pages, build = opening.load, reader.read_pages, reader.build

    def loads(source, *, limits, ocr, **options):
        seen.update({f"limits.{key}": value for key, value in asdict(limits).items()})
        seen.update({f"load.{key}": value for key, value in options.items()})
        return load(source)

    def reads(document, named, most, *rest, **more):
        seen["evidence.search_pages"] = most
        return read_pages(document, named, most, *rest, **more)

    def builds(pages, page_count, budget, *rest, **more):
        seen["evidence.budget"] = budget
        return build(pages, page_count, budget, *rest, **more)

    for spied, name, spy in (
        (reader, "best_nano_bits", lambda dtype, device: (dtype, device)),
        (reader, "resolve_model", resolve),
        (reader, "load_backend", load_backend),
        (reader.torch, "set_num_threads", lambda count: seen.update({"threads": count})),
        (opening, "load", loads),
        (opening, "_engine", lambda cache, megabytes: seen.update({"ocr.cache": cache, "ocr.megabytes": megabytes})),
        (opening, "default_cache", lambda: None),
        (reader, "read_pages", reads),
        (reader, "build", builds),
    ):
        monkeypatch.setattr(spied, name, spy)

    def reached(settings, file):
        seen.clear()
        made = Reader(settings=settings)
        made.ask(file, "What is the total?")
        (params,) = made.backend.params
        return seen | {"params.max_tokens": params.max_tokens, "params.answer_tokens": params.answer_tokens}

    return reached


@pytest.mark.parametrize(("flag", "variable"), [row for row in rows() if row[1] not in OF_THE_PAGE])
def test_a_setting_reaches_what_it_is_for(flag, variable, reached, make_pdf, monkeypatch):
    file = make_pdf()
    usual = reached(Settings.load(), file)
    text, changed = REACHES[variable]
    assert all(usual.get(name) != value for name, value in changed.items()), "it would change nothing"
    if flag is not None:
        parser = argparse.ArgumentParser()
        add_arguments(parser)
        assert reached(Settings.load(parser.parse_args([flag, text])), file) == usual | changed
    monkeypatch.setenv(variable, text)
    assert reached(Settings.load(), file) == usual | changed


OPEN = ["--host", "0.0.0.0"]  # which needs a key


@pytest.mark.parametrize(
    ("words", "variables", "keeps", "is_locked"),
    [
        ([], {}, True, False),
        ([], {"LECTOR_HISTORY": "1"}, True, False),
        *(([], {"LECTOR_HISTORY": no}, False, False) for no in ("0", "no", "False", "off")),
        (["--no-history"], {"LECTOR_HISTORY": "1"}, False, False),
        ([*OPEN, "--login", "a:b"], {}, False, True),
        (OPEN, {"LECTOR_LOGIN": "a:b"}, False, True),
        ([*OPEN, "--token", "t"], {}, False, True),
        (OPEN, {"LECTOR_TOKEN": "t"}, False, True),
    ],
)
def test_settings_of_the_page_reach_it(words, variables, keeps, is_locked, monkeypatch):
    served = []
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(cli, "Reader", lambda **_: Reader(backend=FakeBackend()))
    monkeypatch.setattr(cli, "_serve", lambda desk, host, port, keys, *_, **__: served.append((desk.history, keys)))
    assert cli.main(["--no-browser", *words]) == 0
    ((history, keys),) = served
    assert (history is not None, bool(keys)) == (keeps, is_locked)
