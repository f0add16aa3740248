"""The facade over a backend that says what it is told to say."""

from __future__ import annotations

import json
from threading import Event

import pytest

from app import Reader
from app.settings import Settings
from preprocess.document import DocumentError
from prompts.messages import ImagePart
from tests.fakes import FakeBackend
from vlm.backends.base import ModelInfo
from vlm.errors import ConfigError


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


def test_a_model_that_sees_gets_pictures_that_fit(make_pdf):
    seeing = FakeBackend(info=ModelInfo("seeing", 4096, True))
    Reader(backend=seeing).ask(make_pdf(pages=[["one"], ["two"]]), "What?")
    assert sum(isinstance(part, ImagePart) for part in seeing.asked[0][-1].parts) == 2
    short = FakeBackend(info=ModelInfo("short", 700, True))
    Reader(backend=short).ask(make_pdf(pages=[["one"], ["two"]]), "What?")
    assert sum(isinstance(part, ImagePart) for part in short.asked[0][-1].parts) == 1


@pytest.mark.parametrize("think", [True, False, None])
def test_the_mode_reaches_the_backend(make_pdf, think):
    backend = FakeBackend()
    Reader(backend=backend).ask(make_pdf(), "What?", enable_thinking=think)
    assert backend.thinking == [think]


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
    assert "2 of 3 pages" in answer.notices[0] and "max_evidence_tokens" in answer.notices[0]


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
    import argparse

    environ = {"LECTOR_MODEL": "a", "LECTOR_MAX_TOKENS": "99", "LECTOR_CACHE": str(tmp_path)}
    settings = Settings.load(argparse.Namespace(model="b", max_tokens=None), environ)
    assert (settings.model, settings.max_tokens, settings.cache, settings.dtype) == ("b", 99, tmp_path, "auto")
    with pytest.raises(ConfigError, match="LECTOR_THREADS"):
        Settings.load(environ={"LECTOR_THREADS": "two"})
