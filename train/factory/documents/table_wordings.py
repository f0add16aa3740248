"""How one asks about a table: {r} row, {c} column, {v} value, {w} where the table stands (may be empty).

The order matters: `share` gives each fourth wording to the test split.
"""

from __future__ import annotations

EXACT = 'On page {p}, in the table, what is the value in the row "{r}" under the column "{c}"?'
LOOKUP = (
    "What is the {c} value for {r}{w}?",
    '"{r}", column {c}{w}?',
    'What does the table give for "{r}" under "{c}"{w}?',
    "Which value stands in the row {r} and the column {c}{w}?",
    'Row "{r}", column "{c}"{w}: what is the value?',
    "{c} of {r}{w}?",
    'Find the entry for "{r}" in the column "{c}"{w}.',
    'Give the cell where "{r}" meets "{c}"{w}.',
    "What is listed under {c} for {r}{w}?",
    'For the row "{r}"{w}, what is "{c}"?',
    'Read the value of "{c}" for "{r}"{w}.',
    'Look up "{r}" / "{c}"{w}.',
    "According to the table, what is {c} for {r}{w}?",
    'What is printed in the column "{c}" beside "{r}"{w}?',
    'Please copy the value for "{r}" under "{c}"{w}.',
    'In the line "{r}"{w}, what does the column "{c}" say?',
    "How much is {r} under {c}{w}?",
    'What figure is shown for "{r}" in "{c}"{w}?',
)
LOOKUP_IN = {
    "de": (
        'Welcher Wert steht in der Zeile "{r}" unter "{c}"?',
        "Wie lautet der Wert {c} für {r}?",
        "{r}, Spalte {c}?",
        'Was steht bei "{r}" in der Spalte "{c}"?',
    ),
    "fr": (
        'Quelle valeur figure à la ligne "{r}" dans la colonne "{c}" ?',
        "Quelle est la valeur {c} pour {r} ?",
        "{r}, colonne {c} ?",
        'Que lit-on pour "{r}" sous "{c}" ?',
    ),
    "es": (
        '¿Qué valor aparece en la fila "{r}" bajo la columna "{c}"?',
        "¿Cuál es el valor de {c} para {r}?",
        "¿{r}, columna {c}?",
        '¿Qué figura para "{r}" en "{c}"?',
    ),
}
REVERSE = (
    'Which row has {v} under "{c}"{w}?',
    'For which row is "{c}" equal to {v}{w}?',
    "In the column {c}{w}, whose value is {v}?",
    'What is the label of the row with {v} in the column "{c}"{w}?',
    'Which row shows {v} for "{c}"{w}?',
    'The value {v} stands under "{c}"{w}; in which row?',
    'Name the row whose "{c}" is {v}{w}.',
    'To which row does {v} under "{c}"{w} belong?',
)
SUPERLATIVES = {False: ("highest", "largest", "greatest"), True: ("lowest", "smallest")}
EXTREME_ROW = (
    'Which row has the {x} value under "{c}"{w}?',
    'In the column "{c}"{w}, which row is the {x}?',
    "Which row shows the {x} {c}{w}?",
    'What is the label of the row with the {x} value in "{c}"{w}?',
    'Name the row with the {x} entry under "{c}"{w}.',
    "Looking at {c}{w}, which row is {x}?",
)
EXTREME_COLUMN = (
    'In which column is the value for "{r}" the {x}{w}?',
    "Which column has the {x} value in the row {r}{w}?",
    'For "{r}"{w}, which column holds the {x} value?',
    'Under which column head does "{r}" reach its {x} value{w}?',
    'Name the column with the {x} entry for "{r}"{w}.',
)
DIFFERENCE_ROWS = (
    'What is the difference between "{a}" and "{b}" under "{c}"{w}?',
    'By how much is "{a}" above "{b}" under "{c}"{w}?',
    "How much more is {a} than {b} in the column {c}{w}?",
    'Subtract "{b}" from "{a}" in the column "{c}"{w}.',
    'In the column "{c}"{w}, how far apart are "{a}" and "{b}"?',
    "What is {a} minus {b} for {c}{w}?",
)
DIFFERENCE_COLUMNS = (
    'What is the difference between "{a}" and "{b}" for "{r}"{w}?',
    'In the row "{r}"{w}, by how much is "{a}" above "{b}"?',
    "How much more is {a} than {b} for {r}{w}?",
    'Subtract "{b}" from "{a}" in the row "{r}"{w}.',
    'For "{r}"{w}, how far apart are "{a}" and "{b}"?',
    "What is {a} minus {b} in the row {r}{w}?",
)
SUM = (
    'What is the sum of {n} under "{c}"{w}?',
    'Add up {n} in the column "{c}"{w}.',
    "What do {n} come to together under {c}{w}?",
    'What is the total of {n} for "{c}"{w}?',
    'In the column "{c}"{w}, what is the sum of {n}?',
)
MEAN = (
    'What is the average of {n} under "{c}"{w}?{d}',
    'What is the mean of {n} in the column "{c}"{w}?{d}',
    "On average, how much are {n} under {c}{w}?{d}",
    'In the column "{c}"{w}, what do {n} average?{d}',
    'Give the mean value of {n} for "{c}"{w}.{d}',
)
ROUNDED = {1: " Round to one decimal.", 2: " Round to two decimals."}
RATIO = (
    'What is the ratio of "{a}" to "{b}" under "{c}"{w}? Round to two decimals.',
    'How many times "{b}" is "{a}" under "{c}"{w}? Two decimals.',
    'Divide "{a}" by "{b}" in the column "{c}"{w} (two decimals).',
    'In the column "{c}"{w}, what is "{a}" divided by "{b}", to two decimals?',
    "What is {a} / {b} for {c}{w}, rounded to two decimals?",
)
COUNT = (
    "How many rows, without the heads, does the table have{w}?",
    "How many rows of data are there{w}?",
    "Count the rows below the column heads{w}.",
    "What is the number of data rows{w}?",
    "How many row labels are listed{w}?",
)
ABOVE = (
    'How many rows have more than {v} under "{c}"{w}?',
    'In how many rows is "{c}" above {v}{w}?',
    "Count the rows whose {c} is greater than {v}{w}.",
    'In the column "{c}"{w}, how many values exceed {v}?',
    'How many entries under "{c}" are over {v}{w}?',
)
BELOW = (
    'How many rows have less than {v} under "{c}"{w}?',
    'In how many rows is "{c}" below {v}{w}?',
    "Count the rows whose {c} is smaller than {v}{w}.",
    'In the column "{c}"{w}, how many values are less than {v}?',
    'How many entries under "{c}" are under {v}{w}?',
)
TITLE = (
    "What is the title of the table{w}?",
    "What is the caption of the table{w}?",
    "Which title does the table have{w}?",
    "What does the heading above the table say{w}?",
    "Give the table's title{w}.",
    "How is the table titled{w}?",
)
NUMBERED = (
    "What is the title of {m}?",
    "What does {m} show, by its caption?",
    "Give the caption of {m}.",
    "How is {m} titled?",
    "Which title does {m} have?",
)
