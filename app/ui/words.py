"""What the page says to people: limits, and troubles as sentences."""

from __future__ import annotations

from preprocess.document import DocumentError
from preprocess.load import MAX_BYTES, MAX_PAGES
from vlm.errors import ContextError, VLMError

TAGLINE = "Reads documents and charts on your own machine"
LIMITS = f"PDF, PNG, JPEG, HEIC, WebP, AVIF, BMP, GIF or TIFF · up to {MAX_BYTES // 2**20} MB, {MAX_PAGES} pages"
# Gradio's own words for an upload; in other languages than English it keeps them.
DROP_ZONE = {
    "upload_text.drop_file": "Drop a PDF or a picture here",
    "upload_text.click_to_upload": "choose a file",
    "common.or": "or",
}
THINKING = {"Auto": None, "Think": True, "Fast": False}

_DOCUMENT = {
    "password_required": "It is protected by a password. Save a copy without the password and open that.",
    "damaged": "It is damaged and cannot be read.",
    "empty": "There is nothing in it.",
    "too_many_pages": f"It has more than {MAX_PAGES} pages. Split it and open a part.",
    "too_large": f"It is larger than {MAX_BYTES // 2**20} MB.",
    "image_too_large": "The picture has too many pixels. Scale it down and try again.",
    "too_slow": "It takes too long to read.",
    "out_of_memory": "It takes more memory to read than Lector may use.",
    "unsupported_type": "It is neither a PDF nor a picture that Lector can read.",
    "not_found": "The upload did not arrive. Try again.",
}
_PROMPT_TOO_LONG = "The question and the conversation leave no room for the document. Start a new conversation."


def refusal(name: str, error: Exception) -> str:
    """Why a file was not opened, for the person who chose it."""
    if isinstance(error, DocumentError) and error.code in _DOCUMENT:
        return f"“{name}” could not be opened. {_DOCUMENT[error.code]}"
    return f"“{name}” could not be opened. {trouble(error)}"


def trouble(error: Exception) -> str:
    """Why a question got no answer, for the person who asked."""
    if isinstance(error, DocumentError):
        return _DOCUMENT.get(error.code, "A page of the document cannot be read.")
    if isinstance(error, ContextError):
        return _PROMPT_TOO_LONG
    if isinstance(error, VLMError):
        text = str(error)
        return f"{text[:1].upper()}{text[1:].rstrip('.')}."
    return f"Something went wrong inside Lector ({type(error).__name__}); the terminal it runs in says more."
