"""What letters are made of in English and German: subjects, sentences with places for facts, and names to ask by.

Each list is `a|b|c|d`; every fourth wording is for the test split alone.
"""

from __future__ import annotations

GREETINGS = {
    "en": "Dear Sir or Madam,|Dear customer,|To whom it may concern,|Hello,|Dear Sirs,|Good day,|"
    "Dear partner,|Greetings,",
    "de": "Sehr geehrte Damen und Herren,|Guten Tag,|Sehr geehrte Kundin, sehr geehrter Kunde,|"
    "Liebe Kundin, lieber Kunde,",
}
CLOSINGS = {
    "en": "Yours faithfully,|Kind regards,|Sincerely,|Best regards,|Yours sincerely,|With best wishes,|"
    "Regards,|Yours truly,",
    "de": "Mit freundlichen Grüßen|Freundliche Grüße|Viele Grüße|Hochachtungsvoll",
}
ROLES = {
    "en": "Accounts Department|Sales Manager|Managing Director|Head of Customer Care|Office Manager|Clerk",
    "de": "Buchhaltung|Geschäftsführung|Vertrieb|Kundenbetreuung",
}
FILLERS = {
    "en": "We value our work with you.|Please keep this letter for your records.|"
    "We apologise for any trouble this may cause.|"
    "Your satisfaction matters to us.|Further details are enclosed.|We hope this is to your satisfaction.|"
    "This matter is handled with care.|Our offices are open on all weekdays.",
    "de": "Wir schätzen die Zusammenarbeit mit Ihnen.|Bitte bewahren Sie dieses Schreiben auf.|"
    "Alles Weitere finden Sie in der Anlage.|Wir bitten um Ihr Verständnis.",
}
LABELS = {
    "en": {
        "reference": "Our reference|Our ref.|Ref.|File no.|Reference",
        "customer_number": "Customer no.|Customer number|Client no.|Account no.",
        "date": "Date|Dated|Date|Written on",
        "subject": "Subject|Re|RE|Regarding",
    },
    "de": {
        "reference": "Unser Zeichen|Aktenzeichen|Geschäftszeichen|Vorgang",
        "customer_number": "Kundennummer|Kunden-Nr.|Kd.-Nr.|Ihre Kundennummer",
        "date": "Datum|Datum|vom|Geschrieben am",
        "subject": "Betreff|Betrifft|Betr.|Thema",
    },
}
SUBJECTS = {
    "reminder": {
        "en": "Payment reminder|Outstanding balance on contract {contract}|Your overdue payment|Second reminder",
        "de": "Zahlungserinnerung|Offener Betrag zu Vertrag {contract}|Mahnung|Letzte Mahnung",
    },
    "meeting": {
        "en": "Invitation to a meeting|Annual review meeting|Meeting about contract {contract}|Invitation to our talks",
        "de": "Einladung zur Besprechung|Jahresgespräch|Termin zu Vertrag {contract}|Einladung zum Gespräch",
    },
    "offer": {
        "en": "Our offer for {goods}|Quotation {contract}|Your enquiry|Price offer",
        "de": "Unser Angebot {contract}|Angebot|Ihre Anfrage|Preisangebot",
    },
    "notice": {
        "en": "Termination of contract {contract}|End of contract {contract}|Notice of cancellation|Cancellation",
        "de": "Kündigung des Vertrags {contract}|Ende des Vertrags {contract}|Kündigung|Vertragsende",
    },
    "complaint": {
        "en": "Complaint about a delivery|Damaged goods|Return of {goods}|Faulty delivery",
        "de": "Reklamation|Beschädigte Lieferung|Mängelanzeige|Fehlerhafte Lieferung",
    },
}
SENTENCES: dict[str, dict[str, tuple[str, ...]]] = {
    "reminder": {
        "en": (
            "We have not yet received your payment of {amount}.|According to our records {amount} is still unpaid.|"
            "An amount of {amount} remains open on your account.|You still owe us {amount}.",
            "Please settle it by {deadline}.|We ask you to pay no later than {deadline}.|Kindly pay until {deadline}.|"
            "The last day for payment is {deadline}.",
            "The claim arises from contract {contract}.|This concerns contract {contract}.|"
            "Please state contract number {contract}.|It belongs to contract {contract}.",
            "Use the account {iban} for your transfer.|Our IBAN is {iban}.|Please transfer it to {iban}.|"
            "Pay to {iban}.",
            "If you have questions, call {contact} at {phone}.|{contact} can be reached at {phone}.|"
            "For queries please contact {contact}, phone {phone}.|Talk to {contact} on {phone}.",
        ),
        "de": (
            "Wir haben Ihre Zahlung über {amount} noch nicht erhalten.|"
            "Auf Ihrem Konto ist ein Betrag von {amount} offen.|"
            "Die Summe von {amount} steht noch aus.|Sie schulden uns noch {amount}.",
            "Bitte zahlen Sie bis zum {deadline}.|Wir erwarten den Eingang bis {deadline}.|"
            "Zahlen Sie spätestens am {deadline}.|"
            "Die Frist endet am {deadline}.",
            "Grundlage ist der Vertrag {contract}.|Es geht um den Vertrag {contract}.|Vertragsnummer: {contract}.|"
            "Betroffen ist Vertrag {contract}.",
            "Unsere IBAN lautet {iban}.|Bitte nutzen Sie das Konto {iban}.|Überweisen Sie auf {iban}.|Konto: {iban}.",
            "Bei Fragen hilft Ihnen {contact} unter {phone}.|{contact} erreichen Sie unter {phone}.|"
            "Rufen Sie {contact} an: {phone}.|Ihr Kontakt ist {contact}, Telefon {phone}.",
        ),
    },
    "meeting": {
        "en": (
            "We would like to invite you to a meeting on {meeting_date} at {time}.|"
            "The meeting takes place on {meeting_date} at {time}.|"
            "Let us meet on {meeting_date}, {time}.|We suggest to meet on {meeting_date} at {time}.",
            "We will meet in {place}.|The place is {place}.|You will find us in {place}.|It is held in {place}.",
            "Please confirm by {deadline}.|We need your answer until {deadline}.|"
            "Let us know by {deadline} whether you will come.|"
            "Replies are expected by {deadline}.",
            "Registration is handled by {contact}, e-mail {email}.|Please write to {contact} ({email}).|"
            "{contact} answers questions at {email}.|Reach {contact} via {email}.",
            "A budget of {amount} is on the agenda.|We will discuss the budget of {amount}.|"
            "The topic is a budget of {amount}.|"
            "A sum of {amount} must be decided on.",
        ),
        "de": (
            "Wir laden Sie zu einem Gespräch am {meeting_date} um {time} Uhr ein.|"
            "Die Besprechung findet am {meeting_date} um {time} Uhr statt.|"
            "Wir treffen uns am {meeting_date}, {time} Uhr.|Der Termin ist am {meeting_date} um {time} Uhr.",
            "Ort: {place}.|Wir treffen uns hier: {place}.|Die Sitzung ist hier: {place}.|Treffpunkt ist {place}.",
            "Bitte antworten Sie bis zum {deadline}.|Geben Sie uns bis {deadline} Bescheid.|"
            "Zusagen erbitten wir bis {deadline}.|"
            "Die Antwortfrist endet am {deadline}.",
            "Die Anmeldung nimmt {contact} entgegen, E-Mail {email}.|Schreiben Sie an {contact} ({email}).|"
            "{contact} beantwortet Fragen unter {email}.|Kontakt: {contact}, {email}.",
        ),
    },
    "offer": {
        "en": (
            "We can offer you {quantity} units of {goods}.|Our offer covers {quantity} units of {goods}.|"
            "You asked for {quantity} units of {goods}.|We would deliver {quantity} units of {goods}.",
            "The total price is {amount}.|All in all this costs {amount}.|Our price comes to {amount}.|"
            "We charge {amount} for it.",
            "The offer is valid until {deadline}.|You can accept it until {deadline}.|It expires on {deadline}.|"
            "We are bound to it until {deadline}.",
            "Delivery would be to {place}.|We deliver to {place}.|The goods arrive at {place}.|"
            "Unloading is at {place}.",
            "Your contact is {contact}, phone {phone}.|Please call {contact} at {phone}.|"
            "{contact} will take your order at {phone}.|"
            "Orders go to {contact}, {phone}.",
        ),
        "de": (
            "Wir bieten Ihnen {quantity} Stück {goods} an.|Unser Angebot umfasst {quantity} Stück {goods}.|"
            "Sie fragten nach {quantity} Stück {goods}.|Gern liefern wir {quantity} Stück {goods}.",
            "Der Gesamtpreis beträgt {amount}.|Das kostet insgesamt {amount}.|Der Preis liegt bei {amount}.|"
            "Wir berechnen {amount}.",
            "Das Angebot gilt bis {deadline}.|Sie können es bis zum {deadline} annehmen.|"
            "Es endet am {deadline}.|Frist: {deadline}.",
            "Ihr Ansprechpartner ist {contact}, Telefon {phone}.|Rufen Sie {contact} an: {phone}.|"
            "{contact} nimmt Ihre Bestellung unter {phone} an.|Bestellungen an {contact}, {phone}.",
        ),
    },
    "notice": {
        "en": (
            "We hereby end contract {contract}.|Contract {contract} is cancelled.|"
            "We terminate the contract numbered {contract}.|"
            "Our contract {contract} comes to an end.",
            "Please return all keys by {deadline}.|All documents must be sent back by {deadline}.|"
            "Answer us by {deadline}.|"
            "We need your reply until {deadline}.",
            "A final payment of {amount} will follow.|We will refund {amount}.|"
            "You will receive {amount} back.|We pay out {amount}.",
            "Handing over is on {meeting_date} at {time} in {place}.|"
            "Let us meet for this on {meeting_date} at {time} in {place}.|"
            "A closing talk is held on {meeting_date} at {time} in {place}.|"
            "We meet on {meeting_date} at {time}, {place}.",
            "Please send any mail to {email}.|You can write to {email}.|Our address for replies is {email}.|"
            "Reply to {email}.",
        ),
        "de": (
            "Hiermit kündigen wir den Vertrag {contract}.|Der Vertrag {contract} endet.|"
            "Wir beenden den Vertrag {contract}.|"
            "Vertrag {contract} läuft aus.",
            "Bitte senden Sie alle Unterlagen bis {deadline} zurück.|Antworten Sie bis zum {deadline}.|"
            "Geben Sie die Schlüssel bis {deadline} ab.|Wir erwarten Ihre Antwort bis {deadline}.",
            "Sie erhalten {amount} zurück.|Wir erstatten {amount}.|Die Schlusszahlung beträgt {amount}.|"
            "Es folgen {amount}.",
            "Schreiben Sie an {email}.|Antworten bitte an {email}.|Unsere Adresse ist {email}.|Post bitte an {email}.",
        ),
    },
    "complaint": {
        "en": (
            "You sent us {quantity} units of {goods}, which are faulty.|"
            "We received {quantity} damaged units of {goods}.|"
            "Of your delivery {quantity} units of {goods} were broken.|The {quantity} units of {goods} do not work.",
            "The damage is about {amount}.|We claim {amount} for this.|Our loss amounts to {amount}.|"
            "We ask for {amount} in return.",
            "Please replace them by {deadline}.|We expect a solution by {deadline}.|Send us new ones until {deadline}.|"
            "You have time until {deadline}.",
            "The goods can be collected at {place}.|They are stored at {place}.|"
            "You may inspect them at {place}.|Pick them up at {place}.",
            "Please contact {contact}, {email}.|Questions go to {contact} at {email}.|"
            "{contact} ({email}) is in charge.|"
            "Write to {contact}: {email}.",
        ),
        "de": (
            "Sie lieferten {quantity} Stück {goods}, die defekt sind.|"
            "Wir erhielten {quantity} beschädigte Stück {goods}.|"
            "Leider waren {quantity} Stück {goods} kaputt.|Es sind {quantity} Stück {goods} mangelhaft.",
            "Der Schaden beträgt {amount}.|Wir fordern dafür {amount}.|Unser Verlust liegt bei {amount}.|"
            "Bitte zahlen Sie {amount}.",
            "Bitte ersetzen Sie die Ware bis {deadline}.|Wir erwarten Ersatz bis zum {deadline}.|"
            "Frist dafür ist der {deadline}.|"
            "Sie haben bis {deadline} Zeit.",
            "Zuständig ist {contact} ({email}).|Fragen gehen an {contact}, {email}.|{contact} hilft unter {email}.|"
            "Kontakt: {contact}, {email}.",
        ),
    },
}
VALUES: dict[str, dict[str, str]] = {
    "sender": {"en": "sender|name of the sender|sender of the letter|company that wrote this", "de": "der Absender"},
    "recipient": {"en": "recipient|addressee|recipient of the letter|name of the addressee", "de": "der Empfänger"},
    "sender_address": {"en": "address of the sender|sender's address|sender address|postal address of the sender"},
    "recipient_address": {"en": "address of the recipient|recipient's address|recipient address|addressee's address"},
    "date": {
        "en": "date of the letter|letter date|date the letter was written|date of writing",
        "de": "das Datum des Briefs",
    },
    "subject": {"en": "subject|subject line|subject of the letter|topic line of the letter", "de": "der Betreff"},
    "reference": {"en": "reference number|sender's reference|reference|file reference", "de": "das Aktenzeichen"},
    "customer_number": {
        "en": "customer number|customer no.|client number|number of the customer",
        "de": "die Kundennummer",
    },
    "contract": {
        "en": "contract number|number of the contract|contract no.|contract mentioned",
        "de": "die Vertragsnummer",
    },
    "amount": {
        "en": "amount|amount mentioned|sum of money mentioned|amount of money in the letter",
        "de": "der Betrag",
    },
    "deadline": {"en": "deadline|deadline in the letter|last possible date|date of the time limit", "de": "die Frist"},
    "meeting_date": {
        "en": "meeting date|date of the meeting|day of the meeting|date on which they meet",
        "de": "das Datum des Treffens",
    },
    "time": {
        "en": "time of the meeting|meeting time|start time of the meeting|time at which they meet",
        "de": "die Uhrzeit",
    },
    "place": {
        "en": "room mentioned in the text|place in the text (room, city)|room or hall and city in the text|"
        "room with its city, as the text says",
        "de": "der Raum im Text (mit Stadt)",
    },
    "goods": {"en": "product|product concerned|goods mentioned|item the letter is about", "de": "die Ware"},
    "quantity": {"en": "quantity|number of units|quantity of goods|count of units", "de": "die Stückzahl"},
    "contact": {
        "en": "contact person|person to contact|name of the contact person|contact for questions",
        "de": "der Ansprechpartner",
    },
    "phone": {"en": "phone number|telephone number|number to call|phone", "de": "die Telefonnummer"},
    "email": {"en": "e-mail address|email|email address|mail address given", "de": "die E-Mail-Adresse"},
    "iban": {"en": "IBAN|account to pay to (IBAN)|IBAN of the sender|bank account (IBAN)", "de": "die IBAN"},
    "signer": {
        "en": "person who signed|name of the signatory|signer of the letter|name under the letter",
        "de": "der Unterzeichner",
    },
}
WHOLE = {
    "sender": "Who sent this letter?|Which company wrote the letter?|Who is the sender?|From whom is this letter?",
    "recipient": "Who is the letter addressed to?|Who is the recipient?|To whom was this letter sent?|"
    "Who gets this letter?",
    "sender_address": "What is the address of the sender?|Where is the sender (address)?",
    "recipient_address": "What is the recipient's address?|To which address was the letter sent?",
    "date": "When was the letter written?|What is the date of the letter?|What date does the letter bear?|"
    "On which day was it written?",
    "subject": "What is the subject of the letter?|What does the subject line say?|"
    "What is the letter about (subject line)?|Which subject does it have?",
    "amount": "What amount is mentioned?|How much money is it about?|Which amount does the letter state?|"
    "How much is it?",
    "deadline": "What is the deadline?|By when is an answer or payment expected?|"
    "Until when does the recipient have time?|What is the last date?",
    "meeting_date": "When is the meeting?|On which date do they meet?|What is the date of the meeting?|"
    "When will they meet?",
    "time": "At what time is the meeting?|What time does the meeting start?|At what time do they meet?|"
    "When during the day is it?",
    "contact": "Who is the contact person?|Whom should one contact?|Who answers questions?|Who can be asked?",
    "signer": "Who signed the letter?|Whose signature is under the letter?|Who wrote the name at the end?|"
    "By whom is it signed?",
    "quantity": "How many units are mentioned?|How many units is it about?|What quantity is stated?|"
    "How many pieces are concerned?",
}
