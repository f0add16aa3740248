"""What words and their places say of a page that its lines do not say by themselves; nobody looks at its picture."""

from __future__ import annotations

from preprocess.captions import told_captions
from preprocess.document import PageText
from preprocess.tables.told import told_tables
from preprocess.ticks import told_ticks


def told_lines(text: PageText) -> PageText:
    """Values behind their captions, what is ticked, tables row by row; the very same where there is nothing to tell."""
    return told_tables(told_ticks(told_captions(text)))
