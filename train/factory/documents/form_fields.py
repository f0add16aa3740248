"""The forms there are, and their fields: labels in other words, what is filled in, and options to tick.

Each list is `a|b|c|d`; every fourth wording is for the test split alone. Within a form no two fields share a wording,
so a question names one of them.
"""

from __future__ import annotations

from typing import NamedTuple


class Entry(NamedTuple):
    """A field; `kind` says how it is filled in (`date`, or a maker of `form`), `options` are boxes."""

    key: str
    kind: str
    english: str
    german: str = ""
    options: str = ""
    german_options: str = ""


class Form(NamedTuple):
    title: str
    german: str  # its title, empty where there is no German form
    entries: tuple[Entry, ...]


_YES_NO = ("Yes|No", "Ja|Nein")
_PERSON = (
    Entry("last_name", "last", "Last name|Surname|Family name|Name (last)", "Nachname|Familienname|Zuname|Name"),
    Entry(
        "first_name", "first", "First name|Given name|Forename|Name (first)", "Vorname|Rufname|Vorname(n)|1. Vorname"
    ),
    Entry(
        "birth_date", "date", "Date of birth|Birth date|DOB|Born on", "Geburtsdatum|geboren am|Geb.-Datum|Geburtstag"
    ),
    Entry("birth_place", "city", "Place of birth|Birthplace|City of birth|Born in", "Geburtsort|geboren in|Geb.-Ort"),
    Entry("phone", "phone", "Phone number|Telephone|Phone|Daytime phone", "Telefon|Telefonnummer|Tel.-Nr.|Rufnummer"),
    Entry("email", "email", "E-mail address|Email|E-mail|Electronic mail", "E-Mail|E-Mail-Adresse|Email|Mailadresse"),
    Entry(
        "street",
        "street",
        "Street and number|Street address|Street|Street & no.",
        "Straße, Nr.|Straße|Straße und Hausnummer",
    ),
    Entry("zip", "zip", "Postal code|ZIP code|Postcode|Zip", "PLZ|Postleitzahl"),
    Entry("city", "city", "City|Town|City of residence|Town or city", "Ort|Wohnort|Stadt|Gemeinde"),
)
_STATUS = Entry(
    "marital_status",
    "",
    "Marital status|Civil status|Family status",
    "Familienstand",
    "single|married|divorced|widowed",
    "ledig|verheiratet|geschieden|verwitwet",
)

