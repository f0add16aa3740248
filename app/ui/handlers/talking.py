"""Questions are asked, hurried, stopped, asked again and changed."""

from __future__ import annotations

from collections.abc import Iterator

import gradio as gr

from app.ui.asking import again, begin, watch, work
from app.ui.handlers import views
from app.ui.handlers.desk import Desk
from app.ui.handlers.views import THINKING, Updates
from app.ui.session import AUTO, Session


class Talking:
    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def ask(self, session: Session, question: str, thinking: str) -> Updates:
        """A question was sent. Updates `question`, and as `views.TALK` and `SHELF`."""
        session.browsing = False
        hint = begin(session, question, THINKING.get(thinking, AUTO))
        said = views.conversation(session, hint) | views.shelf(session)
        return {"question": gr.skip() if hint else "", **said}

    def again(self, session: Session, thinking: str) -> Updates:
        """The last question is to be asked once more. Updates as `views.TALK`, as do the next ones."""
        return views.conversation(session, again(session, THINKING.get(thinking, AUTO)))

    def edit(self, session: Session) -> Updates:
        """The last question goes back to where it was typed; the one that is sent next takes its place."""
        if session.busy or not session.turns:
            return views.conversation(session)
        session.editing = True
        return {"question": session.turns[-1].question, **views.conversation(session)}

    def keep(self, session: Session) -> Updates:
        """The last question is to stay after all."""
        session.editing = False
        return {"question": "", **views.conversation(session)}

    def work(self, session: Session) -> Iterator[Updates]:
        """Answer what was asked. Updates as `views.TALK`, again and again, at least once.

        Where nothing waits for an answer nothing is updated: a hint that says why not is to stay. What is worked on
        already has those who watch it, and needs no second place among the answers that are worked on side by side.
        """
        if not session.busy or session.working:
            yield {}
            return
        for _ in work(self.desk.reader, session, self.desk.keeper(session)):
            yield views.conversation(session)

    def watch(self, session: Session) -> Iterator[Updates]:
        """The tab is back: go on watching what is worked on. Updates as `views.TALK`, at least once.

        It waits for no other tab's answer, as `work` may have to: work that nobody watches is given up.
        """
        yield views.conversation(session)
        for _ in watch(session):
            yield views.conversation(session)

    def hurry(self, session: Session) -> Updates:
        """The thought has been long enough: the answer is to follow."""
        session.hurry()
        return views.conversation(session)

    def stop(self, session: Session) -> Updates:
        """Whoever works on the answer ends it."""
        session.stop()
        return views.conversation(session)
