"""The words of tables in four languages: row labels, column heads, captions, cells that are no numbers.

Written for this project. The order matters: `share` gives each fourth entry to the test split.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeVar

from train.factory.sample import Split, share

Lists = Mapping[str, Sequence[str]]
T = TypeVar("T")


def part(items: Sequence[T], split: Split) -> Sequence[T]:
    """`share` of lists that are long enough to be shared."""
    return share(items, split) if len(items) >= 4 else items


def _split(text: str) -> tuple[str, ...]:
    return tuple(text.split("|"))


# language -> (dimension, labels in their usual order)
ROWS: Mapping[str, Sequence[tuple[str, str]]] = {
    "en": (
        ("income group", "Lowest|Second|Lower middle|Middle|Upper middle|Fourth|Highest|Top 5 percent|Not reported"),
        ("age group", "Under 5|5–9|10–14|15–17|18–24|25–34|35–44|45–54|55–64|65–74|75–84|85 or older|Age unknown"),
        ("education", "No schooling|Primary school|Some high school|High school diploma|Some college, no degree|"
         "Associate degree|Bachelor’s degree|Master’s degree|Professional degree|Doctorate|Other or not stated"),
        ("industry", "Agriculture, forestry and fishing|Mining and quarrying|Manufacturing|Energy supply|Construction|"
         "Wholesale and retail trade|Transport and storage|Accommodation and food|Information services|Finance|"
         "Real estate|Public administration|Education|Health and social work|Arts and recreation|Other services"),
        ("race/ethnicity", "White|Black|Hispanic|Asian|Pacific Islander|American Indian|Two or more races|"
         "White/Other|Not reported|Foreign-born"),
        ("reason given", "Too expensive|No time|Lack of information|Moved to another area|Health problems|Found a "
         "better offer|Family duties|No suitable course|Poor public transport|Poor service|Other/not sure"),
        ("statement", "Improves community support|Reduces waiting times|Helps teachers plan lessons|Raises costs for "
         "small firms|Is easy to understand|Should be continued next year|Takes too much time|Identifies weak "
         "performance|Motivates staff|Has no clear effect|Reflects local needs (other than funding)"),
        ("item", "Cash and deposits|Trade receivables|Inventories|Prepaid expenses|Property and equipment|Goodwill|"
         "Other intangible assets|Long-term debt|Lease liabilities|Deferred tax|Share capital|Retained earnings"),
        ("line item", "Net sales|Cost of sales|Gross profit|Selling expenses|Research and development|Administrative "
         "expenses|Operating income|Interest expense|Other income|Income before tax|Income tax|Net income"),
        ("energy source", "Coal|Natural gas|Fuel oil|Nuclear|Hydropower|Onshore wind|Offshore wind|Solar|Biomass|"
         "Geothermal|Waste heat|Imports"),
        ("crop", "Winter wheat|Spring barley|Oats|Rye|Maize|Rapeseed|Sunflowers|Sugar beet|Potatoes|Peas|Soybeans"),
        ("means of transport", "On foot|Bicycle|Motorcycle|Private car, driver|Private car, passenger|Taxi|Bus|Tram|"
         "Regional train|Long-distance train|Ferry|Works from home"),
        ("type of school", "Public primary|Public secondary|Charter|Magnet|Private, religious|Private, other|"
         "Vocational|Adult evening|Special needs|Home instruction"),
        ("performance level", "Below basic|Basic|Approaching target|Proficient|Advanced|Outstanding|Exempt|Absent"),
        ("sample", "Control|Blank|Sample A|Sample B|Sample C|Field duplicate|Reference soil|River upstream|River "
         "downstream|Groundwater|Effluent|Sediment core"),
        ("size class", "1 employee|2–4 employees|5–9 employees|10–19 employees|20–49 employees|50–99 employees|"
         "100–249 employees|250–499 employees|500 or more employees|Size unknown"),
        ("country", "Australia|Austria|Belgium|Canada|Chile|Denmark|Finland|Greece|Hungary|Ireland|Israel|Japan|Latvia|"
         "Mexico|New Zealand|Norway|Portugal|Slovenia|Sweden|Turkey"),
        ("month", "January|February|March|April|May|June|July|August|September|October|November|December"),
        ("borrower", "First-time buyers|Joint applicants|Self-employed|Small businesses|Farms|Housing associations|"
         "Low-income applicants|Moderate-income applicants|Middle-income applicants|Upper-income applicants"),
        ("method", "Baseline|Linear model|Decision tree|Random forest|Nearest neighbour|Small network|Large network|"
         "Large network + pretraining|Ensemble|Human readers"),
    ),
    "de": (
        ("Altersgruppe", "unter 6|6 bis 14|15 bis 17|18 bis 24|25 bis 39|40 bis 59|60 bis 64|65 und älter|ohne Angabe"),
        ("Wirtschaftszweig", "Land- und Forstwirtschaft|Bergbau|Verarbeitendes Gewerbe|Energieversorgung|Baugewerbe|"
         "Handel|Verkehr und Lagerei|Gastgewerbe|Grundstückswesen|Erziehung und Unterricht|Gesundheitswesen"),
        ("Posten", "Umsatzerlöse|Materialaufwand|Personalaufwand|Abschreibungen|Zinsaufwand|Sonstige Erträge|"
         "Betriebsergebnis|Steuern|Jahresüberschuss|Rückstellungen"),
        ("Verkehrsmittel", "zu Fuß|Fahrrad|Pkw|Bus|Straßenbahn|Regionalzug|Fernzug|Fähre|Flugzeug|Sonstige"),
        ("Haushaltstyp", "Alleinlebende|Paare ohne Kind|Paare mit Kindern|Alleinerziehende|Rentner|Studierende|"
         "Wohngemeinschaften|Sonstige Haushalte"),
    ),
    "fr": (
        ("tranche d’âge", "moins de 6 ans|6 à 14 ans|15 à 17 ans|18 à 24 ans|25 à 39 ans|40 à 59 ans|60 à 64 ans|"
         "65 ans et plus|non précisé"),
        ("secteur", "Agriculture|Industrie|Énergie|Construction|Commerce|Transports|Hébergement|Immobilier|"
         "Enseignement|Santé|Autres services"),
        ("poste", "Chiffre d’affaires|Achats|Charges de personnel|Amortissements|Charges financières|Autres produits|"
         "Résultat d’exploitation|Impôts|Résultat net|Provisions"),
        ("moyen de transport", "À pied|Vélo|Voiture|Autobus|Tramway|Train régional|Train à grande vitesse|Avion|Autre"),
        ("type de ménage", "Personnes seules|Couples sans enfant|Couples avec enfants|Familles monoparentales|"
         "Retraités|Étudiants|Colocations|Autres ménages"),
    ),
    "es": (
        ("grupo de edad", "menos de 6|6 a 14|15 a 17|18 a 24|25 a 39|40 a 59|60 a 64|65 y más|no consta"),
        ("sector", "Agricultura|Industria|Energía|Construcción|Comercio|Transporte|Hostelería|Inmobiliaria|Educación|"
         "Sanidad|Otros servicios"),
        ("concepto", "Ventas netas|Aprovisionamientos|Gastos de personal|Amortizaciones|Gastos financieros|"
         "Otros ingresos|Resultado de explotación|Impuestos|Resultado neto|Provisiones"),
        ("medio de transporte", "A pie|Bicicleta|Coche|Autobús|Tranvía|Tren regional|Tren rápido|Avión|Otros"),
        ("tipo de hogar", "Personas solas|Parejas sin hijos|Parejas con hijos|Familias monoparentales|Jubilados|"
         "Estudiantes|Pisos compartidos|Otros hogares"),
    ),
}  # fmt: skip

COLUMN_GROUPS: Mapping[str, Sequence[tuple[str, ...]]] = {
    "en": (
        ("Men", "Women", "Both sexes"), ("Urban", "Rural", "Mixed"), ("Treatment group", "Control group", "Difference"),
        ("Public schools", "Private schools", "Charter schools"), ("Full-time", "Part-time", "Seasonal", "Temporary"),
        ("Owners", "Renters", "Other tenure"), ("Small firms", "Medium-sized firms", "Large firms", "All firms"),
        ("North", "South", "East", "West", "Centre", "Abroad"), ("3-Year-Old Cohort", "4-Year-Old Cohort"),
        ("Percent of Schools Agreeing", "Percent of Districts Agreeing", "Percent of States Agreeing"),
        ("Schools Identified Under the Act", "Schools Not Identified Under the Act"),
        ("First quarter", "Second quarter", "Third quarter", "Fourth quarter"),
        ("Baseline", "After 6 months", "After 12 months", "After 24 months", "After 5 years"),
        ("Original sample that participated", "Substitutes that participated", "Total that participated"),
        ("Weighted response rate", "Unweighted response rate", "Combined response rate"),
        ("Accuracy", "Precision", "Recall", "F1"), ("Train", "Dev", "Test", "Out of domain"),
        ("Depth 0–10 cm", "Depth 10–30 cm", "Depth 30–60 cm", "Depth below 60 cm"),
        ("Lead", "Zinc", "Copper", "Nickel", "Cadmium", "Arsenic", "Chromium"),
        ("Retail", "Commercial", "Corporate", "Treasury", "Insurance"), ("Budget", "Actual", "Forecast", "Variance"),
        ("Applications received", "Loans approved", "Loans denied", "Withdrawn"), ("Day", "Night", "Weekend"),
        ("Some participation", "No participation", "Unknown"),
    ),
    "de": (("Männer", "Frauen", "Insgesamt"), ("Stadt", "Land", "Umland"), ("Nord", "Süd", "Ost", "West", "Mitte"),
           ("Vollzeit", "Teilzeit", "Minijob"), ("Plan", "Ist", "Prognose"), ("Mieter", "Eigentümer")),
    "fr": (("Hommes", "Femmes", "Ensemble"), ("Urbain", "Rural", "Mixte"), ("Nord", "Sud", "Est", "Ouest", "Centre"),
           ("Temps plein", "Temps partiel", "Saisonnier"), ("Budget", "Réalisé", "Prévu"),
           ("Locataires", "Propriétaires")),
    "es": (("Hombres", "Mujeres", "Ambos sexos"), ("Urbano", "Rural", "Mixto"), 
           ("Norte", "Sur", "Este", "Oeste", "Centro"),
           ("Jornada completa", "Jornada parcial", "Temporal"), ("Previsto", "Real", "Revisado"),
           ("Inquilinos", "Propietarios")),
}  # fmt: skip

# language -> (head, kind of cells)
MIXED: Mapping[str, Sequence[tuple[str, str]]] = {
    "en": (
        ("Population", "int"), ("Share of total", "percent"), ("Average price", "money"), ("Last update", "date"),
        ("Code", "code"), ("Accredited", "yesno"), ("Number of cases", "int"), ("Mean score", "decimal"),
        ("Std. dev.", "decimal"),
        ("Status", "text"), ("Monthly fee", "money"), ("Change (%)", "decimal"), ("Sites", "int"),
        ("Area (km²)", "decimal"),
        ("Opened", "date"), ("Total cost", "money"), ("Response rate", "percent"), ("Median", "decimal"),
        ("Eligible", "yesno"), ("Reference", "code"), ("Staff", "int"), ("Remarks", "text"), ("n", "int"),
        ("Deadline", "date"),
    ),
    "de": (("Anzahl", "int"), ("Anteil", "percent"), ("Preis", "money"), ("Stand", "date"), ("Kennziffer", "code"),
           ("Mittelwert", "decimal"), ("geprüft", "yesno"), ("Bemerkung", "text"), ("Fläche (ha)", "decimal"),
           ("Beschäftigte", "int"), ("Kosten", "money")),
    "fr": (("Nombre", "int"), ("Part", "percent"), ("Prix", "money"), ("Date", "date"), ("Code", "code"),
           ("Moyenne", "decimal"), ("Agréé", "yesno"), ("Remarque", "text"), ("Surface (ha)", "decimal"),
           ("Effectif", "int"), ("Coût", "money")),
    "es": (("Número", "int"), ("Proporción", "percent"), ("Precio", "money"), ("Fecha", "date"), ("Código", "code"),
           ("Media", "decimal"), ("Acreditado", "yesno"), ("Nota", "text"), ("Superficie (ha)", "decimal"),
           ("Plantilla", "int"), ("Coste", "money")),
}  # fmt: skip
SHARE_HEADS: Lists = {
    "en": _split("% of the area median income|% of total|Percent of respondents|Limit|Number per 1,000|Amount|Rate|"
                 "Threshold|Weighted share of the sample|Value|Median amount borrowed|Count"),
    "de": _split("Anteil an allen|Grenzwert|Wert|Anzahl|Betrag"),
    "fr": _split("Part du total|Seuil|Valeur|Nombre|Montant"),
    "es": _split("Parte del total|Límite|Valor|Número|Importe"),
}  # fmt: skip
BARE_HEADS: Mapping[str, Sequence[tuple[str, ...]]] = {
    "en": (("Number", "Percent"), ("Men", "Women"), ("Estimate", "Standard error"), ("Low", "High")),
    "de": (("Zahl", "Anteil"), ("Soll", "Haben")),
    "fr": (("Effectif", "Part"), ("Min.", "Max.")),
    "es": (("Número", "Parte"), ("Mín.", "Máx.")),
}
CORNERS: Lists = {
    "en": ("Characteristic", "Category", "Item", "Group", "Selected characteristics", "Type", "Variable"),
    "de": ("Merkmal", "Gliederung", "Art"),
    "fr": ("Catégorie", "Variable", "Type"),
    "es": ("Categoría", "Variable", "Tipo"),
}
TOTALS: Lists = {
    "en": ("Total", "Total", "Total", "TOTAL", "Grand total", "All", "Sum"),
    "de": ("Insgesamt", "Summe", "Gesamt"),
    "fr": ("Total", "Ensemble"),
    "es": ("Total", "Suma"),
}
SPANS: Lists = {
    "en": ("Northern area", "Southern area", "Eastern area", "Western area", "Upper valley", "Lower valley"),
    "de": ("Nordbezirk", "Südbezirk", "Ostbezirk", "Westbezirk"),
    "fr": ("Zone nord", "Zone sud", "Zone est", "Zone ouest"),
    "es": ("Zona norte", "Zona sur", "Zona este", "Zona oeste"),
}
PHRASES: Mapping[str, Sequence[tuple[str, str, str]]] = {
    "en": (
        ("Less than {}", "At least {a} and less than {b}", "{} or more"), ("{} or less", "{a}–{b}", "Greater than {}"),
        ("Up to {}", "{a} to {b}", "More than {}"), ("Under {}", "{a}-{b}", "Over {}"),
        ("Below {}", "From {a} to {b}", "{} and above"), ("≤ {}", "{a} – {b}", "> {}"),
    ),
    "de": (("weniger als {}", "{a} bis {b}", "mehr als {}"), ("unter {}", "{a}–{b}", "{} und mehr")),
    "fr": (("moins de {}", "de {a} à {b}", "plus de {}"), ("jusqu’à {}", "{a} à {b}", "{} et plus")),
    "es": (("menos de {}", "de {a} a {b}", "más de {}"), ("hasta {}", "{a} a {b}", "{} o más")),
}  # fmt: skip
TYPES = (
    "VARCHAR({})",
    "CHAR({})",
    "VARCHAR({})",
    "INTEGER",
    "DECIMAL({},2)",
    "DATE",
    "TIMESTAMP",
    "BIGINT",
    "CLOB({}K)",
)
IDENTIFIERS = _split("USER|ROLE|TYPE|STATUS|ITEM|ORDER|BATCH|TABLE|OWNER|LIMIT|GROUP|STATE|LEVEL|CODE|HOST|PORT")
TEXTS: Lists = {
    "en": _split("Pending|Approved|Under review|Not started|Closed|In progress|On hold|Provisional|Final|Revised|"
                 "See annex|Not applicable"),
    "de": _split("vorläufig|endgültig|offen|geschlossen|in Arbeit|geplant|berichtigt|siehe Anhang"),
    "fr": _split("provisoire|définitif|ouvert|fermé|en cours|prévu|révisé|voir annexe"),
    "es": _split("provisional|definitivo|abierto|cerrado|en curso|previsto|revisado|ver anexo"),
}  # fmt: skip
MEASURES: Mapping[str, Lists] = {
    "en": {
        "int": ("Number of households", "Children enrolled", "Persons employed", "Vehicles registered",
                "Applications received", "Number of establishments", "Students assessed", "Visits"),
        "percent": ("Percentage of respondents", "Percentage of children", "Share of loans", "Response rates",
                    "Percentage of schools", "Share of expenditure", "Unemployment rate", "Participation"),
        "money": ("Median annual salary", "Average monthly rent", "Expenditure per head", "Loans outstanding",
                  "Gross wages", "Investment", "Average debt", "Price per unit"),
        "decimal": ("Mean score", "Average duration in days", "Index of output", "Yield per hectare",
                    "Concentration in mg/kg", "Births per 1,000", "Mean temperature", "Average number of rooms"),
        "mixed": ("Selected indicators", "Key figures", "Overview", "Characteristics", "Main results", "Summary",
                  "Definitions", "Categories"),
    },
    "de": {"mixed": ("Eckdaten", "Zahl der Haushalte", "Erwerbstätige", "Ausgaben", "Anteile", "Kennzahlen")},
    "fr": {"mixed": ("Chiffres clés", "Nombre de ménages", "Population active", "Dépenses", "Parts", "Indicateurs")},
    "es": {"mixed": ("Datos básicos", "Número de hogares", "Población activa", "Gastos", "Cuotas", "Indicadores")},
}  # fmt: skip
CAPTIONS: Lists = {
    "en": ("{m} by {d}, {p}", "{m}, by {d}: {p}", "{m} in {c} by {d}", "{m} by {d}", "{m} ({p})",
           "{m} in {c} County, {p}", "{m} by {d} (weighted data)", "{m} for the {c} sample, by {d}"),
    "de": ("{m} nach {d}, {p}", "{m} {p} nach {d}", "{m} in {c}, {p}", "{m} nach {d}"),
    "fr": ("{m} par {d}, {p}", "{m} selon : {d} ({p})", "{m} à {c}, {p}", "{m} par {d}"),
    "es": ("{m} por {d}, {p}", "{m} según {d} ({p})", "{m} en {c}, {p}", "{m} por {d}"),
}  # fmt: skip
TABLE_MARKS: Lists = {
    "en": ("Table {n}.", "Exhibit {n}.", "Table {n}:", "Table {n}", "TABLE {n}.", "Table A-{n}.", "Exhibit {n}.{k}.",
           "Figure {n}.", "Table {k}-{n}.", "Exhibit {n}", "Tab. {n}:", "Schedule {n}"),
    "de": ("Tabelle {n}:", "Tab. {n}", "Tabelle {k}.{n}", "Übersicht {n}:"),
    "fr": ("Tableau {n} :", "Tableau {n}.", "Tableau {k}.{n}", "Tab. {n}"),
    "es": ("Tabla {n}.", "Cuadro {n}:", "Tabla {k}.{n}", "Cuadro {n}."),
}  # fmt: skip
