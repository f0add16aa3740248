"""The Auto rule: where nobody said whether to think, think about what has to be worked out.

A value that is printed needs no thought. Sums, differences, quotients, averages, the largest and the smallest are asked
for in few words, whatever they are of, and those are looked for: outside quotation marks, as what stands in them is a
label's. The answer is the model's own either way; all that hangs on the wording is whether a thought comes before it.
"""

from __future__ import annotations

import re

_QUOTED = re.compile(r'"[^"]*"|“[^”]*”|„[^“”]*[“”]|«[^»]*»|「[^」]*」|《[^》]*》')
_LABEL = '""'

_WORKED_OUT = re.compile(
    "|".join(
        (
            # English
            r"\bdifference (?:between|of|in)\b|\bdiffer(?:s|ed)?\b|\b(?:gap|margin|distance) (?:between|separating)\b",
            r"\bby (?:how much|(?:what|which) (?:amount|sum|factor|margin))\b|\bhow much separates\b|\bhow far apart\b",
            r"\bhow (?:much|many) (?:more|less|fewer|(?:high|low|larg|small|bigg|great|long|old|cheap)er)\b",
            r"\bhow (?:far|much)\b.*\b(?:above|below|ahead of|behind|exceeds?)\b",
            r"\bhow many times (?:as|larger|bigger|higher|more|\"\")|\btimes as (?:much|many|large|high|big|long)\b",
            r"\bratio\b.*\b(?:to|and)\b|\bproportion of\b.*\bto\b|\bquotient\b|\bmultiple of\b|\bexcess of\b",
            r"\b(?:add|sum|total) up\b|(?:^|\b(?:you|please|and) )add\b|\bsubtract(?:ed|ing)?\b|\bminus\b",
            r"\"\" less \"\"",
            # "plus" is French for more, too.
            r"(?<!\ble )(?<!\bla )(?<!\bles )(?<!\bde )(?<!\ben )(?<!\bau )\bplus\b",
            r"\bdivid(?:ed?|ing)\b|\bmultipl(?:y|ied|ying)\b|\btake\b.*\b(?:away )?from\b",
            r"\bpercent(?:age)? (?:change|increase|decrease)\b|\b(?:change|grow|rise|fall)\b.*\bfrom\b.*\bto\b",
            r"\b(?:calculate|compute|work out)\b|\bround(?:ed)? (?:it )?to\b|\b(?:one|two|three|\d) decimals?\b",
            # German
            r"\b(?:differenz|unterschied|abstand) (?:von|zwischen|aus|der)\b|\bverhältnis (?:von|zwischen)\b",
            r"\bwie ?viele? (?:mehr|weniger|(?:höh|niedrig|größ|klein|läng|teur|billig)er)\b|\bum welchen faktor\b",
            r"\bum wie ?viel\b(?! uhr)",
            r"\b(?:addier|subtrahier|dividier|multiplizier|summier)\w*|\b(?:be|aus)rechne\w*|\bgeteilt durch\b",
            r"\bauf (?:eine|zwei|drei|\d) (?:nachkomma|dezimal)stellen?\b",
            # French
            r"\b(?:différence|écart|rapport) entre\b|\bde combien\b|\bcombien de (?:plus|moins|fois plus)\b",
            r"\b(?:additionn|soustra|multipli|calcul)\w*|\bdivisée?s? par\b|\barrondi",
            # Spanish
            r"\bdiferencia entre\b|\bcuánt[oa]s? (?:más|menos|veces más)\b|\ben cuánto\b",
            r"\b(?:sume|sumar|restar|calcule|calcular|multiplicar|dividir|dividid[oa] (?:por|entre))\b|\bredonde",
            # Chinese, Japanese
            r"相差|之差|的差|[多少高低大小长贵]多少|[几多少]倍|总和|之和|相加|加起来|加上|减去|相减|除以|乘以|计算|位小数",
            r"差は|足す|足し|引く|引いた|割った|何倍|どれだけ[多少高低]|計算",
        )
    )
)
# What may be printed of one thing, but must be worked out of several: their names are joined.
_OF_SEVERAL = re.compile(
    "|".join(
        (
            r"\b(?:together|combined|altogether|overall|come to|amount to|joint|aggregate)\b|\bin (?:all|total)\b",
            r"\b(?:what|the two \w+) .*\b(?:total|sum)\b|\b(?:total|sum) of\b|\badding\b|\bsumm(?:ed|ing)\b|\bsum\b",
            r"\b(?:average|averaging|mean)\b|\bhow much (?:do|are|were|for)\b|\blies? between\b|\blead\b.*\bover\b",
            r"\b(?:zusammen|zusammengerechnet|insgesamt|summe|durchschnitt|durchschnittlich|im mittel)\b",
            r"\b(?:ensemble|au total|somme|moyenne)\b|\b(?:junt[oa]s|en total|suma|promedio|media)\b",
            r"一共|总共|合计|平均|合計|合わせて",
        )
    )
)
# What is found by holding all values against each other, or by counting them.
_OF_ALL = re.compile(
    "|".join(
        (
            r"\b(?:(?:high|larg|great|bigg|long)est|(?:low|small|short|dear|cheap|costli)est|maximum|minimum|max|peak)\b",
            r"\b(?:most|least) (?:expensive|common|frequent|often|popular|money|important)\b",
            r"\bthe (?:most|least|fewest)\b(?! recent)|\bhow many of the\b",
            r"\bhow many (?:\w+ )?(?:rows|lines|items|entries|values|bars|categories)\b",
            r"\bnumber of (?:rows|lines|items|entries|values|line items)\b|\bcount (?:the|how)\b",
            r"\b(?:höchst|niedrigst|größt|kleinst|längst|kürzest|teuerst|billigst|häufigst|meist)e[nrms]?\b",
            r"\bam (?:\w+sten|meisten)\b",
            r"\b(?:höchst|mindest|spitzen|tiefst)wert\b|\bwie viele (?:zeilen|posten|positionen|einträge|werte)\b",
            r"\b(?:la|le|les) plus (?:élevé|haut|bas|grand|petit|ch[eè]r|faible|fréquent)\w*|\ba le plus\b",
            r"\b(?:maximale|minimale)\b|\bcombien de (?:lignes|articles|valeurs)\b",
            r"\b(?:más|menos) (?:alt|baj|grande|pequeñ|car|barat|frecuente)\w*|\bcuánt[oa]s (?:filas|líneas)\b",
            r"最[高低大小多少长短贵常]|第[一二两三]高|几(?:行|项|条)|多少(?:行|项|条)|最も|一番",
        )
    )
)
_JOINED = re.compile(
    r"\b(?:and|und|et|y|both|two|three|four|beiden?|zwei|drei|vier|deux|trois|quatre|dos|tres|cuatro)\b|[&、和与及とや两三]"
)
_SUM_SIGN = re.compile(r"(?<=[\w\"']) ?\+ (?=[\w\"'])")


def is_worked_out(question: str) -> bool:
    """Whether a question asks for what must be worked out of several values, in English, German, French, Spanish,
    Chinese or Japanese. "What is the total?" does not: a total is printed."""
    words = _QUOTED.sub(_LABEL, question).lower()
    if any(words_of.search(words) for words_of in (_WORKED_OUT, _OF_ALL, _SUM_SIGN)):
        return True
    return bool(_OF_SEVERAL.search(words) and _JOINED.search(words))
