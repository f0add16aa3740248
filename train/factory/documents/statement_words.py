"""Labels of statements in four languages, what their rows say, and how people ask about them.

Each list is `a|b|c|d`; every fourth wording is for the test split alone.
"""

from __future__ import annotations

LABELS = {
    "en": {
        "title": "Account Statement|Statement of Account|STATEMENT|Account Summary",
        "holder": "Account holder|Customer|Name|Account name",
        "account": "Account number|Account|Account no.|A/C No.",
        "statement_number": "Statement no.|Statement number|Statement|Sheet no.",
        "statement_date": "Statement date|Date of statement|Issued|Printed on",
        "customer_number": "Customer number|Customer ID|Client no.|Customer ref.",
        "opening": "Opening balance|Balance brought forward|Previous balance|Balance at start",
        "closing": "Closing balance|Balance carried forward|New balance|Balance at end",
        "date": "Date|Value date|Booking date|Posted",
        "text": "Description|Details|Transaction|Particulars",
        "number": "Ref.|Reference|No.|Voucher",
        "amount": "Amount|Value|Sum|Movement",
        "out": "Debit|Paid out|Withdrawals|Money out",
        "in": "Credit|Paid in|Deposits|Money in",
        "balance": "Balance|Running balance|Balance|Account balance",
        "page": "Page {0} of {1}|Page {0}/{1}|{0} / {1}|Sheet {0} of {1}",
    },
    "de": {
        "title": "Kontoauszug|KONTOAUSZUG|Auszug|Kontoübersicht",
        "holder": "Kontoinhaber|Kunde|Inhaber|Name",
        "account": "Konto|Kontonummer|Konto-Nr.|Kto.",
        "statement_number": "Auszug Nr.|Auszugsnummer|Auszug-Nr.|Blatt-Nr.",
        "statement_date": "Auszugsdatum|Erstellt am|Datum des Auszugs|Gedruckt am",
        "customer_number": "Kundennummer|Kunden-Nr.|Kd.-Nr.|Kundennr.",
        "opening": "Anfangssaldo|Alter Kontostand|Saldovortrag|Kontostand alt",
        "closing": "Endsaldo|Neuer Kontostand|Schlusssaldo|Kontostand neu",
        "date": "Datum|Buchung|Valuta|Buchungstag",
        "text": "Buchungstext|Verwendungszweck|Vorgang|Text",
        "number": "Beleg|Nr.|Belegnr.|Ref.",
        "amount": "Betrag|Umsatz|Summe|EUR",
        "out": "Soll|Ausgang|Belastung|Auszahlung",
        "in": "Haben|Eingang|Gutschrift|Einzahlung",
        "balance": "Saldo|Kontostand|Stand|Saldo neu",
        "page": "Seite {0} von {1}|Seite {0}/{1}|{0} / {1}|Blatt {0} von {1}",
    },
    "fr": {
        "title": "Relevé de compte|RELEVÉ|Extrait de compte|État du compte",
        "holder": "Titulaire|Client|Nom|Titulaire du compte",
        "account": "Compte|N° de compte|Compte n°|Numéro de compte",
        "statement_number": "Relevé n°|N° de relevé|Relevé|Feuille n°",
        "statement_date": "Date du relevé|Édité le|Émis le|Imprimé le",
        "customer_number": "N° client|Code client|Client n°|Réf. client",
        "opening": "Solde initial|Ancien solde|Solde précédent|Solde au début",
        "closing": "Solde final|Nouveau solde|Solde de clôture|Solde à la fin",
        "date": "Date|Date valeur|Le|Date opération",
        "text": "Libellé|Opération|Nature|Détail",
        "number": "Réf.|N°|Pièce|Code",
        "amount": "Montant|Valeur|Somme|Mouvement",
        "out": "Débit|Sorties|Débits|Retraits",
        "in": "Crédit|Entrées|Crédits|Versements",
        "balance": "Solde|Position|Solde|Solde courant",
        "page": "Page {0} sur {1}|Page {0}/{1}|{0} / {1}|Feuille {0} sur {1}",
    },
    "es": {
        "title": "Extracto de cuenta|EXTRACTO|Estado de cuenta|Resumen de cuenta",
        "holder": "Titular|Cliente|Nombre|Titular de la cuenta",
        "account": "Cuenta|N.º de cuenta|Cuenta n.º|Número de cuenta",
        "statement_number": "Extracto n.º|N.º de extracto|Extracto|Hoja n.º",
        "statement_date": "Fecha del extracto|Emitido el|Fecha de emisión|Impreso el",
        "customer_number": "N.º de cliente|Código de cliente|Cliente n.º|Ref. cliente",
        "opening": "Saldo inicial|Saldo anterior|Saldo de apertura|Saldo al inicio",
        "closing": "Saldo final|Saldo nuevo|Saldo de cierre|Saldo al final",
        "date": "Fecha|Fecha valor|F. operación|Día",
        "text": "Concepto|Descripción|Movimiento|Detalle",
        "number": "Ref.|N.º|Referencia|Código",
        "amount": "Importe|Cantidad|Valor|Monto",
        "out": "Cargos|Debe|Salidas|Retiros",
        "in": "Abonos|Haber|Entradas|Ingresos",
        "balance": "Saldo|Saldo contable|Saldo|Saldo actual",
        "page": "Página {0} de {1}|Pág. {0}/{1}|{0} / {1}|Hoja {0} de {1}",
    },
}
ROWS = {
    "en": "Rent|Salary|Cash machine|Electricity|Insurance|Water bill|Phone bill|Groceries|Interest|"
    "Card payment|Bank charges|"
    "Gym|Parking fees|Refund|Pension|Newspaper|Council tax|Invoice|Transfer|Broadband|Fuel|Donation|School fees|Cheque",
    "de": "Miete|Gehalt|Geldautomat|Strom|Versicherung|Wasser|Mobilfunk|Lebensmittel|Zinsen|Kartenzahlung|Kontoführung|"
    "Fitnessstudio|Parkgebühr|Erstattung|Rente|Zeitung|Grundsteuer|Rechnung|Überweisung|Internet|"
    "Benzin|Spende|Schulgeld|Scheck",
    "fr": "Loyer|Salaire|Retrait|Électricité|Assurance|Eau|Téléphone|Courses|Intérêts|Paiement carte|"
    "Frais bancaires|Sport|"
    "Parking|Remboursement|Pension|Journal|Impôts|Facture|Virement|Internet|Essence|Don|École|Chèque",
    "es": "Alquiler|Nómina|Cajero|Electricidad|Seguro|Agua|Teléfono|Compra|Intereses|Pago tarjeta|Comisión|Gimnasio|"
    "Aparcamiento|Reembolso|Pensión|Periódico|Impuestos|Factura|Transferencia|Internet|Gasolina|"
    "Donativo|Colegio|Cheque",
}
META: dict[str, dict[str, str]] = {
    "issuer": {
        "en": "bank or company that issued the statement|issuer of the statement|name of the issuer|"
        "sender of the statement"
    },
    "holder": {
        "en": "account holder|name of the account holder|customer's name|owner of the account",
        "de": "der Kontoinhaber",
        "fr": "le titulaire",
        "es": "el titular",
    },
    "account": {
        "en": "account number|number of the account|account no.|account",
        "de": "die Kontonummer",
        "fr": "le numéro de compte",
        "es": "el número de cuenta",
    },
    "statement_number": {
        "en": "statement number|number of the statement|statement no.|statement ID",
        "de": "die Auszugsnummer",
    },
    "statement_date": {
        "en": "statement date|date of the statement|date of issue|day of issue",
        "de": "das Auszugsdatum",
    },
    "customer_number": {
        "en": "customer number|customer no.|client number|customer ID",
        "de": "die Kundennummer",
        "fr": "le numéro de client",
        "es": "el número de cliente",
    },
    "opening": {
        "en": "opening balance|balance at the start|previous balance|starting balance",
        "de": "der Anfangssaldo",
        "fr": "le solde initial",
        "es": "el saldo inicial",
    },
    "closing": {
        "en": "closing balance|balance at the end|new balance|final balance",
        "de": "der Endsaldo",
        "fr": "le solde final",
        "es": "el saldo final",
    },
}
PAYMENTS = {
    "amount": "What is the amount for {}?|Which amount is booked for {}?|amount {}|Amount for {}?|"
    "How much is listed for {}?|"
    "What amount stands in the line {}?|{}: amount?|What was booked under {}?",
    "out": "What was paid to {}?|How much was paid for {}?|payment {}|How much money went to {}?|"
    "What was debited for {}?|"
    "What amount was paid out for {}?|Amount paid to {}?|How much was charged by {}?",
    "in": "What was received from {}?|How much came in from {}?|credit {}|"
    "How much money was credited by {}?|What was paid in for {}?|"
    "What amount was received for {}?|Amount received from {}?|How much did {} bring in?",
}
ASK = {
    "date": "When was {} booked?|On which date is {} listed?|date of {}|On which day does {} appear?|"
    "What is the date of {}?|"
    "Which date belongs to {}?|Date of {}?|What day was {} posted?",
    "text": "What was booked on {}?|Which transaction took place on {}?|transaction on {}|What is listed for {}?|"
    "What is the description of the entry dated {}?|Which entry is dated {}?|Entry of {}?|Which text goes with {}?",
    "balance": "What was the balance after {}?|What is the balance after {}?|balance after {}|"
    "How much was in the account after {}?|"
    "Balance following {}?|Which balance is shown at {}?|What does the balance column show for {}?|"
    "Account balance after {}?",
    "change": "How much did the balance change from opening to closing (negative if it fell)?|"
    "What is the closing balance minus the opening balance?|"
    "By how much did the account change (closing minus opening)?|"
    "Closing minus opening balance?|Work out closing balance less opening balance.|"
    "What is the difference closing minus opening balance?|net change of the balance|"
    "Change of the balance (end minus start)?",
    "largest out": "Which payment out was the largest?|Which debit is the highest?|largest expense|"
    "What was the most money spent on?|"
    "Name the largest outgoing transaction.|Where did the most money go in one payment?|"
    "Biggest debit?|Which outgoing item is the highest?",
    "largest in": "Which receipt was the largest?|Which credit is the highest?|largest income|"
    "What brought in the most money?|"
    "Name the largest incoming transaction.|Which incoming payment was the biggest?|Biggest credit?|"
    "Which incoming item is the highest?",
    "smallest out": "Which payment out was the smallest?|Which debit is the lowest?|smallest expense|"
    "What was the least money spent on?|"
    "Name the smallest outgoing transaction.|What was the smallest single payment for?|"
    "Lowest debit?|Which outgoing item is the lowest?",
    "smallest in": "Which receipt was the smallest?|Which credit is the lowest?|smallest income|"
    "What brought in the least money?|"
    "Name the smallest incoming transaction.|Which incoming payment was the smallest?|"
    "Lowest credit?|Which incoming item is the lowest?",
    "sum out": "How much was paid out in total?|What is the sum of all debits?|total of outgoing payments|"
    "How much money left the account?|"
    "Add up all money going out.|What do the debits come to?|Total paid out?|What is the total of all payments out?",
    "sum in": "How much was received in total?|What is the sum of all credits?|total of incoming payments|"
    "How much money came in?|"
    "Add up all money coming in.|What do the credits come to?|Total paid in?|What is the total of all receipts?",
    "pair out": "How much was paid for {} and {} together?|What do {} and {} add up to?|{} plus {}|"
    "What is the sum of {} and {}?|"
    "Add {} and {}.|How much went out for {} and {} in all?|Total of {} and {}?|What were {} and {} in total?",
    "pair in": "How much came in from {} and {} together?|What do {} and {} add up to?|{} plus {}|"
    "What is the sum of {} and {}?|"
    "Add {} and {}.|How much was received from {} and {} in all?|Total of {} and {}?|What were {} and {} in total?",
    "more out": "How much more was paid for {} than for {}?|By how much does {} exceed {}?|"
    "difference between {} and {}|"
    "How much larger is {} than {}?|By what amount is {} higher than {}?|How much more did {} cost than {}?|"
    "What is the difference of {} and {}?|By how much is {} above {}?",
    "more in": "How much more came from {} than from {}?|By how much does {} exceed {}?|difference between {} and {}|"
    "How much larger is {} than {}?|By what amount is {} higher than {}?|How much more did {} bring than {}?|"
    "What is the difference of {} and {}?|By how much is {} above {}?",
    "count out": "How many payments out are there?|How many debits are listed?|number of outgoing transactions|"
    "How many times was money paid out?|"
    "Count the debits.|How many bookings went out?|Number of debits?|How many entries reduce the balance?",
    "count in": "How many payments in are there?|How many credits are listed?|number of incoming transactions|"
    "How many times was money received?|"
    "Count the credits.|How many bookings came in?|Number of credits?|How many entries raise the balance?",
}
