"""German, French, Spanish and Chinese charts: a few topics and wordings each."""

from __future__ import annotations

from typing import Any

from train.factory.charts.topics import OVER_TIME, RANKED, Mode, Shape, Topic

POOLS = {
    "de": "Deutschland|Frankreich|Italien|Spanien|Polen|Österreich|Schweiz|Niederlande|Belgien|Dänemark|Schweden"
    "|Norwegen|Finnland|Portugal|Griechenland|Ungarn|Tschechien|Türkei|Japan|China|Indien|Brasilien",
    "de/grund": "Zu hohe Preise|Zu wenig Zeit|Kein Interesse|Schlechte Erreichbarkeit|Fehlende Informationen"
    "|Gesundheitliche Gründe|Andere Hobbys|Unfreundliches Personal|Angst vor Ansteckung|Weiß nicht / keine Angabe",
    "fr": "France|Allemagne|Italie|Espagne|Belgique|Suisse|Portugal|Pologne|Pays-Bas|Suède|Norvège|Danemark|Finlande"
    "|Grèce|Hongrie|Irlande|Japon|Chine|Inde|Brésil|Canada|Maroc",
    "fr/raison": "Prix trop élevés|Manque de temps|Aucun intérêt|Horaires peu pratiques|Trop loin du domicile"
    "|Raisons de santé|Manque d'information|Mauvaise qualité|Ne sait pas|Préférence pour Internet",
    "es": "España|Francia|Alemania|Italia|Portugal|México|Argentina|Chile|Colombia|Perú|Ecuador|Uruguay|Bolivia|Brasil"
    "|Japón|China|India|Suecia|Noruega|Polonia|Grecia|Marruecos",
    "es/motivo": "Precio demasiado alto|Falta de tiempo|Falta de interés|Mala calidad|Horario poco práctico|Distancia"
    "|Motivos de salud|Falta de información|No sabe / no contesta|Prefiere comprar en línea",
    "zh": "中国|日本|韩国|印度|美国|德国|法国|英国|意大利|西班牙|巴西|加拿大|俄罗斯|澳大利亚|墨西哥|泰国|越南|新加坡",
    "zh/原因": "价格太高|没有时间|不感兴趣|质量不好|距离太远|信息不足|健康原因|不知道|其他爱好|服务态度差",
}


def _topics(rows: tuple[tuple[Any, ...], ...]) -> tuple[Topic, ...]:
    """Four topics of a language: unemployment, cars, prices of energy, and a survey, in its words."""
    kinds: tuple[tuple[float, float, int, Shape, tuple[Mode, ...]], ...] = (
        (2.0, 16.0, 1, "trend", OVER_TIME),
        (9.0, 3300.0, 1, "trend", OVER_TIME),
        (8.0, 46.0, 2, "trend", OVER_TIME),
        (35.0, 75.0, 0, "survey", RANKED),
    )
    return tuple(
        Topic(noun, of, pool, what, unit, axis, low, high, places, tuple(asks), shape, modes)
        for (noun, of, pool, what, unit, axis, *asks), (low, high, places, shape, modes) in zip(
            rows, kinds, strict=True
        )
    )


