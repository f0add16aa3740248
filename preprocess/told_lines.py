"""What words and their places say of a page that its lines do not say by themselves; nobody looks at its picture."""

from __future__ import annotations

from preprocess.addresses import told_addresses
from preprocess.captions.told import told_captions
from preprocess.document import PageText
from preprocess.leaders import told_leaders
from preprocess.sections import told_sections
from preprocess.tables.told import told_tables
from preprocess.ticks import told_ticks


def told_lines(text: PageText) -> PageText:
    """Addresses one by one, values behind their captions, what is ticked, dots as colons, names with their heads, rows
    of tables; the very same where there is nothing to tell."""
    return told_tables(told_sections(told_leaders(told_ticks(told_captions(told_addresses(text))))))
