"""The facade over a backend that says what it is told to say."""

from __future__ import annotations

import argparse
import json
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from threading import Event

import pytest

from app import Reader, reader
from app.settings import Settings, add_arguments
from preprocess.document import Document, DocumentError
from preprocess.told import told_text
from prompts.messages import ImagePart
from tests.documents.sketch import bars
from tests.fakes import FakeBackend
from vlm.backends.base import ModelInfo
from vlm.errors import CheckpointError, ConfigError, ContextError
from vlm.sampling_params import SamplingParams


def test_an_answer_carries_its_citation_usage_and_timings(make_pdf):
    backend = FakeBackend("57.30 EUR [4]", reasoning="the total stands below")
    answer = Reader(backend=backend).ask(make_pdf(), "What is the total?", enable_thinking=True)
    assert answer.text == str(answer) == "57.30 EUR"
    assert answer.reasoning == "the total stands below"
    (citation,) = answer.citations
    assert (citation.page, citation.status, citation.source) == (1, "verified", "text")
    assert (answer.pages_read, answer.page_count, answer.omitted_lines) == ((1,), 1, 0)
    assert answer.usage.reasoning_tokens == 4 and answer.finish_reason == "stop"
    assert 0 < answer.timings.read <= answer.timings.first_token <= answer.timings.total
    assert answer.notices == ()
    json.dumps(answer.to_dict())


def test_the_prompt_holds_evidence_then_question(make_pdf):
    backend = FakeBackend()
    Reader(backend=backend).ask(make_pdf(), "What is the total?")
    prompt = backend.asked[0][-1].text
    assert prompt.index("[4] Total  57.30 EUR") < prompt.index("What is the total?")
    assert not any(isinstance(part, ImagePart) for message in backend.asked[0] for part in message.parts)


def test_the_prompt_holds_a_chart_label_by_label_and_a_bar_can_be_cited():
    sketch = bars(printed=False)
    page = sketch.page()
    chart = Document("chart.png", "0", (replace(page, told=lambda: told_text(page)),), 1)
    (line,) = [line for line in told_text(page).lines if line.text.startswith("South")]
    backend = FakeBackend(line.words[-1].text)
    answer = Reader(backend=backend).ask(chart, "How many are in the South?")
    assert f"] {line.text}" in backend.asked[0][-1].text
    assert [(c.source, c.status, c.boxes) for c in answer.citations] == [
        ("measured", "repaired", (line.words[-1].box,))
    ]


def test_a_model_that_sees_gets_pictures_that_fit(make_pdf):
    seeing = FakeBackend(info=ModelInfo("seeing", 4096, True))
    Reader(backend=seeing).ask(make_pdf(pages=[["one"], ["two"]]), "What?")
    assert sum(isinstance(part, ImagePart) for part in seeing.asked[0][-1].parts) == 2
    short = FakeBackend(info=ModelInfo("short", 560, True))
    Reader(backend=short).ask(make_pdf(pages=[["one"], ["two"]]), "What?")
    assert sum(isinstance(part, ImagePart) for part in short.asked[0][-1].parts) == 1


def test_grounded_hands_the_backend_what_can_be_quoted(make_pdf):
    backend = FakeBackend()
    for grounded in (True, False):
        Reader(backend=backend).ask(make_pdf(), "What is the total?", grounded=grounded)
    text = "ACME Ltd\nInvoice 2024-0017\nDate  12.03.2024\nTotal  57.30 EUR"
    assert [params.grounded_in for params in backend.params] == [text, None]


def test_streamed_equals_whole(make_pdf):
    reader = Reader(backend=FakeBackend("the total is 57.30 EUR [4]"))
    stream = reader.stream(make_pdf(), "What is the total?")
    pieces = "".join(delta.content for delta in stream)
    assert pieces == "the total is 57.30 EUR [4]"
    assert stream.answer.text == reader.ask(make_pdf(), "What is the total?").text


def test_cancel_stops_the_backend_and_keeps_what_was_said(make_pdf):
    backend, cancel = FakeBackend("one two three four five six"), Event()
    stream = Reader(backend=backend).stream(make_pdf(), "What?", cancel=cancel)
    for delta in stream:
        if delta.content.strip() == "two":
            cancel.set()
    assert backend.num_steps == 2
    assert (stream.answer.text, stream.answer.finish_reason) == ("one two", "abort")


