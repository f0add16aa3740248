"""Lector: reads documents and charts on your own machine."""

from app.answer import Answer
from app.reader import Reader

__all__ = ["Answer", "Reader"]
