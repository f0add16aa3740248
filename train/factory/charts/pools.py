"""The subjects of charts: countries, products, answers of surveys, and how they are named inside a sentence."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from train.factory import names
from train.factory.charts import foreign
from train.factory.sample import Split, share

WITH_ARTICLE = {
    "United States",
    "United Kingdom",
    "Netherlands",
    "Philippines",
    "Czech Republic",
    "United Arab Emirates",
}
COUNTRIES = [
    "United States",
    "China",
    "India",
    "Brazil",
    "Germany",
    "France",
    "Italy",
    "Spain",
    "Japan",
    "South Korea",
    "Canada",
    "Mexico",
    "Poland",
    "Netherlands",
    "Sweden",
    "Norway",
    "Denmark",
    "Finland",
    "Austria",
    "Switzerland",
    "Belgium",
    "Portugal",
    "Greece",
    "Turkey",
    "Russia",
    "Ukraine",
    "Romania",
    "Hungary",
    "Czech Republic",
    "United Kingdom",
    "Ireland",
    "Iceland",
    "Israel",
    "Egypt",
    "Morocco",
    "Nigeria",
    "Kenya",
    "South Africa",
    "Ghana",
    "Ethiopia",
    "Argentina",
    "Chile",
    "Peru",
    "Colombia",
    "Ecuador",
    "Australia",
    "New Zealand",
    "Indonesia",
    "Malaysia",
    "Thailand",
    "Viet Nam",
    "Philippines",
    "Singapore",
    "Pakistan",
    "Bangladesh",
    "Saudi Arabia",
    "United Arab Emirates",
    "Qatar",
    "Kazakhstan",
    "Estonia",
    "Latvia",
    "Lithuania",
    "Croatia",
    "Serbia",
    "Bulgaria",
    "Slovenia",
    "Slovakia",
    "Tunisia",
    "Jordan",
    "Uruguay",
]
STATES = [
    "Alabama",
    "Alaska",
    "Arizona",
    "Arkansas",
    "California",
    "Colorado",
    "Connecticut",
    "Delaware",
    "Florida",
    "Georgia",
    "Hawaii",
    "Idaho",
    "Illinois",
    "Indiana",
    "Iowa",
    "Kansas",
    "Kentucky",
    "Louisiana",
    "Maine",
    "Maryland",
    "Michigan",
    "Minnesota",
    "Mississippi",
    "Missouri",
    "Montana",
    "Nebraska",
    "Nevada",
    "New Jersey",
    "New Mexico",
    "North Dakota",
    "Ohio",
    "Oklahoma",
    "Oregon",
    "Rhode Island",
    "Tennessee",
    "Texas",
    "Utah",
    "Vermont",
    "Virginia",
]
BRANDS = [
    "Toyota",
    "Siemens",
    "Nestlé",
    "Adidas",
    "Volvo",
    "Sony",
    "Samsung",
    "Nokia",
    "Philips",
    "Bosch",
    "Canon",
    "Honda",
    "Ford",
    "Pfizer",
    "Unilever",
    "Lenovo",
    "Shell",
    "BMW",
    "Intel",
    "Oracle",
    "Cisco",
    "Danone",
    "Puma",
    "Hitachi",
    "Panasonic",
    "Bayer",
    "Airbus",
    "Renault",
    "Ericsson",
    "Xerox",
]

# Answers are parted by "|" since they hold commas; the first ones are not the most frequent: the maker shuffles.
_LISTS = {
    "sector": "Food|Non-food|Clothing and footwear|Household goods|Online retail|Fuel|Furniture|Department stores"
    "|Books",
    "crop": "wheat|rice|maize|barley|potatoes|sugar beet|soybeans|tomatoes|oats|rye|cotton|apples|bananas|grapes"
    "|onions",
    "cheese": "Mozzarella|Cheddar|Gouda|Brie|Emmental|Camembert|Edam|Halloumi|Ricotta|Mascarpone|Pecorino|Havarti"
    "|Cottage cheese|Goat cheese|Processed cheese|Other soft types",
    "moving": "A better neighborhood|A larger home|Lower rent or mortgage|A new job or transfer"
    "|Change in marital status"
    "|To own a home instead of renting|To be closer to family|Shorter commute|Health reasons|Natural disaster"
    "|Retirement"
    "|To attend or leave university",
    "laptop": "Battery life|Price|Screen size|Weight|Processor speed|Brand|Design|Storage capacity|Warranty and support"
    "|Operating system|Recommendation by friends or family|Environmental friendliness",
    "payment": "Credit card|Debit card|Digital wallet|Bank transfer|Cash on delivery|Invoice|Direct debit|Gift card"
    "|Buy now, pay later|Prepaid card|Cryptocurrency",
    "waste": "Food waste|Paper and cardboard|Plastics|Glass|Metals|Textiles|Wood|Garden waste|Electronics"
    "|Hazardous waste",
    "age": "18-24|25-34|35-44|45-54|55-64|65-74|75 and older",
    "remote": "I am more productive at home|I miss talking to my colleagues|I would like to keep working from home"
    "|My home office is poorly equipped|I find it hard to stop working in the evening|I save time by not commuting"
    "|My employer does not allow it|I feel lonely|My family is a distraction|Not sure",
    "energy": "Coal|Natural gas|Nuclear|Wind|Solar|Hydropower|Biomass|Oil|Geothermal",
    "expense": "Housing|Food and drinks|Transport|Leisure and culture|Clothing and shoes|Health|Communication|Education"
    "|Furniture and household appliances|Restaurants and hotels|Insurance|Personal care",
    "barrier": "Lack of devices|Slow internet connection|Insufficient training of staff|Not enough technical support"
    "|Data protection concerns|Missing funds|Unsuitable software|Reluctance of parents (in primary schools)"
    "|Too little time to prepare lessons|Noise at home|Students' lack of motivation",
    "leisure": "Reading|Gardening|Hiking|Watching TV|Meeting friends|Playing video games|Cooking|Listening to music"
    "|Sports"
    "|Photography|Visiting museums and exhibitions|Do-it-yourself|Playing a musical instrument|Traveling",
    "unbanked": "Too little money to keep an account|I do not trust banks|Fees are too high|No branch nearby"
    "|Missing identification papers|A family member has one|I prefer cash|Opening hours are inconvenient"
    "|Bad experience",
    "segment": "Cloud services|Devices|Advertising|Licensing|Consulting|Gaming|Healthcare|Financial services|Logistics",
    "transport": "Car|Train|Plane|Coach|Ferry|Bicycle|Motorhome|Motorcycle",
    "work": "Agriculture|Manufacturing|Construction|Retail trade|Hospitality|Education|Health care"
    "|Public administration"
    "|Finance and insurance|Transport and storage",
    "system": "Windows|macOS|Linux|Chrome OS|Android|iOS|FreeBSD|Haiku",
    "app": "Snapgram|Chatly|Fotofox|Videon|Tweetle|Linkbase|Pinora|Messago|Streamix|Forumo|Clipster|Talkbird|Gridly"
    "|Weshare",
}  # fmt: skip
OTHERS = ("Other", "Others", "Other countries", "Don't know", "None of these", "Rest")


def _park(rng: Random, split: Split) -> str:
    name = names.coined(rng)
    return rng.choice((f"Cape {name} National Seashore", f"{name} National Park", f"Lake {name}", f"Mount {name}",
                       f"{name} Zoo", f"the {name} Museum", f"{name} Canyon", f"Fort {name}"))  # fmt: skip


def _city(rng: Random, split: Split) -> str:
    known = rng.choice(share(names.CITIES["en"], split))
    return rng.choice((known, names.coined(rng), f"{known}-{names.coined(rng)}", f"Port {names.coined(rng)}"))


def _company(rng: Random, split: Split) -> str:
    roll = rng.random()
    if roll < 0.35:
        return rng.choice(share(BRANDS, split))
    return names.coined(rng, rng.choice((2, 3))) if roll < 0.7 else names.company(rng, "en", split)


def _bank(rng: Random, split: Split) -> str:
    name = names.coined(rng)
    return rng.choice((f"{name} Bank", f"Banco {name}", f"Bank of {name}", f"{name} Savings", f"Crédit {name}"))


def _team(rng: Random, split: Split) -> str:
    animals = ("Bears", "Falcons", "Sharks", "Wolves", "Rangers", "Comets", "Pirates", "Knights", "Storm", "Royals")
    return f"{names.coined(rng)} {rng.choice(share(animals, split))}"


def _airport(rng: Random, split: Split) -> str:
    return f"{rng.choice((names.coined(rng), rng.choice(share(names.CITIES['en'], split))))} Airport"


_MADE: dict[str, Callable[[Random, Split], str]] = {
    "park": _park, "city": _city, "company": _company, "bank": _bank, "team": _team, "airport": _airport,
}  # fmt: skip


def subjects(rng: Random, pool: str, count: int, split: Split) -> list[str]:
    """Up to `count` different subjects of `pool`; age groups keep their order."""
    if pool in _MADE:
        found = dict.fromkeys(_MADE[pool](rng, split) for _ in range(count + 2))
        return list(found)[:count]
    if pool == "age":
        return options(pool)
    known = share(options(pool), split) if pool in ("country", "state", *foreign.POOLS) else options(pool)
    return rng.sample(known, min(count, len(known)))


def options(pool: str) -> list[str]:
    if pool in ("country", "state"):
        return COUNTRIES if pool == "country" else STATES
    return (foreign.POOLS.get(pool) or _LISTS[pool]).split("|")


def place(rng: Random, split: Split) -> str:
    return said(rng.choice(share(COUNTRIES, split)))


def said(name: str) -> str:
    """A subject inside a sentence: `the Netherlands`, `Hispanic` for `Hispanic*`."""
    bare = name.rstrip("*")
    return f"the {bare}" if bare in WITH_ARTICLE else bare
