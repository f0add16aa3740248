"""What a model is shown of a page: its words, with what a line of text does not say by itself.

Which value belongs to which label of a chart, heights and colours say (`preprocess.charts.told`); under which head a
cell of a table stands, its place says (`preprocess.tables.told`), under which caption a value of a form
(`preprocess.captions`), and under which of several heads a name (`preprocess.sections`); a cross says what was chosen
(`preprocess.ticks`), dots lead to a value (`preprocess.leaders`), and addresses that stand side by side are read one
after the other (`preprocess.addresses`).
"""

from __future__ import annotations

from preprocess.charts.told import told_chart
from preprocess.document import Page, PageText
from preprocess.told_lines import told_lines


def told_text(page: Page) -> PageText:
    """The page's text, a chart told label by label, else lines told by their words and places.

    The very same where there is nothing to tell.

    Raises:
        DocumentError: the page cannot be read.
    """
    return told_chart(page) or told_lines(page.text())
