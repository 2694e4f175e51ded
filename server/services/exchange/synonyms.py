"""The names that columns go by, in English, German, French and Spanish: data only, compared without case, accents and punctuation.

`STRONG` names mean the field wherever they stand; `WEAK` ones mean it only when no other field of the resource claims them
(`Company` is a deal's `company_id`, but the `name` of a company). Add a language by adding its words.
"""

from __future__ import annotations

from typing import Final


def _names(**fields: str) -> dict[str, tuple[str, ...]]:
    return {field.replace("__", "."): tuple(name.strip() for name in names.split(",")) for field, names in fields.items()}


STRONG: Final = _names(
    first_name="first name, given name, forename, Vorname, Rufname, prénom, nombre de pila, primer nombre",
    last_name="last name, surname, family name, Nachname, Familienname, Zuname, nom de famille, apellido, apellidos",
    full_name=(
        "full name, contact name, Kontaktname, vollständiger Name, Vor- und Nachname, nom complet, nom et prénom, nombre completo, nombre y apellidos"
    ),
    email=(
        "email, e-mail, mail, email address, e-mail address, E-Mail-Adresse, Mailadresse, courriel, adresse e-mail, adresse électronique,"
        " correo, correo electrónico, dirección de correo"
    ),
    phone=(
        "phone, phone number, telephone, telephone number, tel, tel., tel. no, Telefon, Telefonnummer, Rufnummer, Tel.-Nr., téléphone, "
        "numéro de téléphone, teléfono, número de teléfono"
    ),
    title="job title, position, job position, Berufsbezeichnung, Funktion, poste, fonction, intitulé du poste, cargo, puesto",
    company_id=(
        "company, company name, organisation, organization, account, account name, employer, Firma, Firmenname, Unternehmen, "
        "Gesellschaft, Arbeitgeber, société, entreprise, nom de l'entreprise, empresa, compañía, nombre de la empresa"
    ),
    contact_id="contact, contact person, Kontakt, Ansprechpartner, Kontaktperson, personne de contact, contacto, persona de contacto",
    deal_id="deal, opportunity, Geschäft, Verkaufschance, affaire, opportunité, negocio, oportunidad",
    order_id="order, Bestellung, Auftrag, commande, pedido",
    invoice_id="invoice, Rechnung, facture, factura",
    owner_id=(
        "owner, account owner, contact owner, sales rep, Betreuer, Besitzer, Verantwortlicher, Zuständig, propriétaire, responsable, "
        "propietario, comercial"
    ),
    address__line1=(
        "address, address 1, address line 1, street, street address, Straße, Strasse, Straße und Hausnummer, Adresse, Anschrift, adresse,"
        " rue, dirección, calle, domicilio"
    ),
    address__line2="address 2, address line 2, Adresszusatz, Adresszeile 2, complément d'adresse, dirección 2",
    address__city="city, town, Ort, Stadt, Wohnort, ville, ciudad, localidad, población",
    address__region="region, state, province, county, state/province, Bundesland, Kanton, Provinz, région, département, provincia, estado",
    address__postal_code="postal code, postcode, zip, zip code, PLZ, Postleitzahl, code postal, código postal, CP",
    address__country="country, Land, Staat, pays, país",
    source="source, lead source, origin, Quelle, Herkunft, Leadquelle, provenance, origine, fuente, origen, procedencia",
    lifecycle="lifecycle, lifecycle stage, Lebenszyklus, Lebenszyklusphase, cycle de vie, ciclo de vida",
    domain=(
        "domain, website, web site, homepage, web, url, company domain, Webseite, Internetseite, site web, site internet, sitio web, "
        "página web, dominio"
    ),
    industry="industry, sector, branch, Branche, Wirtschaftszweig, secteur, secteur d'activité, industria, ramo",
    name="name, Bezeichnung, Name, nom, nombre",
    stage="stage, deal stage, sales stage, pipeline stage, Phase, Verkaufsphase, étape, phase de vente, etapa, fase",
    pipeline="pipeline, sales pipeline, Vertriebspipeline, embudo",
    value="value, amount, deal value, deal amount, Betrag, Wert, Auftragswert, Summe, montant, valeur, importe, monto, valor",
    value__currency="currency, currency code, Währung, devise, monnaie, moneda, divisa",
    close_date=(
        "close date, closing date, expected close date, Abschlussdatum, erwarteter Abschluss, date de clôture, date de conclusion, fecha de cierre"
    ),
    probability="probability, win probability, Wahrscheinlichkeit, Abschlusswahrscheinlichkeit, probabilité, probabilidad",
    status="status, state of deal, Zustand, statut, état, situación",
    type="type, kind, activity type, Typ, Art, Aktivitätstyp, genre, tipo, clase",
    subject="subject, Betreff, Thema, objet, sujet, asunto",
    body=(
        "body, note, notes, description, comment, comments, text, message, Notiz, Notizen, Beschreibung, Kommentar, Bemerkung, remarque, "
        "commentaire, nota, notas, descripción, comentario"
    ),
    due_at="due, due date, due at, deadline, fällig, fällig am, Fälligkeitsdatum, échéance, date d'échéance, vencimiento, fecha de vencimiento",
    starts_at="start, starts at, start time, start date, from, Beginn, Anfang, Startzeit, début, date de début, inicio, fecha de inicio",
    ends_at="end, ends at, end time, end date, until, Ende, Endzeit, fin, date de fin, fecha de fin",
    done="done, completed, finished, erledigt, abgeschlossen, terminé, fait, hecho, completado, terminado",
    participants="participants, attendees, guests, Teilnehmer, Gäste, invités, participantes, asistentes",
    sku=("sku, article number, item number, product code, part number, Artikelnummer, Art.-Nr., code article, código, código de artículo"),
    price="price, unit price, list price, Preis, Einzelpreis, Stückpreis, prix, prix unitaire, precio, precio unitario",
    description="description, details, Beschreibung, Beschreibungstext, descripción",
    unit="unit, Einheit, unité, unidad",
    number=(
        "number, order number, invoice number, document number, Nummer, Auftragsnummer, Bestellnummer, Rechnungsnummer, Belegnummer, "
        "numéro, numéro de commande, numéro de facture, número, número de pedido, número de factura"
    ),
    total="total, grand total, total amount, order total, Gesamt, Gesamtbetrag, Gesamtsumme, Rechnungsbetrag, montant total, importe total",
    amount="amount, payment amount, paid, Betrag, Zahlbetrag, montant, importe",
    issued_on="issue date, invoice date, issued, Rechnungsdatum, Belegdatum, date de facture, fecha de factura",
    due_on=(
        "due date, due, payable by, Fälligkeit, fällig am, Fälligkeitsdatum, zahlbar bis, échéance, date d'échéance, vencimiento, fecha "
        "de vencimiento"
    ),
    reference=(
        "reference, payment reference, transaction, transaction id, Referenz, Verwendungszweck, Transaktion, référence, transaction n°, referencia"
    ),
    active="active, available, enabled, aktiv, verfügbar, actif, disponible, activo",
    media_type="media type, mime type, content type, file type, Dateityp, Medientyp, type de fichier, tipo de archivo",
    folder="folder, directory, path, Ordner, Verzeichnis, dossier, carpeta",
    ordered_at="order date, ordered, Bestelldatum, Auftragsdatum, date de commande, fecha de pedido",
    paid_at="payment date, paid at, paid on, Zahlungsdatum, bezahlt am, date de paiement, fecha de pago",
    method="method, payment method, Zahlungsart, Zahlungsweise, mode de paiement, método de pago, forma de pago",
    tags="tags, labels, keywords, categories, Schlagwörter, Schlagworte, Etiketten, Kategorien, étiquettes, mots-clés, etiquetas, categorías",
)

