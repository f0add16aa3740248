"""Questions about charts in English: wordings of each task. Every fourth one is kept for the test split.

`{noun}` is the measure, `{what}` the kind of label (year, company), `{c}` a label as a sentence names it, `{t}` a time
inside a sentence (`in 2020`), `{s}` a series, `{v}` a value as printed, `{mark}` what shows a value (bar, point).
"""

from __future__ import annotations

Wordings = dict[str, tuple[str, ...]]

ENGLISH: Wordings = {
    "value/time": (
        "What was the {noun} {t}?", "What is the {noun} {t}?", "How high was the {noun} {t}?",
        "What is the value for {c}?", "What is the value of the {mark} for {c}?",
        "What value does the chart show for {c}?",
        "{Noun} {t}?", "What was recorded as the {noun} {t}?", "Which value is printed for {c}?",
        "What did the {noun} amount to {t}?", "According to the chart, what was the {noun} {t}?",
        "How much was it {t}?",
        "What number is given for {c}?", "What is the {mark}'s value {t}?", "How large was the {noun} {t}?",
        "What figure does the chart report for {c}?",
    ),
    "value/label": (
        "What is the value of the {mark} for {c}?", "What is the value for {c}?", "How much is {c}?",
        "What does the chart show for {c}?", "What value does {c} have?", "What is the {noun} for {c}?",
        "Which number belongs to {c}?", "How high is the value of {c}?", "What number is given for {c}?",
        "What is the figure reported for {c}?", "{c}: what is the value?", "What does {c} stand at?",
        "Which value is printed for {c}?", "What is the {mark} of {c} labeled with?", "How large is {c}?",
        "What is the number next to {c}?",
    ),
    "value/survey": (
        "What percentage of respondents named {c}?", "What share of respondents chose {c}?",
        "How many percent of respondents answered {c}?", "What percentage of those surveyed mentioned {c}?",
        "What percentage of interviewees stated {c}?", "What proportion of people said {c}?",
        "What percent of participants picked {c}?", "How many percent of those asked named {c}?",
        "What percentage of respondents gave {c} as an answer?", "What share of those interviewed selected {c}?",
        "Among the respondents, what percentage stated {c}?", "What percentage of people cited {c}?",
    ),
    "value/latest": (
        "What was the {noun} in the latest {what} shown?", "What was the {noun} in the last {what} displayed?",
        "What is the most recent value?", "What was the {noun} at the end of the period?",
        "What is the value of the last {mark}?", "What is the latest figure for the {noun}?",
        "What did the {noun} amount to in the most recent {what}?", "What is the {noun} in the final {what}?",
        "What was the {noun} most recently?", "What is the value of the rightmost {mark}?",
    ),
    "value/first": (
        "What was the {noun} in the first {what} shown?", "What was the {noun} at the beginning of the period?",
        "What is the earliest value?", "What is the value of the first {mark}?",
        "What did the {noun} amount to in the earliest {what}?", "What is the value of the leftmost {mark}?",
        "What was the {noun} when the chart begins?", "What is the first figure for the {noun}?",
        "How high was the {noun} at the start?", "What was the {noun} initially?",
    ),
    "value/previous": (
        "What was the {noun} in the year before {c}?", "What was the value in the year preceding {c}?",
        "What was the {noun} one year before {c}?", "What was the {noun} one year earlier than {c}?",
        "What was the figure for the year prior to {c}?", "How high was the {noun} a year before {c}?",
        "What value came directly before {c}?", "What did the {noun} amount to in the year previous to {c}?",
        "What had the {noun} been a year before {c}?", "Which value does the year before {c} have?",
    ),
    "series/time": (
        "What was the value for {s} {t}?", "What was the {noun} for {s} {t}?", "How high was {s} {t}?",
        "What is the value of {s} {t}?", "What did {s} stand at {t}?", "{s} {t}: what is the value?",
        "Which value does {s} have {t}?", "What figure is given for {s} {t}?", "{T}, what was the value of {s}?",
        "How much was {s} {t}?", "What number is shown for {s} {t}?", "Which number is printed for {s} {t}?",
    ),
    "series/label": (
        "What is the value of {c} for {s}?", "What is the value of {s} for {c}?", "How much is {c} in {s}?",
        "Which value does {c} have in {s}?", "What is shown for {c} and {s}?", "What is the {s} figure of {c}?",
        "What number is given for {c} under {s}?", "For {c}, what is the value in {s}?", "What is {c} at for {s}?",
        "What is the {mark} of {c} worth for {s}?", "In {s}, what is the value of {c}?", "What did {c} reach for {s}?",
    ),
    "find/time": (
        "In which {what} was the {noun} {v}?", "When was the {noun} {v}?", "Which {what} has a value of {v}?",
        "In what {what} did the {noun} amount to {v}?", "When did the {noun} reach {v}?",
        "For which {what} is {v} given?",
        "What {what} had a value of {v}?", "Which {what} does the value {v} belong to?",
        "In what {what} was {v} recorded?",
        "Which {what} shows {v}?",
    ),
    "find/label": (
        "Which {what} has a value of {v}?", "Which {what} is at {v}?", "Which {what} does the value {v} belong to?",
        "For what {what} is {v} given?", "What {what} shows {v}?", "In the chart, what has a value of {v}?",
        "Which label has the value {v}?", "What stands at {v}?", "Which {what} was reported with {v}?",
        "To which {what} does {v} refer?", "The {mark} with {v} is for which {what}?", "Which {what} accounts for {v}?",
    ),
    "max/time": (
        "When was the {noun} the highest?", "In which {what} was the {noun} at its highest?",
        "In what {what} did the {noun} peak?", "Which {what} had the highest value?", "When did the {noun} peak?",
        "In which {what} did the {noun} reach its maximum?", "Which {what} shows the largest value?",
        "What was the {what} with the highest {noun}?", "In what {what} was the record value reached?",
        "Which {what} marks the peak?", "In which {what} is the {mark} highest?", "When was the top value recorded?",
    ),
    "max/label": (
        "Which {what} has the highest value?", "Which {what} ranks first?", "What {what} is at the top?",
        "Which {what} has the largest value?", "Which {what} leads?", "What {what} comes first?",
        "Which {what} had the highest {noun}?", "What has the largest {mark}?", "Which {what} is the leading one?",
        "What is the {what} with the greatest value?", "Which {what} scored the most?",
        "Which is the number one {what}?",
    ),
    "min/time": (
        "When was the {noun} the lowest?", "In which {what} was the {noun} at its lowest?",
        "In what {what} did the {noun} hit its lowest point?", "Which {what} had the lowest value?",
        "In which {what} was the minimum reached?", "Which {what} shows the smallest value?",
        "What was the {what} with the lowest {noun}?", "When did the {noun} bottom out?",
        "In which {what} is the {mark} lowest?", "When was the smallest value recorded?",
    ),
    "min/label": (
        "Which {what} has the lowest value?", "Which {what} ranks last?", "What {what} is at the bottom?",
        "Which {what} has the smallest value?", "Which {what} had the lowest {noun}?", "What {what} comes last?",
        "What has the smallest {mark}?", "What is the {what} with the least value?", "Which {what} scored the least?",
        "Which {what} is behind all others?",
    ),
    "max/value": (
        "What is the highest value?", "What was the highest {noun}?", "What is the maximum?",
        "What is the largest value in the chart?", "What is the top value shown?", "How high was the peak?",
        "What is the biggest number among the {mark}s?", "What value does the highest {mark} have?",
        "What is the maximum {noun}?", "What was the record {noun}?",
    ),
    "min/value": (
        "What is the lowest value?", "What was the lowest {noun}?", "What is the minimum?",
        "What is the smallest value in the chart?", "What is the bottom value shown?", "How low was the lowest point?",
        "What is the smallest number among the {mark}s?", "What value does the lowest {mark} have?",
        "What is the minimum {noun}?", "What is the least value given?",
    ),
    "second": (
        "Which {what} has the second highest value?", "Which {what} ranks second?", "What {what} comes second?",
        "Which {what} had the second largest value?", "What is the runner-up among the {whats}?",
        "Which {what} follows directly after the highest?", "Where is the second highest value found?",
        "Which {what} is number two?", "What {what} had the second highest {noun}?", "Which {what} is second in value?",
    ),
    "count": (
        "How many {whats} are shown?", "How many {whats} does the chart show?",
        "How many {whats} are there in the chart?",
        "How many {whats} are listed?", "What is the number of {whats} shown?", "How many {whats} are compared?",
        "Count the {whats} in the chart.", "How many different {whats} appear?", "How many {whats} are displayed?",
        "For how many {whats} is data given?",
    ),
    "difference": (
        "What is the difference between {a} and {b}?", "By how much does {a} differ from {b}?",
        "How much higher is {a} than {b}?", "How much larger is the value of {a} than that of {b}?",
        "What is {a} minus {b}?", "What is the gap between {a} and {b}?", "How much more is {a} compared to {b}?",
        "How far apart are {a} and {b}?", "By how much does {a} exceed {b}?", "How much lower is {b} than {a}?",
    ),
    "sum": (
        "What is the sum of {list}?", "What do {list} add up to?", "How much are {list} together?",
        "What is the total of {list}?", "What is the combined value of {list}?", "Add up {list}.",
        "What is the value of {list} taken together?", "How much do {list} make in sum?", "What is {list} combined?",
        "What do {list} amount to in total?",
    ),
    "mean": (
        "What is the average of {list}?", "What is the mean of {list}?", "What is the mean value of {list}?",
        "What is the average value of {list}?", "On average, what is the value of {list}?", "Average {list}.",
        "What do {list} average?", "What is the arithmetic mean of {list}?", "Calculate the average of {list}.",
        "How high are {list} on average?",
    ),
    "ratio": (
        "What is the ratio of {a} to {b}?", "How many times {b} is {a}?", "How many times as large as {b} is {a}?",
        "What is {a} divided by {b}?", "By what factor is {a} larger than {b}?",
        "How many times higher is {a} than {b}?",
        "What is the quotient of {a} and {b}?", "{a} is how many times {b}?", "What is the ratio between {a} and {b}?",
        "Divide {a} by {b}.",
    ),
    "total": (
        "What is the sum of all values?", "What is the total of all {mark}s?", "What do all values add up to?",
        "What is the total across all {whats}?", "How much is it for all {whats} together?", "Add up all the values.",
        "What is the combined value of all {whats}?", "What is the sum over all {whats}?",
        "What do all the {mark}s sum up to?", "What is the overall total?",
    ),
    "title": (
        "What is the title of the chart?", "What is the chart's title?", "What is the heading of this chart?",
        "What is the chart called?", "What title does the chart have?", "Which title is printed above the chart?",
        "Give the title of this chart.", "How is the chart titled?", "Read the title.", "What does the headline say?",
    ),
    "source": (
        "What is the source of the data?", "Where does the data come from?", "Which source is given?",
        "Who provided the data?", "What source does the chart name?", "Which organization is named as the source?",
        "According to whom are these figures?", "What is given as source?", "Whose data is shown?", "Name the source.",
    ),
    "axis": (
        "What does the value axis show?", "What is the title of the value axis?", "How is the value axis labeled?",
        "What is written along the value axis?", "What is measured on the value axis?", "Name the value axis.",
        "What label does the value axis have?", "Which title does the axis of values carry?",
        "What is the caption of the value axis?", "What do the values on the axis stand for?",
    ),
    "unit": (
        "In what unit are the values given?", "What is the unit of the values?", "Which unit does the chart use?",
        "How are the values measured?", "What unit are the figures in?", "In which unit is the {noun} given?",
        "What do the numbers count in?", "What is the unit of measurement?", "What unit is stated?", "Name the unit.",
    ),
    "legend": (
        "Which series are shown?", "What does the legend list?", "What are the names of the series?",
        "Which groups are compared?", "What entries does the legend have?", "Name the series in the legend.",
        "What categories does the legend show?", "What are the legend's labels?", "List the series shown.",
        "Which data series does the chart have?",
    ),
    "colour": (
        "What color is {s}?", "Which color represents {s}?", "In what color is {s} drawn?", "What is the color of {s}?",
        "What color does {s} have?", "Which color stands for {s}?", "How is {s} colored?",
        "{s} is shown in which color?",
        "What color was used for {s}?", "Name the color of {s}.",
    ),
}  # fmt: skip