_DE = _topics((
    ("Arbeitslosenquote", " ({e})", "de", "Land", "%", "Arbeitslosenquote",
     "Wie hoch war die Arbeitslosenquote {t} ({e})?", "Wie viel Prozent waren {t} arbeitslos ({e})?"),
    ("Anzahl der Pkw-Neuzulassungen", " ({e})", "de", "Land", "in 1.000", "Neuzulassungen in Tausend",
     "Wie viele Pkw wurden {t} neu zugelassen ({e})?", "Wie hoch war die Zahl der Neuzulassungen {t} ({e})?"),
    ("Strompreis für Haushalte", " ({e})", "de", "Land", "in Cent pro Kilowattstunde", "Cent pro Kilowattstunde",
     "Was kostete eine Kilowattstunde Strom {t} ({e})?", "Wie hoch war der Strompreis {t} ({e})?"),
    ("Gründe gegen einen Kinobesuch", ": {e}", "de/grund", "Grund", "%", "Anteil der Befragten",
     "Wie viel Prozent der Befragten nannten {e}?", "Welcher Anteil der Befragten gab {e} an?"),
))  # fmt: skip
_FR = _topics((
    ("Taux de chômage", " ({e})", "fr", "pays", "%", "Taux de chômage",
     "Quel était le taux de chômage {t} ({e}) ?", "Quel pourcentage d'actifs étaient au chômage {t} ({e}) ?"),
    ("Immatriculations de voitures neuves", " ({e})", "fr", "pays", "en milliers", "Immatriculations en milliers",
     "Combien de voitures neuves ont été immatriculées {t} ({e}) ?",
     "Combien d'immatriculations y a-t-il eu {t} ({e}) ?"),
    ("Prix de l'électricité", " ({e})", "fr", "pays", "en centimes par kilowattheure", "Centimes par kilowattheure",
     "Combien coûtait un kilowattheure {t} ({e}) ?", "Quel était le prix de l'électricité {t} ({e}) ?"),
    ("Raisons de ne pas aller au marché", " : {e}", "fr/raison", "raison", "%", "Part des répondants",
     "Quel pourcentage des répondants ont cité {e} ?", "Quelle part des personnes interrogées a répondu {e} ?"),
))  # fmt: skip
_ES = _topics((
    ("Tasa de desempleo", " ({e})", "es", "país", "%", "Tasa de desempleo",
     "¿Cuál fue la tasa de desempleo {t} ({e})?", "¿Qué porcentaje estaba desempleado {t} ({e})?"),
    ("Matriculaciones de coches nuevos", " ({e})", "es", "país", "en miles", "Matriculaciones en miles",
     "¿Cuántos coches se matricularon {t} ({e})?", "¿Cuántas matriculaciones hubo {t} ({e})?"),
    ("Precio de la electricidad", " ({e})", "es", "país", "en céntimos por kilovatio hora",
    "Céntimos por kilovatio hora",
     "¿Cuánto costaba un kilovatio hora {t} ({e})?", "¿Cuál era el precio de la electricidad {t} ({e})?"),
    ("Motivos para no ir al teatro", ": {e}", "es/motivo", "motivo", "%", "Porcentaje de encuestados",
     "¿Qué porcentaje de los encuestados mencionó {e}?", "¿Qué parte de los encuestados respondió {e}?"),
))  # fmt: skip
_ZH = _topics((
    ("失业率", "({e})", "zh", "国家", "%", "失业率", "{t}{e}的失业率是多少?", "{e}{t}失业率是多少?"),
    ("新车登记数量", "({e})", "zh", "国家", "千辆", "登记数量 (千辆)",
     "{t}{e}登记了多少新车?", "{e}{t}的新车登记数量是多少?"),
    ("居民电价", "({e})", "zh", "国家", "美分/千瓦时", "美分/千瓦时", "{t}{e}的电价是多少?", "{e}{t}每千瓦时电多少钱?"),
    ("不去电影院的原因", ": {e}", "zh/原因", "原因", "%", "受访者比例",
     "多少百分比的受访者选择了{e}?", "回答{e}的受访者占多少?"),
))  # fmt: skip


def _wordings(rows: str) -> dict[str, tuple[str, ...]]:
    """One task a line: `key = wording | wording`."""
    pairs = (line.split(" = ") for line in rows.strip().splitlines())
    return {key.strip(): tuple(wording.strip() for wording in wordings.split(" | ")) for key, wordings in pairs}


