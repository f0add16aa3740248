"""Tasks: a document's evidence and a question become messages.

The evidence comes first and the question last, so that further questions on the same document share its prefix.
"""

from __future__ import annotations

from collections.abc import Sequence

from PIL import Image

from prompts.evidence import Evidence
from prompts.folding import fold
from prompts.messages import ImagePart, Message, TextPart

NOT_FOUND = "not found"

SYSTEM = (
    "Answer from the document, in as few words as possible. Cite the lines you used like [12]. "
    f"If the document does not say, answer: {NOT_FOUND}"
)


def is_refusal(text: str) -> bool:
    """Whether the model says that the document does not say."""
    return fold(text).strip(" .。") == NOT_FOUND


def ask(
    document_evidence: Evidence,
    question: str,
    images: Sequence[Image.Image] = (),
    history: Sequence[Message] = (),
) -> list[Message]:
    """The messages that ask `question` about a document.

    `images` are pictures of the pages that the evidence shows (`pages_shown`), in that order, from the first one on.
    `history` is the talk so far: plain questions and answers; earlier thoughts are left out.

    Raises:
        ValueError: more images than pages, or a history that does not take turns starting with a question.
    """
    if len(images) > len(document_evidence.pages_shown):
        raise ValueError(f"{len(images)} pictures for {len(document_evidence.pages_shown)} pages.")
    roles = [message.role for message in history]
    if any(role != ("user", "assistant")[place % 2] for place, role in enumerate(roles)) or len(roles) % 2:
        raise ValueError(f"The history must be questions and answers in turn, not {', '.join(roles)}.")
    parts: list[TextPart | ImagePart] = []
    for page, image in zip(document_evidence.pages_shown, images, strict=False):
        parts += [TextPart(f"Page {page}: "), ImagePart(image), TextPart("\n")]
    if document_evidence.text:
        parts.append(TextPart(f"{document_evidence.text}\n\n"))
    messages = [Message.of("system", SYSTEM)]
    for turn in (*history, Message.of("user", question)):
        if turn.role == "user":
            messages.append(Message("user", (*parts, TextPart(f"Question: {turn.text.strip()}"))))
            parts = []
        else:
            messages.append(Message("assistant", turn.parts))
    return messages
