"""The list of earlier conversations, by document, the latest first."""

from __future__ import annotations

import time
from collections.abc import Sequence
from html import escape

from app.ui.history import Conversation
from app.ui.render.head import alert, quiet
from app.ui.session import Session


def past(found: Sequence[Conversation] | None, session: Session, keeps_documents: bool) -> str:
    """Conversations about the open document come first; the open conversation is marked. None: they cannot be read."""
    words = session.words
    if found is None:
        return f'<div class="past">{alert(words("past.unusable"))}</div>'
    documents: dict[str, list[Conversation]] = {}
    for conversation in sorted(found, key=lambda conversation: conversation.sha256 != session.about):
        documents.setdefault(conversation.sha256, []).append(conversation)
    groups = "".join(_group(group, session) for group in documents.values()) or quiet(words("past.nothing"))
    tick = " checked" if keeps_documents else ""
    clear = (
        f'<button type="button" class="clear" data-event="forget_all" data-sure="{words("past.sure")}">'
        f"{words('past.delete_all')}</button>"
        if found
        else ""
    )
    return (
        f'<div class="past"><p class="stored">{words("past.stored")}</p>'
        f'<div class="choices"><label><input type="checkbox" id="keep-documents"{tick}> {words("past.keep_documents")}'
        f"</label>{clear}</div>{groups}</div>"
    )


def _group(group: Sequence[Conversation], session: Session) -> str:
    items = "".join(_item(conversation, session) for conversation in group)
    open_now = f" <span>{session.words('past.open_now')}</span>" if group[0].sha256 == session.about else ""
    return f"<section><h2>{escape(group[0].name)}{open_now}</h2><ul>{items}</ul></section>"


def _item(conversation: Conversation, session: Session) -> str:
    words = session.words
    when = time.strftime("%Y-%m-%d %H:%M", time.localtime(conversation.changed))
    first, more = conversation.questions[0], len(conversation.questions) - 1
    rest = f" · {words.count('past.more', more)}" if more else ""
    current = ' aria-current="true"' if session.kept is not None and conversation.id == session.kept.id else ""
    return (
        f'<li{current}><button type="button" class="reopen" data-event="reopen" data-value="{conversation.id}">'
        f"<span>{escape(first)}</span><small>{when}{rest}</small></button>"
        f'<button type="button" class="delete" data-event="delete" data-value="{conversation.id}" '
        f'aria-label="{words("past.delete", question=escape(first))}">×</button></li>'
    )
