"""Tasks: a document's evidence and a question become messages.

The evidence comes first and the question last, so that further questions on the same document share its prefix.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from PIL import Image

from prompts.claims import strip, without_marks
from prompts.evidence import Evidence
from prompts.folding import fold
from prompts.messages import ImagePart, Message, TextPart

NOT_FOUND = "not found"

SYSTEM = (
    "Answer from the document, in as few words as possible. Cite the lines you used like [12]. "
    f"If the document does not say, answer: {NOT_FOUND}"
)


_PLACE = r"(?:document|text|file|form|page|invoice|receipt|letter|statement|contract|table|context|evidence|image)s?"
_WHERE = rf"(?: anywhere)?(?: (?:in|on|within) (?:(?:any of )?(?:the|this|these) )?(?:\w+ )?{_PLACE}(?: \d+)?)?"
_DE = r"(?:gefunden|angegeben|genannt|erwähnt|enthalten)"
_FR = r"(?:trouvée?|précisée?|indiquée?|mentionnée?)"
_ES = r"(?:encontrad[oa]|especificad[oa]|indicad[oa]|mencionad[oa])"
_IN_DE, _IN_FR = r"(?:im|in dem|in diesem) (?:dokument|text)", r"dans (?:le|ce) (?:document|texte)"
_IN_ES = r"en (?:el|este) (?:documento|texto)"
_FORMS = (
    rf"(?:(?:it|this|that) (?:is|was) )?not (?:found|stated|specified|mentioned|given|provided){_WHERE}",
    rf"(?:the|this) {_PLACE} (?:does not|doesn't) (?:say|state|specify|mention|give|provide)(?: (?:it|so|this|that))?",
    r"n ?[/.] ?a",
    rf"nicht {_DE}(?: {_IN_DE})?|nicht {_IN_DE} {_DE}|{_IN_DE} nicht {_DE}|keine angaben?|k\. ?a",
    r"(?:das|dieses) dokument (?:sagt|nennt) (?:es|das|dies|dazu) (?:nicht|nichts)",
    r"(?:文档|文件|文檔|原文|文)?(?:里|中|內|内)?(?:并|並)?(?:未|没有?|沒有?|无法|無法)(?:找到|提及|提到|说明|說明|注明|指明)(?:相关信息)?",
    r"找不到",
    rf"(?:non|pas) {_FR}(?: {_IN_FR})?|introuvable|le document ne l[ea] (?:dit|précise|mentionne|indique) pas",
    rf"no (?:{_ES}|se encuentra|se encontró|se menciona|consta)(?: {_IN_ES})?",
    r"el documento no l[oa] (?:dice|indica|menciona|especifica)",
)
_REFUSAL = re.compile("|".join(_FORMS))
_AND_MORE = re.compile(rf"{NOT_FOUND}{_WHERE}\s*[.,;:!?(。，；：！（–-][^\d]*")
_TURNS = re.compile(r"\b(?:but|however|instead|although|aber|jedoch|mais|pero)\b")


def is_refusal(text: str) -> bool:
    """Whether the model says that the document does not say: `not found` or another closed form of words for it.

    `Not Found Records Ltd` is a name, and `Not found. But page 2 has 9.00` says something.
    """
    said = strip(fold(without_marks(text)).strip("()"))
    if _REFUSAL.fullmatch(said):
        return True
    return _AND_MORE.fullmatch(said) is not None and _TURNS.search(said) is None


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