def test_what_was_left_out_is_said(make_pdf):
    pages = [[f"page {page} line {line}" for line in range(20)] for page in range(3)]
    settings = Settings(max_evidence_tokens=60)
    answer = Reader(backend=FakeBackend(), settings=settings).ask(make_pdf(pages=pages), "What?")
    assert answer.pages_read == (1,) and answer.page_count == 3 and answer.omitted_lines > 0
    assert "on page 1 of 3. max_evidence_tokens" in answer.notices[0]


def test_a_long_document_is_searched_for_what_the_question_is_about(make_pdf):
    pages = [[f"page {page} line {line}" for line in range(20)] for page in range(4)]
    pages[2][10] = "the harbour was built in 1902"
    backend = FakeBackend()
    reader = Reader(backend=backend, settings=Settings(max_evidence_tokens=60))
    answer = reader.ask(make_pdf(pages=pages), "When was the harbour built?")
    assert answer.pages_read[0] == 3 and "the harbour was built in 1902" in backend.asked[0][-1].text
    assert reader.ask(make_pdf(pages=pages), "What does page 4 say?").pages_read == (4,)


def test_pages_beyond_the_search_are_not_read_unless_named(make_pdf):
    pages = [[f"line {line} of sheet {page}" for line in range(3)] for page in range(1, 5)]
    reader = Reader(backend=FakeBackend(), settings=Settings(search_pages=2))
    answer = reader.ask(make_pdf(pages=pages), "What?")
    assert answer.pages_read == (1, 2) and answer.omitted_lines == 0
    assert answer.notices == ("2 of 4 pages were not searched; search_pages sets how many are.",)
    assert reader.ask(make_pdf(pages=pages), "What does page 4 say?").pages_read == (1, 4)


def test_a_page_that_cannot_be_read_is_told_and_the_others_are_read(make_pdf):
    def broken():
        raise DocumentError("too_slow", "It takes too long.")

    backend = FakeBackend("yes")
    document = Reader(backend=backend).open(make_pdf(pages=[["one"], ["two"], ["three"]]))
    first, second, third = document.pages
    some = replace(document, pages=(first, replace(second, text=broken, told=broken), third))
    answer = Reader(backend=backend).ask(some, "What?")
    assert answer.pages_read == (1, 3) and answer.notices == ("Page 2 could not be read; the answer does without.",)
    with pytest.raises(DocumentError, match="too long"):
        Reader(backend=backend).ask(replace(document, pages=(some.pages[1],)), "What?")


def test_bytes_pictures_and_opened_documents(make_pdf):
    reader = Reader(backend=FakeBackend())
    document = reader.open(make_pdf())
    assert reader.ask(document, "What?").page_count == 1
    assert reader.ask(make_pdf().read_bytes(), "What?").page_count == 1
    assert document.name == "invoice.pdf"


def test_a_file_that_cannot_be_read_says_why(tmp_path):
    with pytest.raises(DocumentError) as caught:
        Reader(backend=FakeBackend()).ask(tmp_path / "absent.pdf", "What?")
    assert caught.value.code == "not_found"


def test_settings_flags_beat_variables_beat_defaults(tmp_path):
    environ = {"LECTOR_MODEL": "a", "LECTOR_MAX_TOKENS": "99", "LECTOR_CACHE": str(tmp_path)}
    settings = Settings.load(argparse.Namespace(model="b", max_tokens=None), environ)
    assert (settings.model, settings.max_tokens, settings.cache, settings.dtype) == ("b", 99, tmp_path, "auto")
    for args, environ in ((argparse.Namespace(cache=Path("~/x")), {}), (None, {"LECTOR_CACHE": "~/x"})):
        assert Settings.load(args, environ).cache == Path.home() / "x", "as where a shell leaves it: --cache=~/x"
    with pytest.raises(ConfigError, match="LECTOR_THREADS"):
        Settings.load(environ={"LECTOR_THREADS": "two"})


def test_pictures_are_of_the_pages_whose_words_are_shown(make_pdf):
    """Dense pages: the words of one fill the evidence, though more pictures would fit."""
    pages = [[f"page {page} line {line}" for line in range(25)] for page in range(3)]
    backend = FakeBackend(info=ModelInfo("seeing", 4096, True))
    Reader(backend=backend, settings=Settings(max_evidence_tokens=60)).ask(make_pdf(pages=pages), "What?")
    assert sum(isinstance(part, ImagePart) for part in backend.asked[0][-1].parts) == 1


def test_a_long_answer_does_not_push_the_document_out(make_pdf):
    answer = Reader(backend=FakeBackend()).ask(make_pdf(), "What?", params=SamplingParams(max_tokens=8186))
    assert answer.pages_read == (1,) and not answer.omitted_lines


