"""Files that hang, eat memory or crash what reads them: each is told for what it is, and the others go on."""

from __future__ import annotations

import gc
import resource
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from preprocess import jail, pdf, pdf_mupdf
from preprocess.document import DocumentError
from preprocess.jail import JailedFile, Limits
from preprocess.jail_process import ParserError
from preprocess.load import load
from preprocess.parser import Locked
from preprocess.worker import worker
from tests.documents import stand_in
from tests.documents.stand_in import script

FEW = Limits(memory_mb=100)
SOON = Limits(open_seconds=2.0, page_seconds=2.0)
BAD = [
    ("sleep", SOON, "too_slow", "seconds"),
    ("spin", SOON, "too_slow", "seconds"),
    ("allocate", FEW, "out_of_memory", "memory_mb"),
    ("abort", FEW, "damaged", "SIGABRT"),
    ("leave", FEW, "damaged", "exit code 3"),
]


@pytest.fixture(autouse=True)
def library(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "LIBRARIES", {"stand_in": stand_in, "pymupdf": pdf_mupdf})


def opened(data: bytes, limits: Limits = FEW) -> JailedFile:
    return JailedFile(stand_in, data, "", name="odd.pdf", limits=limits)


@pytest.mark.parametrize(("deed", "limits", "code", "named"), BAD)
def test_a_bad_page_is_told_and_the_rest_of_the_document_goes_on(
    deed: str, limits: Limits, code: str, named: str
) -> None:
    first, second, third = load(
        script("read", deed, "read"), name="odd.pdf", pdf_library="stand_in", limits=limits
    ).pages
    with pytest.raises(DocumentError, match=rf"^odd\.pdf: page 2 .*{named}") as caught:
        second.text()
    assert caught.value.code == code
    for page, text in ((first, "read0"), (third, "read2")):
        assert [line.text for line in page.text().lines] == [text] and page.render().size == (2, 1)


@pytest.mark.parametrize(("deed", "limits", "code", "named"), BAD)
def test_a_file_that_cannot_even_be_opened_is_told_and_the_next_one_is_read(
    deed: str, limits: Limits, code: str, named: str
) -> None:
    with pytest.raises(DocumentError, match=rf"^odd\.pdf: opening it .*{named}") as caught:
        load(script("read", opening=deed), name="odd.pdf", pdf_library="stand_in", limits=limits)
    assert caught.value.code == code
    (page,) = load(script("read"), pdf_library="stand_in").pages
    assert [line.text for line in page.text().lines] == ["read0"]


@pytest.mark.parametrize(
    ("data", "limits", "sentence"),
    [
        (script(opening="sleep"), Limits(open_seconds=0.5), "opening it takes more than 0.5 s; raise open_seconds to"),
        (script("sleep"), Limits(page_seconds=0.25), "page 1 takes more than 0.25 s; raise page_seconds to wait"),
        (script("allocate"), Limits(memory_mb=50), "page 1 takes more than 50 MB; raise memory_mb to allow it more"),
    ],
)
def test_the_limit_that_was_passed_is_named(data: bytes, limits: Limits, sentence: str) -> None:
    with pytest.raises(DocumentError, match=rf"^odd\.pdf: {sentence}"):
        opened(data, limits).on_page(0, stand_in.words)


def test_other_open_documents_never_notice() -> None:
    good, bad = opened(script("read", "read")), opened(script("abort"))
    before = good.on_page(0, stand_in.process_id)
    with pytest.raises(DocumentError):
        bad.on_page(0, stand_in.words)
    assert [word.text for word in good.on_page(1, stand_in.words)] == ["read1"]
    assert good.on_page(0, stand_in.process_id) != before


def test_a_document_does_not_pay_for_what_another_has_left_behind() -> None:
    """Two times 60 MB pass the limit; but the second document does not when it is alone."""
    first, second = opened(script("hoard")), opened(script("hoard"))
    assert first.on_page(0, stand_in.words) and second.on_page(0, stand_in.words)
    with pytest.raises(DocumentError) as caught:  # two of its own are its own doing
        second.on_page(0, stand_in.words)
    assert caught.value.code == "out_of_memory"


def test_what_the_library_itself_says_of_a_file_arrives() -> None:
    for deed, kind in (("refuse", ParserError), ("lock", Locked), ("miss", ImportError)):
        with pytest.raises(kind):
            opened(script(opening=deed))
    file = opened(script("refuse", "read"))
    before = file.on_page(1, stand_in.process_id)
    with pytest.raises(ParserError, match="no sense in it"):
        file.on_page(0, stand_in.words)
    assert file.on_page(1, stand_in.process_id) == before  # it is no reason to start another process


def test_what_a_library_prints_goes_nowhere(capfd) -> None:
    assert [word.text for word in opened(script("print")).on_page(0, stand_in.words)] == ["print0"]
    assert capfd.readouterr() == ("", "")


def test_an_answer_has_its_bounds_too() -> None:
    file = opened(script("read"), Limits())
    assert len(file.on_page(0, stand_in.many_words, 1000)) == 1000
    assert len(file.on_page(0, stand_in.many_pixels, 10_000_000, room=30_000_000).data) == 30_000_000
    with pytest.raises(ParserError, match="1,000,000 words"):
        file.on_page(0, stand_in.many_words, 1_000_000)
    with pytest.raises(DocumentError, match="nonsense") as caught:
        file.on_page(0, stand_in.many_pixels, 10_000_000, room=29_999_999)
    assert caught.value.code == "damaged"


def test_a_file_is_closed_when_nobody_has_it_any_more() -> None:
    kept = opened(script("read"))
    gone = opened(script("read"))
    assert kept.on_page(0, stand_in.open_documents) >= 2
    before = kept.on_page(0, stand_in.open_documents)
    del gone
    gc.collect()
    assert kept.on_page(0, stand_in.open_documents) == before - 1


def test_eight_threads_and_now_and_then_a_crash() -> None:
    good = [opened(script("read", "read", "read"), Limits(page_seconds=60)) for _ in range(4)]
    bad = opened(script("abort"))

    def work(k: int) -> str:
        if k % 16 == 7:
            with pytest.raises(DocumentError, match="SIGABRT"):
                bad.on_page(0, stand_in.words)
            return "abort"
        (word,) = good[k % 4].on_page(k % 3, stand_in.words)
        return word.text

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(work, range(160)))
    assert found == ["abort" if k % 16 == 7 else f"read{k % 3}" for k in range(160)]


def test_the_parent_stays_as_it_is() -> None:
    """Neither memory nor open files nor threads remain of files that failed."""

    def once() -> None:
        for deed in ("allocate", "abort", "sleep"):
            with pytest.raises(DocumentError):
                opened(script(deed), Limits(page_seconds=0.2 if deed == "sleep" else 60.0, memory_mb=400)).on_page(
                    0, stand_in.words
                )
        worker(stand_in.__name__).call(gc.collect)

    once()
    files, threads = len(list(Path("/proc/self/fd").iterdir())), threading.active_count()
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for _ in range(3):
        once()
    assert len(list(Path("/proc/self/fd").iterdir())) <= files
    assert threading.active_count() <= threads
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss < most + 50 * 1024  # kilobytes; each took 400 MB


def test_a_process_that_was_killed_from_outside_is_replaced(make_pdf) -> None:
    reader = pdf.open_pdf(make_pdf([(60, 100, "Invoice")]))
    process = jail._processes[pdf_mupdf.__name__]._popen
    process.kill()
    process.wait()
    assert [word.text for word in reader.words(0)] == ["Invoice"]
