"""Lector: reads documents and charts on your own machine."""

from app.answer import Answer
from app.answer_stream import AnswerStream
from app.reader import Reader
from app.settings import Settings
from preprocess.document import DocumentError
from vlm.errors import VLMError
from vlm.sampling_params import SamplingParams

__all__ = ["Answer", "AnswerStream", "DocumentError", "Reader", "SamplingParams", "Settings", "VLMError"]