def test_no_room_for_one_line_is_an_error(make_pdf):
    with pytest.raises(ContextError, match="shorter question"):
        Reader(backend=FakeBackend()).ask(make_pdf(), "why " * 8000)


def test_a_stream_that_failed_gives_no_half_answer(make_pdf):
    class Failing(FakeBackend):
        def stream(self, *args, **kwargs):
            yield from list(super().stream(*args, **kwargs))[:1]
            raise RuntimeError("out of memory")

    stream = Reader(backend=Failing("one two three")).stream(make_pdf(), "What?")
    for _ in range(2):
        with pytest.raises(RuntimeError, match="out of memory"):
            _ = stream.answer


def test_close_stops_the_model_and_leaves_what_was_said(make_pdf):
    backend = FakeBackend("one two three four")
    stream = Reader(backend=backend).stream(make_pdf(), "What?")
    next(iter(stream))
    stream.close()
    assert (stream.answer.text, stream.answer.finish_reason, backend.num_steps) == ("one", "abort", 1)


def test_close_ends_the_model_also_where_nobody_reads_on(make_pdf):
    class Watched(FakeBackend):
        has_ended = False

        def stream(self, *args, **kwargs):
            yield from super().stream(*args, **kwargs)
            self.has_ended = True

    backend = Watched("one two three four")
    stream = Reader(backend=backend).stream(make_pdf(), "What?")
    for _ in stream:
        break
    stream.close()
    assert backend.has_ended and stream.answer.usage.completion_tokens == 1


def test_close_while_another_thread_reads(make_pdf):
    backend = FakeBackend("one two three four", delay=0.1)
    stream = Reader(backend=backend).stream(make_pdf(), "What?")
    with ThreadPoolExecutor() as pool:
        reading = pool.submit(list, stream)
        while not stream._seen:
            time.sleep(0.01)
        stream.close()
        reading.result()
    assert stream.answer.finish_reason == "abort" and "four" not in stream.answer.text


def test_close_while_another_thread_does_something_with_what_it_read(make_pdf):
    """It goes on reading then, and finds the end."""
    backend = FakeBackend("word " * 50, delay=0.02)
    stream = Reader(backend=backend).stream(make_pdf(), "What?")

    def read():
        for _ in stream:
            time.sleep(0.01)

    with ThreadPoolExecutor() as pool:
        reading = pool.submit(read)
        while not stream._seen:
            time.sleep(0.001)
        stream.close()
        reading.result()
    assert stream.answer.finish_reason == "abort" and stream.answer.text.count("word") < 50


@pytest.mark.parametrize("is_nano", [True, False])
def test_a_damaged_checkpoint_of_nano_is_to_be_deleted(tmp_path, monkeypatch, is_nano):
    monkeypatch.setattr(reader, "resolve_model", lambda *_: tmp_path)
    with pytest.raises(CheckpointError, match="config") as caught:
        Reader("nano" if is_nano else str(tmp_path))
    assert (f"delete {tmp_path}, and it is built anew" in str(caught.value)) is is_nano


def test_the_pdf_library_is_a_flag_and_a_variable():
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    args = parser.parse_args(["--pdf-library", "pypdfium2"])
    assert Settings.load(args, {}).pdf_library == "pypdfium2" and Settings.load(environ={}).pdf_library == "pymupdf"
    with pytest.raises(ConfigError, match="pdf_library is 'mupdf'; it must be pymupdf or pypdfium2"):
        Settings.load(environ={"LECTOR_PDF_LIBRARY": "mupdf"})


@pytest.mark.parametrize("knob", [{"max_tokens": 0}, {"threads": -1}, {"max_evidence_tokens": 0}, {"search_pages": 0}])
def test_settings_out_of_range_are_named(knob):
    with pytest.raises(ConfigError, match=next(iter(knob))):
        Settings(**knob)


def test_chosen_pages_alone_are_read_and_count_as_in_the_file(make_pdf):
    path = make_pdf(pages=[[f"page {word}"] for word in ("one", "two", "three", "four")])
    seeing = FakeBackend("three [2]", info=ModelInfo("seeing", 4096, True))
    reader = Reader(backend=seeing)
    document = reader.open(path, pages="2-3")
    answer = reader.ask(document, "What does page 3 say, and page 1?")
    prompt = seeing.asked[0][-1]
    assert "Page 3 of 4\n[2] page three" in prompt.text and "page one" not in prompt.text
    assert sum(isinstance(part, ImagePart) for part in prompt.parts) == 2
    assert (answer.pages_read, answer.page_count, answer.notices) == ((2, 3), 4, ())
    with pytest.raises(ValueError, match="names no pages"):
        reader.open(path, pages="two")