_DE_ASKS = _wordings("""
value/time = Wie hoch ist der Wert für {c}? | Welcher Wert ist für {c} angegeben? | Was zeigt das Diagramm für {c}? | Welche Zahl gehört zu {c}?
value/label = Wie hoch ist der Wert für {c}? | Welcher Wert gehört zu {c}? | Was steht bei {c}? | Welche Zahl hat {c}?
series/time = Welchen Wert hatte {s} {t}? | Wie hoch war {s} {t}? | Was ist der Wert von {s} {t}? | Welche Zahl steht {t} bei {s}?
series/label = Welchen Wert hat {c} bei {s}? | Wie hoch ist {c} für {s}? | Was ist der Wert von {s} für {c}? | Was steht bei {c} unter {s}?
max/label = Was hat den höchsten Wert? | Wo ist der Wert am höchsten? | Was steht an erster Stelle? | Was liegt vorn?
max/time = Wann war der Wert am höchsten? | In welchem Jahr oder Monat lag der Höchstwert? | Wann war der Höchststand? | Wann gab es das Maximum?
min/label = Was hat den niedrigsten Wert? | Wo ist der Wert am kleinsten? | Was steht an letzter Stelle? | Was liegt hinten?
max/value = Was ist der höchste Wert? | Wie hoch ist das Maximum? | Welcher Wert ist der größte? | Wie hoch ist der größte Wert?
title = Wie lautet der Titel? | Welchen Titel hat das Diagramm? | Was steht in der Überschrift? | Wie heißt das Diagramm?
source = Was ist die Quelle? | Woher stammen die Daten? | Welche Quelle ist angegeben? | Von wem sind die Daten?
""")  # noqa: E501
_FR_ASKS = _wordings("""
value/time = Quelle est la valeur pour {c} ? | Quelle valeur est indiquée pour {c} ? | Que montre le graphique pour {c} ? | Quel chiffre correspond à {c} ?
value/label = Quelle est la valeur de {c} ? | Quelle valeur correspond à {c} ? | Combien pour {c} ? | Quel chiffre a {c} ?
series/time = Quelle était la valeur de {s} {t} ? | Combien valait {s} {t} ? | Quel chiffre a {s} {t} ? | Que vaut {s} {t} ?
series/label = Quelle est la valeur de {c} pour {s} ? | Combien vaut {c} en {s} ? | Que vaut {s} pour {c} ? | Quel chiffre a {c} sous {s} ?
max/label = Qui a la valeur la plus élevée ? | Quelle catégorie arrive en tête ? | Où la valeur est-elle la plus haute ? | Qui est premier ?
max/time = Quand la valeur était-elle la plus élevée ? | Quand le maximum a-t-il été atteint ? | Quand était le pic ? | Quand était le record ?
min/label = Qui a la valeur la plus basse ? | Quelle catégorie arrive en dernier ? | Où la valeur est-elle la plus faible ? | Qui est dernier ?
max/value = Quelle est la valeur la plus élevée ? | Quel est le maximum ? | Quelle est la plus grande valeur ? | Quel est le record ?
title = Quel est le titre ? | Comment s'appelle le graphique ? | Quel titre porte le graphique ? | Que dit le titre ?
source = Quelle est la source ? | D'où viennent les données ? | Quelle source est indiquée ? | Qui fournit les données ?
""")  # noqa: E501
_ES_ASKS = _wordings("""
value/time = ¿Cuál es el valor de {c}? | ¿Qué valor se indica para {c}? | ¿Qué muestra el gráfico para {c}? | ¿Qué cifra corresponde a {c}?
value/label = ¿Cuál es el valor de {c}? | ¿Qué valor corresponde a {c}? | ¿Cuánto tiene {c}? | ¿Qué cifra tiene {c}?
series/time = ¿Cuál fue el valor de {s} {t}? | ¿Cuánto fue {s} {t}? | ¿Qué cifra tuvo {s} {t}? | ¿Qué valor tiene {s} {t}?
series/label = ¿Cuál es el valor de {c} para {s}? | ¿Cuánto es {c} en {s}? | ¿Qué valor tiene {s} para {c}? | ¿Qué cifra tiene {c} en {s}?
max/label = ¿Quién tiene el valor más alto? | ¿Qué categoría está en primer lugar? | ¿Dónde es mayor el valor? | ¿Qué ocupa el primer puesto?
max/time = ¿Cuándo fue más alto el valor? | ¿Cuándo se alcanzó el máximo? | ¿Cuándo fue el pico? | ¿Cuándo hubo el mayor valor?
min/label = ¿Quién tiene el valor más bajo? | ¿Qué categoría está en último lugar? | ¿Dónde es menor el valor? | ¿Qué ocupa el último puesto?
max/value = ¿Cuál es el valor más alto? | ¿Cuál es el máximo? | ¿Cuál es el mayor valor? | ¿Qué valor es el mayor?
title = ¿Cuál es el título? | ¿Cómo se titula el gráfico? | ¿Qué título tiene el gráfico? | ¿Qué dice el título?
source = ¿Cuál es la fuente? | ¿De dónde son los datos? | ¿Qué fuente se indica? | ¿Quién publica los datos?
""")  # noqa: E501
_ZH_ASKS = _wordings("""
value/time = {c}的数值是多少? | {c}的值是多少? | 图中{c}是多少? | {c}对应的数字是什么?
value/label = {c}的数值是多少? | {c}的值是多少? | 图中{c}是多少? | {c}对应的数字是什么?
series/time = {t}{s}的数值是多少? | {s}在{t}是多少? | {t}{s}是多少? | {s}{t}的值是多少?
series/label = {s}中{c}是多少? | {c}的{s}数值是多少? | {c}在{s}是多少? | {s}的{c}值是多少?
max/label = 哪一项最高? | 数值最大的是什么? | 排名第一的是什么? | 哪个最大?
max/time = 什么时候数值最高? | 最高值出现在什么时候? | 何时达到峰值? | 哪个时间最高?
min/label = 哪一项最低? | 数值最小的是什么? | 排名最后的是什么? | 哪个最小?
max/value = 最高值是多少? | 最大值是多少? | 最大的数值是多少? | 峰值是多少?
title = 图表的标题是什么? | 这张图叫什么? | 标题是什么? | 图的标题写的是什么?
source = 数据来源是什么? | 数据来自哪里? | 来源是哪里? | 谁提供了数据?
""")
_PLAIN = {"times": ("{noun}: {a} - {b}", "{noun}", "{noun} {a}-{b}"), "ranks": ("{noun} {t}", "{noun}")}
TONGUES: dict[str, tuple[Any, ...]] = {
    "de": (_DE, _DE_ASKS, {"time": ("{noun} von {a} bis {b}", "{noun} {a}-{b}"), "rank": ("{noun} {t}", "{noun}"),
    **_PLAIN},
           "im Jahr {}", "im", " und ", "Jahr", ("Männer", "Frauen"), ("Quelle: {}", "Quellen: {}")),
    "fr": (_FR, _FR_ASKS, {"time": ("{noun} de {a} à {b}", "{noun} {a}-{b}"), "rank": ("{noun} {t}", "{noun}"),
    **_PLAIN},
           "en {}", "en", " et ", "année", ("Hommes", "Femmes"), ("Source : {}", "Sources : {}")),
    "es": (_ES, _ES_ASKS, {"time": ("{noun} de {a} a {b}", "{noun} {a}-{b}"), "rank": ("{noun} {t}", "{noun}"),
    **_PLAIN},
           "en {}", "en", " y ", "año", ("Hombres", "Mujeres"), ("Fuente: {}", "Fuentes: {}")),
    "zh": (_ZH, _ZH_ASKS, {"time": ("{a}至{b}{noun}", "{noun} {a}-{b}"), "rank": ("{t}{noun}", "{noun}"),
           "times": ("{noun} {a}-{b}", "{noun}"), "ranks": ("{noun} {t}", "{noun}")},
           "{}年", "", "和", "年", ("男", "女"), ("来源: {}", "数据来源: {}")),
}  # fmt: skip
