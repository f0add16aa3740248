"""Errors as sentences for the person in front of the page, in the page's language."""

from __future__ import annotations

from app.ui.words import Words
from preprocess.document import DocumentError
from vlm.errors import ContextError, VLMError

_CODES = frozenset(
    (
        *(
            "password_required",
            "wrong_password",
            "damaged",
            "empty",
            "too_many_pages",
            "too_large",
            "image_too_large",
            "too_slow",
        ),
        *("out_of_memory", "library_missing", "unsupported_type", "not_found"),
    )
)


def refusal(name: str, error: Exception, words: Words) -> str:
    """Why a file was not opened, for the person who chose it."""
    return f"{words('file.refused', name=name)} {trouble(error, words)}"


def trouble(error: Exception, words: Words) -> str:
    """Why something could not be done."""
    if isinstance(error, DocumentError):
        code = error.code if error.code in _CODES else "other"
        return words(f"file.trouble.{code}", limit=words.whole(error.limit or 0))
    if isinstance(error, ContextError):
        return words("trouble.context")
    if isinstance(error, VLMError):  # the model's own words, which name the knob to turn
        text = str(error)
        return f"{text[:1].upper()}{text[1:].rstrip('.')}."
    return words("trouble.unknown", kind=type(error).__name__)


def is_foreseen(error: Exception) -> bool:
    """Whether its sentence says all; what it does not say goes into the log."""
    return isinstance(error, (DocumentError, VLMError))
