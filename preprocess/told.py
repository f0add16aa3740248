"""What a model is shown of a page: its words, with what a line of text does not say by itself.

Which value belongs to which label of a chart, heights and colours say (`preprocess.charts.told`); under which head a
cell of a table stands, its place says (`preprocess.tables.told`), and under which caption a value of a form
(`preprocess.captions`).
"""

from __future__ import annotations

from preprocess.captions import told_captions
from preprocess.charts.told import told_chart
from preprocess.document import Page, PageText
from preprocess.tables.told import told_tables


def told_text(page: Page) -> PageText:
    """The page's text, a chart told label by label, else values behind their captions and tables row by row.

    The very same where there is nothing to tell.

    Raises:
        DocumentError: the page cannot be read.
    """
    return told_chart(page) or told_tables(told_captions(page.text()))
