"""Questions about charts in English: wordings of each task. Every fourth one is kept for the test split.

`{noun}` is the measure, `{what}` the kind of label (year, company), `{c}` a label as a sentence names it, `{t}` a time
inside a sentence (`in 2020`), `{s}` a series, `{v}` a value as printed, `{mark}` what shows a value (bar, point).
"""

from __future__ import annotations

from train.factory import wordlists

Wordings = dict[str, tuple[str, ...]]

ENGLISH: Wordings = {task: tuple(forms) for task, forms in wordlists.read("chart_questions").items()}