WEAK: Final = _names(
    first_name="first, nombre, Name 1",
    last_name="last, nom, Name 2",
    full_name="name, Name, contact, Kontakt, Ansprechpartner, person, client, customer, Kunde, cliente",
    phone=(
        "mobile, mobile phone, cell, cell phone, Handy, Mobil, Mobiltelefon, Mobilnummer, portable, mobile, móvil, celular, work phone, office phone"
    ),
    title="title, role, Titel, Rolle, Abteilung, titre, título",
    name=(
        "company, company name, organisation, organization, account, Firma, Firmenname, Unternehmen, société, entreprise, raison sociale,"
        " empresa, razón social, deal, deal name, opportunity, opportunity name, title, Titel, Geschäft, Verkaufschance, affaire, "
        "negocio, oportunidad, product, product name, Produkt, Produktname, Artikel, Artikelname, produit, producto, nombre del producto,"
        " file name, Dateiname, document, customer, Kunde"
    ),
    value="price, total, revenue, Umsatz, Volumen, prix, chiffre d'affaires, precio, volumen",
    status="state, Stand, estado",
    subject="title, summary, name, Titel, titre, título, topic",
    close_date="date, Datum, closing, fecha",
    due_at="date, Datum, fecha",
    starts_at="date, time, Datum, Termin, fecha, hora",
    type="category, Kategorie, catégorie, categoría",
    industry="category, Kategorie, catégorie, categoría",
    tags="tag, label, segment, group, Gruppe, groupe, grupo",
    sku="code, Nummer",
    price="amount, value, Betrag, Wert, montant, importe",
    total="amount, value, Betrag, Summe, Wert, montant, importe",
    amount="total, value, Summe, Wert",
    source="channel, Kanal, canal, campaign",
    lifecycle="status, stage, Status, statut, estado",
)

WORDS_OF_VALUES: Final = _names(
    won="won, gewonnen, gagné, gagnée, ganado, ganada, closed won",
    lost="lost, verloren, perdu, perdue, perdido, perdida, closed lost",
    open="open, offen, ouvert, ouverte, en cours, abierto, abierta",
    call="call, phone call, Anruf, Telefonat, appel, llamada",
    meeting="meeting, appointment, Termin, Besprechung, Treffen, réunion, rendez-vous, reunión, cita",
    task="task, to do, Aufgabe, tâche, tarea",
    note="note, Notiz, nota",
    email="email, mail, courriel, correo",
)
