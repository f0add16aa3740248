"""How people ask for a value of an office document: whole questions, and names of a value in frames.

Each list is `a|b|c|d`: every fourth wording is for the test split alone (`paper.variants`). Names in German, French
and Spanish carry their article, which frames drop where a user would type the bare word.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from random import Random

from train.factory.documents.paper import one_of
from train.factory.sample import Split

FRAMES = {
    "en": "What is {the}?|{bare}|Give {the}.|What does the document state as {the}?|{bare}?|Please extract {the}.|"
    "What's {the}?|Find {the} in the document.|Which {bare} is given?|What {bare} does the page show?|"
    "Read {the} from the page.|{bare}:|Can you tell me {the}?|Tell me {the}.|I need {the}.|State {the}.",
    "de": "Wie lautet {the}?|{bare}|{bare}?|Gesucht: {bare}|Was ist {the}?|Was steht im Dokument als {bare}?|"
    "Bitte angeben: {bare}|Wie ist {the}?",
    "fr": "Quel est {the} ?|{bare}|Indiquez {the}.|Que vaut {the} ?|{bare} ?|Donnez {the}.|Trouvez {the}.|{bare} :",
    "es": "¿Cuál es {the}?|{bare}|Indique {the}.|Busque {the}.|¿{bare}?|Dime {the}.|¿Qué pone en {bare}?|{bare}:",
}
NUMBER_ONLY = {
    "en": " (number only)| (number only)|, number only| (just the number)| (number only)",
    "de": " (nur die Zahl)",
    "fr": " (nombre seul)",
    "es": " (solo el número)",
}
ISO = {
    "en": " (YYYY-MM-DD)| (YYYY-MM-DD)| in the form YYYY-MM-DD| as YYYY-MM-DD| (ISO format)",
    "de": " (JJJJ-MM-TT)",
    "fr": " (AAAA-MM-JJ)",
    "es": " (AAAA-MM-DD)",
}
_ARTICLE = re.compile(r"^(?:der|die|das|le|la|les|el|los|las) |^l'", re.IGNORECASE)

Names = Mapping[str, str]

INVOICE: dict[str, Names] = {
    "invoice_number": {
        "en": "invoice number|invoice no.|number of the invoice|invoice ID|invoice #|bill number",
        "de": "die Rechnungsnummer|die Nummer der Rechnung",
        "fr": "le numéro de facture|le numéro de la facture",
        "es": "el número de factura|el número de la factura",
    },
    "date": {
        "en": "invoice date|date of the invoice|date of issue|issue date of the invoice|invoice date",
        "de": "das Rechnungsdatum|das Datum der Rechnung",
        "fr": "la date de facture|la date de la facture",
        "es": "la fecha de factura|la fecha de la factura",
    },
    "due_date": {
        "en": "due date|payment due date|date by which payment is due|payment deadline",
        "de": "das Fälligkeitsdatum|das Zahlungsziel (Datum)",
        "fr": "la date d'échéance",
        "es": "la fecha de vencimiento",
    },
    "delivery_date": {
        "en": "delivery date|date of delivery|date of supply|day the goods or services were delivered",
        "de": "das Lieferdatum|das Liefer- oder Leistungsdatum",
        "fr": "la date de livraison",
        "es": "la fecha de entrega",
    },
    "customer_number": {
        "en": "customer number|customer no.|customer ID|number of the customer",
        "de": "die Kundennummer",
        "fr": "le numéro de client",
        "es": "el número de cliente",
    },
    "order_number": {
        "en": "order number|purchase order number|order no.|number of the order|PO number",
        "de": "die Bestellnummer",
        "fr": "le numéro de commande",
        "es": "el número de pedido",
    },
    "seller": {
        "en": "seller|name of the seller|supplier|vendor name|company that issued the invoice",
        "de": "der Verkäufer|der Name des Rechnungsstellers",
        "fr": "le vendeur|le nom du vendeur",
        "es": "el vendedor|el nombre del emisor",
    },
    "buyer": {
        "en": "buyer|name of the buyer|invoice recipient|customer name|billed customer",
        "de": "der Käufer|der Name des Rechnungsempfängers",
        "fr": "l'acheteur|le nom de l'acheteur",
        "es": "el comprador|el nombre del comprador",
    },
    "seller_address": {
        "en": "address of the seller|seller address|supplier's address|address of the company that issued the invoice",
        "de": "die Anschrift des Verkäufers",
        "fr": "l'adresse du vendeur",
        "es": "la dirección del vendedor",
    },
    "buyer_address": {
        "en": "address of the buyer|buyer address|customer's billing address|address of the invoice recipient",
        "de": "die Anschrift des Käufers",
        "fr": "l'adresse de l'acheteur",
        "es": "la dirección del comprador",
    },
    "ship_to": {
        "en": "ship-to name|name of the delivery recipient|recipient of the delivery|name at the delivery address",
        "de": "der Name des Warenempfängers",
        "fr": "le nom du destinataire de la livraison",
        "es": "el nombre del destinatario del envío",
    },
    "contact": {
        "en": "contact person|name of the contact person|contact person of the seller|person to contact",
        "de": "der Ansprechpartner",
        "fr": "le nom du contact",
        "es": "la persona de contacto",
    },
    "phone": {
        "en": "phone number|seller's phone number|telephone number of the seller|phone number to call",
        "de": "die Telefonnummer",
        "fr": "le numéro de téléphone",
        "es": "el número de teléfono",
    },
    "email": {
        "en": "e-mail address|email|seller's e-mail address|email address of the seller",
        "de": "die E-Mail-Adresse",
        "fr": "l'adresse e-mail",
        "es": "el correo electrónico",
    },
    "vat_id": {
        "en": "VAT ID of the seller|seller's VAT number|VAT identification number of the supplier|seller VAT ID",
        "de": "die USt-IdNr. des Verkäufers",
        "fr": "le numéro de TVA du vendeur",
        "es": "el NIF/IVA del vendedor",
    },
    "iban": {
        "en": "IBAN of the seller|IBAN|seller's IBAN|IBAN to pay to",
        "de": "die IBAN",
        "fr": "l'IBAN",
        "es": "el IBAN",
    },
    "bic": {"en": "BIC|SWIFT/BIC code|BIC of the bank|bank's BIC", "de": "der BIC", "fr": "le BIC", "es": "el BIC"},
    "total": {
        "en": "gross total of the invoice|gross total|total including tax|invoice total with VAT|"
        "total amount incl. tax",
        "de": "der Bruttobetrag|die Bruttosumme der Rechnung",
        "fr": "le total TTC",
        "es": "el total con impuestos",
    },
    "net": {
        "en": "net total before tax|net total|total without tax|net amount of the invoice|net amount before VAT",
        "de": "die Nettosumme|der Nettobetrag der Rechnung",
        "fr": "le total HT",
        "es": "el total sin impuestos",
    },
    "tax": {
        "en": "total tax (VAT) amount|tax amount|VAT amount in total|total tax",
        "de": "der Steuerbetrag|die Umsatzsteuer insgesamt",
        "fr": "le montant de la TVA",
        "es": "el importe total del impuesto",
    },
    "payable": {
        "en": "amount due|amount still to be paid|outstanding amount|amount payable",
        "de": "der Zahlbetrag|der noch zu zahlende Betrag",
        "fr": "le montant à payer",
        "es": "el importe pendiente",
    },
    "discount": {"en": "discount|discount amount|amount of the discount|rebate", "de": "der Rabatt"},
    "shipping": {"en": "shipping cost|shipping charge|freight charge|cost of delivery", "de": "der Betrag für Versand"},
    "prepaid": {"en": "amount already paid|prepaid amount|payment received so far|deposit paid"},
}
WHOLE: dict[str, str] = {
    "invoice_number": "What is the invoice number?|Which number does this invoice have?|"
    "What is the number of this bill?|"
    "Under which number was the invoice issued?",
    "date": "When was the invoice issued?|What is the invoice date?|What date is on the invoice?|"
    "On which date was this invoice written?",
    "due_date": "When is payment due?|By when must the invoice be paid?|When does the invoice have to be paid?|"
    "Until when can it be paid?",
    "delivery_date": "When was the delivery?|When were the goods or services delivered?|What is the delivery date?|"
    "On which day did delivery take place?",
    "seller": "Who issued the invoice (seller name)?|Who is the seller?|Which company sent this invoice?|"
    "Who wrote the invoice?|Who is the supplier?|What company is billing?",
    "buyer": "Who is the buyer (name of the invoice recipient)?|Who is the invoice addressed to?|Who is being billed?|"
    "To whom was the invoice sent?|Who is the customer?",
    "seller_address": "What is the address of the seller?|Where is the seller located (full address)?|"
    "What address does the seller have?|At which address is the supplier?",
    "buyer_address": "What is the address of the buyer?|Where does the invoice go (address of the buyer)?|"
    "What address does the customer have?|At which address is the buyer?",
    "ship_to": "Who receives the delivery (name)?|To whom are the goods shipped (name)?|Who is the ship-to party?|"
    "Who gets the goods?",
    "contact": "Who is the contact person?|Whom can I contact about this?|Who handles questions?|Who is the contact?",
    "iban": "What is the IBAN of the seller?|To which IBAN should the money be sent?|Which IBAN is given?|"
    "Into which account (IBAN) is the invoice paid?",
    "total": "What is the gross total of the invoice?|How much is the invoice in total, tax included?|"
    "What is the total including VAT?|How high is the gross amount?",
    "net": "What is the net total before tax?|How much is the invoice without tax?|What is the total before VAT?|"
    "How high is the net amount?",
    "tax": "What is the total tax (VAT) amount?|How much tax is charged?|How much VAT is on the invoice?|"
    "How high is the tax in total?",
    "payable": "What amount is still due for payment?|How much remains to be paid?|How much must still be paid?|"
    "What is left to pay?",
}
ITEM = {
    "quantity": "What is the quantity of {}?|How many units of {} were billed?|quantity of {}|Quantity for {}?|"
    "Which quantity of {} is listed?|How much of {} was ordered (quantity)?|Qty of {}|"
    "What amount in units is given for {}?",
    "price": "What is the unit price of {}?|What does one unit of {} cost?|unit price {}|Price per unit for {}?|"
    "How much is {} per unit?|Give the unit price of {}.|Unit price of {}|At what price per unit is {} sold?",
    "amount": "What is the line total for {}?|How much is charged for {} in total?|line amount of {}|Line total {}?|"
    "What is the amount of the line {}?|Give the total of the line {}.|Total for {}|What does the position {} come to?",
    "count": "How many line items are there?|How many different items are listed?|number of line items|"
    "How many positions does the invoice have?|Count the items on the invoice.|How many lines are billed?|"
    "What is the number of items listed?|How many articles are on it?",
    "largest": "Which item costs the most in total?|Which line item has the largest amount?|most expensive line|"
    "Which position is the biggest?|Name the item with the highest line total.|What item accounts for the most?|"
    "Which item has the highest amount?|Which of the items comes to the highest sum?",
    "sum": "What do {} and {} cost together?|What is the sum of the line totals of {} and {}?|{} plus {}: how much?|"
    "How much are {} and {} in total?|Add the amounts of {} and {}.|What is the total of {} and {}?|"
    "What is the combined amount of {} and {}?|How much money goes to {} and {} taken together?",
}


def ask(
    rng: Random, names: Names, split: Split, language: str = "en", whole: str = "", suffix: Names | None = None
) -> str:
    """A question for a value: one time in five in the document's language, else English; whole or framed."""
    spoken = language if language in names and rng.random() < 0.2 else "en"
    if spoken == "en" and whole and rng.random() < 0.5:
        question = one_of(rng, whole, split)
    else:
        name = one_of(rng, names[spoken], split)
        bare = _ARTICLE.sub("", name)
        the = f"the {name}" if spoken == "en" else name
        question = one_of(rng, FRAMES[spoken], split).format(the=the, bare=bare)
        if rng.random() < 0.4:
            question = question[0].upper() + question[1:]
    return with_suffix(question, one_of(rng, suffix[spoken], split)) if suffix else question


def with_suffix(question: str, suffix: str) -> str:
    """`What is it?` and ` (number only)` make `What is it (number only)?`."""
    end = len(question.rstrip("?.: "))
    return question[:end] + suffix + question[end:]