FORMS = (
    Form(
        "MEMBERSHIP APPLICATION|Application for Membership|Club Membership Form|Member Application",
        "Aufnahmeantrag|Mitgliedsantrag|Beitrittserklärung|Antrag auf Mitgliedschaft",
        (
            *_PERSON,
            Entry(
                "start",
                "date",
                "Start of membership|Member from|Membership begins on|Joining date",
                "Eintrittsdatum|Beginn der Mitgliedschaft",
            ),
            Entry(
                "fee",
                "amount",
                "Annual fee|Yearly contribution|Fee per year|Membership fee",
                "Jahresbeitrag|Beitrag pro Jahr",
            ),
            Entry(
                "member_number",
                "number",
                "Member number|Membership no.|Member ID|Member no.",
                "Mitgliedsnummer|Mitglieds-Nr.",
            ),
            Entry(
                "type",
                "",
                "Type of membership|Membership type|Category",
                "Art der Mitgliedschaft",
                "Adult|Youth|Family|Senior",
                "Erwachsene|Jugend|Familie|Senioren",
            ),
            Entry("newsletter", "", "Newsletter wanted|Receive newsletter", "Newsletter gewünscht", *_YES_NO),
        ),
    ),
    Form(
        "EVENT REGISTRATION|Conference Registration|Registration Form|Course Registration",
        "Anmeldung|Anmeldeformular|Kursanmeldung|Seminaranmeldung",
        (
            *_PERSON[:2],
            *_PERSON[4:6],
            Entry("company", "company", "Company|Organisation|Employer|Affiliation", "Firma|Unternehmen|Arbeitgeber"),
            Entry("role", "job", "Job title|Position|Occupation|Role", "Beruf|Tätigkeit"),
            Entry("arrival", "date", "Arrival date|Date of arrival|Arriving on|Day of arrival", "Anreise|Anreisetag"),
            Entry("check_in", "time", "Check-in time|Time of check-in|Arrival time", "Uhrzeit der Anreise"),
            Entry("fee", "amount", "Registration fee|Fee|Fee to pay|Participation fee", "Teilnahmegebühr|Gebühr"),
            Entry(
                "booking",
                "number",
                "Registration number|Booking code|Registration ID|Ticket no.",
                "Anmeldenummer|Buchungsnummer",
            ),
            Entry(
                "meal",
                "",
                "Meal choice|Menu|Dinner option",
                "Menüwahl",
                "Meat|Fish|Vegetarian|Vegan",
                "Fleisch|Fisch|Vegetarisch|Vegan",
            ),
            Entry("parking", "", "Parking needed|Parking space", "Parkplatz benötigt", *_YES_NO),
        ),
    ),
    Form(
        "PATIENT INTAKE FORM|New Patient Form|Medical History|Patient Registration",
        "Anamnesebogen|Patientenaufnahme|Patientenbogen|Aufnahmebogen",
        (
            *_PERSON[:5],
            _STATUS,
            Entry(
                "policy",
                "number",
                "Insurance number|Policy number|Policy no.|Member ID",
                "Versichertennummer|Vers.-Nr.",
            ),
            Entry(
                "doctor",
                "person",
                "Family doctor|Referring physician|Primary care physician|GP",
                "Hausarzt|Überweisender Arzt",
            ),
            Entry(
                "emergency",
                "person",
                "Emergency contact|Person to notify|In emergency notify|Contact in emergency",
                "Notfallkontakt|Im Notfall benachrichtigen",
            ),
            Entry("height", "height", "Height|Body height", "Größe|Körpergröße"),
            Entry("weight", "weight", "Weight|Body weight", "Gewicht|Körpergewicht"),
            Entry(
                "drug",
                "drug",
                "Current medication|Medication|Medicine taken|Drugs taken",
                "Medikament|Aktuelle Medikation",
            ),
            Entry("allergy", "allergy", "Allergies|Known allergies|Allergic to|Allergy", ""),
            Entry(
                "last_visit",
                "date",
                "Last visit|Date of last visit|Last examination|Last check-up",
                "Letzter Besuch|Letzte Untersuchung",
            ),
            Entry("smoker", "", "Do you smoke|Smoker|Smoking", "Raucher", *_YES_NO),
            Entry("surgery", "", "Previous surgery|Earlier operations", "Frühere Operationen", *_YES_NO),
            Entry("sex", "", "Sex|Gender", "Geschlecht", "male|female|other", "männlich|weiblich|divers"),
        ),
    ),
    Form(
        "CUSTOMS DECLARATION|Declaration of Goods|Export Declaration|Customs Form",
        "",
        (
            Entry("sender", "company", "Sender|Exporter|Shipper|Consignor"),
            Entry("sender_address", "address", "Sender address|Exporter's address|Address of sender|Shipper's address"),
            Entry("recipient", "person", "Recipient|Consignee|Addressee|Importer"),
            Entry("origin", "country", "Country of origin|Origin|Goods from|Made in"),
            Entry("goods", "goods", "Description of goods|Contents|Goods|Content of parcel"),
            Entry("pieces", "small", "Number of packages|Packages|Pieces|No. of parcels"),
            Entry("gross_weight", "weight", "Gross weight|Total weight|Weight (gross)|Weight with packing"),
            Entry("value", "amount", "Declared value|Value of goods|Customs value|Value"),
            Entry("tariff", "number", "HS code|Tariff number|Commodity code|HS tariff no."),
            Entry("tracking", "number", "Tracking number|Shipment no.|Parcel number|Waybill no."),
            Entry("dispatch", "date", "Date of dispatch|Dispatch date|Shipped on|Date sent"),
            Entry("plate", "plate", "Vehicle registration|Licence plate|Truck plate|Vehicle plate"),
            Entry(
                "category", "", "Category of item|Reason for export|Type of shipment", "", "Gift|Documents|Sample|Sale"
            ),
            Entry("dangerous", "", "Dangerous goods|Hazardous material", "", "Yes|No"),
        ),
    ),
    Form(
        "EMPLOYMENT APPLICATION|Job Application|Application for Employment|Applicant Data Sheet",
        "Bewerbungsbogen|Personalbogen|Personalfragebogen|Bewerberdaten",
        (
            *_PERSON,
            _STATUS,
            Entry(
                "job",
                "job",
                "Position applied for|Desired position|Job wanted|Applying for",
                "Gewünschte Stelle|Bewerbung als",
            ),
            Entry(
                "start", "date", "Available from|Earliest start|Start date|Can start on", "Verfügbar ab|Eintrittstermin"
            ),
            Entry(
                "salary",
                "amount",
                "Desired salary|Salary expectation|Expected pay|Salary wanted",
                "Gehaltswunsch|Gehaltsvorstellung",
            ),
            Entry(
                "employer",
                "company",
                "Last employer|Previous employer|Former employer|Most recent employer",
                "Letzter Arbeitgeber|Früherer Arbeitgeber",
            ),
            Entry("degree", "degree", "Education|Highest degree|Degree|Level of education"),
            Entry(
                "reference",
                "person",
                "Reference|Name of reference|Referee|Person giving reference",
                "Referenz|Auskunft erteilt",
            ),
            Entry(
                "tax",
                "number",
                "Social security no.|Tax number|SSN|Social security number",
                "Steuernummer|Sozialversicherungsnummer",
            ),
            Entry("licence", "", "Driving licence|Driver's license", "Führerschein", *_YES_NO),
            Entry(
                "hours",
                "",
                "Type of employment|Working hours",
                "Beschäftigungsart",
                "Full time|Part time|Temporary",
                "Vollzeit|Teilzeit|Befristet",
            ),
        ),
    ),
    Form(
        "DAMAGE REPORT|Insurance Claim Form|Notice of Claim|Accident Report",
        "Schadenmeldung|Schadenanzeige|Unfallbericht|Meldung eines Schadens",
        (
            Entry(
                "insured",
                "person",
                "Insured person|Policyholder|Name of insured|Claimant",
                "Versicherungsnehmer|Versicherte Person",
            ),
            Entry(
                "policy",
                "number",
                "Policy number|Policy no.|Insurance policy|Contract no.",
                "Versicherungsschein-Nr.|Vertragsnummer",
            ),
            Entry("claim", "number", "Claim number|Claim no.|Claim ID|Case no.", "Schadennummer|Schaden-Nr."),
            Entry("date", "date", "Date of accident|Date of loss|Date of damage|Accident date", "Schadentag|Unfalltag"),
            Entry("time", "time", "Time of accident|Time of loss|Hour of accident|At (time)", "Uhrzeit|Unfallzeit"),
            Entry(
                "place",
                "city",
                "Place of accident|Location of loss|Scene of accident|Accident location",
                "Unfallort|Schadenort",
            ),
            Entry("witness", "person", "Witness|Name of witness|Witnessed by|Eyewitness", "Zeuge|Name des Zeugen"),
            Entry(
                "plate",
                "plate",
                "Registration plate|Licence plate|Number plate|Plate no.",
                "Kennzeichen|Amtl. Kennzeichen",
            ),
            Entry(
                "amount",
                "amount",
                "Estimated damage|Amount claimed|Claim amount|Cost of repair",
                "Schadenhöhe|Geschätzter Schaden",
            ),
            Entry("garage", "company", "Repair shop|Garage|Workshop|Repairer", "Werkstatt|Reparaturbetrieb"),
            Entry(
                "phone",
                "phone",
                "Phone number|Telephone|Phone|Contact phone",
                "Telefon|Telefonnummer|Tel.-Nr.|Rufnummer",
            ),
            Entry("police", "", "Police informed|Police report made", "Polizei verständigt", *_YES_NO),
            Entry(
                "fault",
                "",
                "Party at fault|Who caused it",
                "Verursacher",
                "Driver|Other party|Unknown",
                "Fahrer|Gegenseite|Unbekannt",
            ),
        ),
    ),
)
