"""Columns find their fields by name in four languages and by the looks of their cells; a wrong promise is doubted."""

from server.services.exchange.mapping import LEAST_CONFIDENCE, FieldHint, Suggestion, offered_fields, suggest

CONTACT = [
    FieldHint("first_name", "text"),
    FieldHint("last_name", "text"),
    FieldHint("email", "email"),
    FieldHint("phone", "phone"),
    FieldHint("title", "text"),
    FieldHint("company_id", "reference"),
    *(FieldHint(f"address.{part}", "text") for part in ("line1", "line2", "city", "region", "postal_code", "country")),
    FieldHint("source", "text"),
    FieldHint("lifecycle", "text"),
    FieldHint("tags", "list"),
    FieldHint("external_ids", "object"),
    FieldHint("custom.size", "integer"),
]
COMPANY = [FieldHint("name", "text", required=True), FieldHint("domain", "domain"), FieldHint("phone", "phone"), FieldHint("industry", "text")]
DEAL = [
    FieldHint("name", "text"),
    FieldHint("stage", "text"),
    FieldHint("value", "money"),
    FieldHint("close_date", "date"),
    FieldHint("probability", "decimal"),
    FieldHint("status", "enum", choices=("open", "won", "lost")),
    FieldHint("company_id", "reference"),
]


def _fields(columns: list[str], hints: list[FieldHint], samples: dict[str, list[str]] | None = None) -> dict[str, str]:
    return {column: suggestion.field for column, suggestion in suggest(columns, hints, samples or {}).items()}


def test_german_columns_find_their_fields() -> None:
    assert _fields(["Vorname", "Nachname", "E-Mail-Adresse", "Tel.", "Firma", "Straße", "PLZ", "Ort", "Land", "Schlagwörter"], CONTACT) == {
        "Vorname": "first_name",
        "Nachname": "last_name",
        "E-Mail-Adresse": "email",
        "Tel.": "phone",
        "Firma": "company_id",
        "Straße": "address.line1",
        "PLZ": "address.postal_code",
        "Ort": "address.city",
        "Land": "address.country",
        "Schlagwörter": "tags",
    }


def test_french_and_spanish_columns_find_their_fields() -> None:
    assert _fields(["Prénom", "Nom", "Courriel", "Téléphone", "Société", "Ville", "Code postal"], CONTACT) == {
        "Prénom": "first_name",
        "Nom": "last_name",
        "Courriel": "email",
        "Téléphone": "phone",
        "Société": "company_id",
        "Ville": "address.city",
        "Code postal": "address.postal_code",
    }
    spanish = _fields(["Nombre", "Apellidos", "Correo electrónico", "Teléfono", "Empresa", "Ciudad"], CONTACT)
    assert list(spanish.values()) == ["first_name", "last_name", "email", "phone", "company_id", "address.city"]


def test_one_word_means_what_the_resource_makes_of_it() -> None:
    assert _fields(["Firma", "Branche", "Website"], COMPANY) == {"Firma": "name", "Branche": "industry", "Website": "domain"}
    assert _fields(["Opportunity Name", "Company", "Amount", "Currency", "Close Date", "Win probability", "Status"], DEAL) == {
        "Opportunity Name": "name",
        "Company": "company_id",
        "Amount": "value",
        "Currency": "value.currency",
        "Close Date": "close_date",
        "Win probability": "probability",
        "Status": "status",
    }


def test_a_single_name_column_is_split_but_not_beside_its_halves() -> None:
    assert _fields(["Name", "Email"], CONTACT) == {"Name": "full_name", "Email": "email"}
    assert "full_name" not in _fields(["Name", "First name", "Last name"], CONTACT).values()


def test_names_with_more_words_are_recognised_with_less_confidence() -> None:
    [whole, part] = suggest(["Email", "Work phone number"], CONTACT, {}).values()
    assert (whole.field, part.field) == ("email", "phone")
    assert part.confidence < whole.confidence


def test_no_field_is_suggested_twice_and_the_better_name_wins() -> None:
    assert _fields(["Work email", "Email", "Mobile", "Phone"], CONTACT) == {"Email": "email", "Phone": "phone"}


def test_cells_speak_where_names_do_not() -> None:
    samples = {"kol1": ["carol@example.com", "dave@example.com"], "kol2": ["+49 221 12345", "0221 54321"], "kol3": ["blue", "red"]}
    found = suggest(["kol1", "kol2", "kol3"], CONTACT, samples)
    assert {column: suggestion.field for column, suggestion in found.items()} == {"kol1": "email", "kol2": "phone"}
    assert found["kol1"] == Suggestion("email", 0.5, "100% of its cells look like email")


def test_a_name_that_its_cells_belie_is_doubted() -> None:
    believed = suggest(["Email"], CONTACT, {"Email": ["carol@example.com"] * 3})["Email"]
    assert believed.confidence == 1
    assert "Email" not in suggest(["Email"], CONTACT, {"Email": ["yes", "no", "yes"]})
    doubted = suggest(["Email"], CONTACT, {"Email": ["a@b.example", "none", "none", "c@d.example", "x"]})["Email"]
    assert doubted.confidence == 0.6
    assert "only 40% of its cells" in doubted.reason
    few = suggest(["email"], CONTACT, {"email": ["not-an-address"]})["email"]
    assert few.confidence == LEAST_CONFIDENCE, "such a row is refused with its reason, where it would lose its address unnoticed"


def test_custom_fields_and_ids_of_other_systems_are_found() -> None:
    assert _fields(["Size", "HubSpot Contact ID", "Kundennummer", "ID"], CONTACT) == {
        "Size": "custom.size",
        "HubSpot Contact ID": "external_ids.hubspot",
    } | {"Kundennummer": "external_ids.external"}
    assert _fields(["HubSpot ID"], COMPANY) == {}


def test_the_names_of_the_fields_themselves_always_work() -> None:
    names = [hint.name for hint in CONTACT]
    assert _fields(names, CONTACT) == {name: name for name in names}


def test_parts_of_money_are_offered() -> None:
    assert {"value", "value.amount", "value.currency"} <= offered_fields(DEAL).keys()
    assert "full_name" not in offered_fields(DEAL)
