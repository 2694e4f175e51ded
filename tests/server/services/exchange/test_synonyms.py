"""The table of synonyms is well formed."""

from server.services.exchange.looks import key_of
from server.services.exchange.synonyms import STRONG, WEAK, WORDS_OF_VALUES


def test_no_name_is_blank_and_none_is_strong_and_weak_for_one_field() -> None:
    for table in (STRONG, WEAK, WORDS_OF_VALUES):
        assert all(key_of(name) for names in table.values() for name in names)
    for field, names in WEAK.items():
        assert not {key_of(name) for name in names} & {key_of(name) for name in STRONG.get(field, ())}, field


def test_every_field_of_the_contract_has_names_in_several_languages() -> None:
    contact = {
        "first_name",
        "last_name",
        "email",
        "phone",
        "title",
        "company_id",
        "address.line1",
        "address.city",
        "address.postal_code",
        "address.country",
        "source",
    }
    company, deal = {"name", "domain", "industry"}, {"stage", "pipeline", "value", "close_date", "probability", "status"}
    activity = {"type", "subject", "body", "due_at", "starts_at", "ends_at", "done", "participants", "contact_id", "deal_id"}
    for field in contact | company | deal | activity:
        assert len(STRONG[field]) >= 4, field
