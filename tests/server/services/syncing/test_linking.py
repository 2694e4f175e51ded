"""Links between synced records arrive and leave, whatever comes first, and nobody's ids go where they mean nothing."""

from __future__ import annotations

import itertools
import random
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectors.sdk.mapping import parse_field
from server.domain.actor import Actor
from server.domain.filters import Query
from server.outbound.vendors.values import FieldMaps, Record
from server.services import merges, records
from server.services.merges import Merge, Undo
from server.services.syncing.applying import Applier
from server.services.syncing.counting import Counts
from server.services.syncing.fields import Fields
from server.services.syncing.linking import in_order
from server.services.syncing.pushing import Push
from server.store import awaited_links, database, external_records
from server.store import records as stored
from server.store.awaited_links import Awaited
from server.store.records import by_noun
from server.store.sync_states import State
from tests.server.services.syncing.rig import Connection, Killed, companies, contacts, install, opened, sync, vendor
from tests.server.services.syncing.vendor import TinyVendor

__all__ = ["vendor"]
CONTACT, COMPANY = by_noun()["contact"], by_noun()["company"]
BOTH = ("people", "firms")


def employer(actor: Actor, mail: str) -> str | None:
    """Return the name of the company that a contact is linked to."""
    names = {one["id"]: name for name, one in companies(actor).items()}
    linked: str | None = contacts(actor)[mail]["company_id"]
    return names[linked] if linked else None


def awaited() -> int:
    """Return how many links are awaited."""
    found = database.row("SELECT COUNT(*) FROM awaited_links")
    return int(found[0]) if found else -1


def counts(run: dict[str, Any]) -> dict[str, int]:
    """Return what a run counted, without what it did not."""
    assert run["error"] is None, run["error"]
    return {name: count for name, count in run["counts"].items() if count}


def choose_both(installation: str) -> None:
    """Have an installation that syncs people sync firms as well."""
    database.execute("UPDATE installations SET options = REPLACE(options, ?, ?) WHERE id = ?", ('["people"]', '["people","firms"]', installation))


def test_what_is_referred_to_comes_first_and_the_rest_as_it_is_declared() -> None:
    def maps(**leads: list[str]) -> dict[str, FieldMaps]:
        return {name: FieldMaps(name, "contact", (parse_field("x", {"remote": "x", "refers": to}),)) for name, to in leads.items()}

    assert in_order(maps(deals=["contacts", "companies"], contacts=["companies"], companies=[])) == ["companies", "contacts", "deals"]
    assert in_order(maps(contacts=["companies"], leads=[], companies=[])) == ["companies", "contacts", "leads"]
    assert in_order(maps(a=["b"], b=["a"])) == ["b", "a"]
    assert in_order(maps(a=["a", "gone"])) == ["a"]


def test_a_contact_comes_with_its_company_and_nothing_goes_back(alice: Actor, vendor: TinyVendor) -> None:
    vendor.put("1", mail="ada@example.com", first="Ada", firm="f1")
    vendor.put_firm("f1", name="Engines Ltd")
    installation = install(alice, vendor, BOTH)
    assert counts(sync(alice, installation)) == {"read": 2, "created": 2, "linked": 1}
    assert employer(alice, "ada@example.com") == "Engines Ltd"
    for _ in range(2):
        assert counts(sync(alice, installation, "full")) == {"read": 2, "unchanged": 2}
    assert (awaited(), vendor.of("PATCH"), vendor.of("POST")) == (0, [], [])


def test_a_company_that_comes_later_is_linked_without_reading_the_contact_again(alice: Actor, vendor: TinyVendor) -> None:
    vendor.put("1", mail="ada@example.com", first="Ada", firm="f1")
    installation = install(alice, vendor)
    assert counts(sync(alice, installation)) == {"read": 1, "created": 1, "awaited": 1}
    assert counts(sync(alice, installation, "full")) == {"read": 1, "unchanged": 1}
    choose_both(installation)
    vendor.put_firm("f1", name="Engines Ltd")
    vendor.calls.clear()
    found = counts(sync(alice, installation))
    assert employer(alice, "ada@example.com") == "Engines Ltd"
    assert (found["created"], found["updated"], found["linked"], awaited()) == (1, 1, 1, 0)
    assert [one for one in vendor.calls if one.path == "/people" and "since" not in one.query] == []
    assert counts(sync(alice, installation)).keys() <= {"read", "unchanged"}
    assert vendor.of("PATCH") == []


def test_a_link_that_moves_to_a_row_that_is_not_here_is_empty_until_that_comes(alice: Actor, vendor: TinyVendor) -> None:
    vendor.put_firm("f1", name="Engines Ltd")
    vendor.put("1", mail="ada@example.com", firm="f1")
    installation = install(alice, vendor, BOTH)
    sync(alice, installation)
    vendor.put("1", firm="f2")
    sync(alice, installation)
    assert employer(alice, "ada@example.com") is None
    vendor.put_firm("f2", name="Looms Ltd")
    sync(alice, installation)
    assert employer(alice, "ada@example.com") == "Looms Ltd"
    vendor.put("1", firm=None)
    sync(alice, installation)
    assert employer(alice, "ada@example.com") is None
    assert vendor.of("PATCH") == []


def test_a_link_to_what_was_deleted_is_left_empty_without_a_word(alice: Actor, vendor: TinyVendor) -> None:
    vendor.put_firm("f1", name="Engines Ltd")
    installation = install(alice, vendor, BOTH, direction="import")
    sync(alice, installation)
    records.remove(alice, COMPANY, companies(alice)["Engines Ltd"]["id"])
    vendor.put("1", mail="ada@example.com", firm="f1")
    run = sync(alice, installation)
    assert (run["state"], counts(run)["created"]) == ("succeeded", 1)
    assert employer(alice, "ada@example.com") is None


def test_a_new_link_here_reaches_the_vendor_as_its_own_id(alice: Actor, vendor: TinyVendor) -> None:
    vendor.put_firm("f1", name="Engines Ltd")
    vendor.put("1", mail="ada@example.com", first="Ada")
    installation = install(alice, vendor, BOTH)
    sync(alice, installation)
    ada, engines = contacts(alice)["ada@example.com"], companies(alice)["Engines Ltd"]
    records.update(alice, CONTACT, ada["id"], {"company_id": engines["id"]})
    assert counts(sync(alice, installation))["sent_updated"] == 1
    assert [one.body for one in vendor.of("PATCH")] == [{"firm": "f1"}]
    for _ in range(2):
        sync(alice, installation)
    records.update(alice, CONTACT, ada["id"], {"company_id": None})
    sync(alice, installation)
    assert [one.body for one in vendor.of("PATCH")] == [{"firm": "f1"}, {"firm": None}]


def test_a_company_that_the_vendor_lacks_is_sent_before_the_contact_that_leads_to_it(alice: Actor, vendor: TinyVendor) -> None:
    old = records.create(alice, COMPANY, {"name": "Old Ltd"})
    installation = install(alice, vendor, BOTH)
    sync(alice, installation)
    assert vendor.firms == {}
    records.create(alice, CONTACT, {"email": "ada@example.com", "company_id": old["id"]})
    assert counts(sync(alice, installation))["sent_created"] == 2
    assert [one.path for one in vendor.of("POST")] == ["/firms", "/people"]
    assert [row["firm"] for row in vendor.rows.values()] == list(vendor.firms)
    assert awaited() == 0


def test_our_own_ids_never_leave_and_a_link_is_sent_once_the_vendor_has_its_other_end(alice: Actor, vendor: TinyVendor) -> None:
    old = records.create(alice, COMPANY, {"name": "Old Ltd"})
    installation = install(alice, vendor)
    sync(alice, installation)
    records.create(alice, CONTACT, {"email": "ada@example.com", "first_name": "Ada", "company_id": old["id"]})
    assert counts(sync(alice, installation))["sent_created"] == 1
    assert [one.body for one in vendor.of("POST")] == [{"mail": "ada@example.com", "first": "Ada", "last": None, "phone": None}]
    assert awaited() == 1
    choose_both(installation)
    sync(alice, installation)
    records.update(alice, COMPANY, old["id"], {"phone": "+49 30 1"})
    sync(alice, installation)
    sync(alice, installation)
    assert [one.body for one in vendor.of("PATCH", "/people")] == [{"firm": one} for one in vendor.firms]
    assert (len(vendor.firms), awaited()) == (1, 0)
    assert employer(alice, "ada@example.com") == "Old Ltd"


@pytest.mark.parametrize(("policy", "winner"), [("remote", "Engines Ltd"), ("local", "Ours Ltd"), ("newest", "Ours Ltd"), ("ask", "Ours Ltd")])
def test_a_link_that_was_awaited_meets_ours_by_the_policy(alice: Actor, vendor: TinyVendor, policy: str, winner: str) -> None:
    ours = records.create(alice, COMPANY, {"name": "Ours Ltd"})
    records.create(alice, CONTACT, {"email": "ada@example.com", "company_id": ours["id"]})
    vendor.put("1", mail="ada@example.com", firm="f1")
    installation = install(alice, vendor, BOTH, conflict_policy=policy)
    sync(alice, installation)
    assert vendor.rows["1"]["firm"] == "f1"
    vendor.put_firm("f1", name="Engines Ltd")
    run = sync(alice, installation)
    sync(alice, installation)
    assert employer(alice, "ada@example.com") == winner
    assert counts(run).get("conflicts", 0) == (policy == "ask")
    kept = {"remote": "f1", "ask": "f1"}
    assert vendor.firms[vendor.rows["1"]["firm"]]["name"] == ("Ours Ltd" if policy not in kept else "Engines Ltd")


def test_an_edit_of_the_link_on_both_sides_is_a_conflict_like_any_other(alice: Actor, vendor: TinyVendor) -> None:
    for number in (1, 2, 3):
        vendor.put_firm(f"f{number}", name=f"Firm {number}")
    vendor.put("1", mail="ada@example.com", firm="f1")
    installation = install(alice, vendor, BOTH, conflict_policy="ask")
    sync(alice, installation)
    records.update(alice, CONTACT, contacts(alice)["ada@example.com"]["id"], {"company_id": companies(alice)["Firm 2"]["id"]})
    vendor.put("1", firm="f3")
    run = sync(alice, installation)
    assert run["counts"]["conflicts"] == 1
    assert (employer(alice, "ada@example.com"), vendor.rows["1"]["firm"]) == ("Firm 2", "f3")


def test_a_dry_run_tells_what_would_be_linked_and_leaves_nothing(alice: Actor, vendor: TinyVendor) -> None:
    vendor.put_firm("f1", name="Engines Ltd")
    vendor.put("1", mail="ada@example.com", firm="f1")
    vendor.put("2", mail="bea@example.com", firm="gone")
    installation = install(alice, vendor, BOTH)
    assert counts(sync(alice, installation, "dry_run")) == {"read": 3, "created": 3, "linked": 1, "awaited": 1}
    assert (contacts(alice), awaited()) == ({}, 0)


def merged(actor: Actor, survivor: str, duplicate: str) -> None:
    """Merge a company into another one."""
    merges.merge(actor, COMPANY, survivor, Merge(duplicates=[duplicate]))


def test_a_company_that_is_merged_into_another_one_takes_its_row_at_the_vendor_along_and_back(alice: Actor, vendor: TinyVendor) -> None:
    vendor.put_firm("f1", name="Engines Ltd")
    vendor.put("1", mail="ada@example.com", firm="f1")
    installation = install(alice, vendor, BOTH)
    sync(alice, installation)
    engines, ours = companies(alice)["Engines Ltd"]["id"], records.create(alice, COMPANY, {"name": "Ours Ltd"})["id"]
    merged(alice, ours, engines)
    found = counts(sync(alice, installation, "full"))
    assert (found["sent_updated"], "sent_created" in found, "sent_deleted" in found) == (1, False, False)
    assert (vendor.firms["f1"]["name"], list(vendor.firms), vendor.of("PATCH", "/people")) == ("Ours Ltd", ["f1"], [])
    vendor.put("2", mail="bea@example.com", firm="f1")
    sync(alice, installation)
    assert employer(alice, "ada@example.com") == employer(alice, "bea@example.com") == "Ours Ltd"


def test_a_merge_that_is_undone_leaves_everything_at_the_vendor_as_it_was(alice: Actor, vendor: TinyVendor) -> None:
    vendor.put_firm("f1", name="Engines Ltd")
    vendor.put("1", mail="ada@example.com", firm="f1")
    installation = install(alice, vendor, BOTH, direction="import")
    sync(alice, installation)
    before = database.rows("SELECT external_id, local_id, merged_into, base_values FROM external_records ORDER BY external_id")
    engines, ours = companies(alice)["Engines Ltd"]["id"], records.create(alice, COMPANY, {"name": "Ours Ltd"})["id"]
    merged(alice, ours, engines)
    assert database.rows("SELECT external_id, local_id, merged_into, base_values FROM external_records ORDER BY external_id") != before
    merges.undo(alice, COMPANY, ours, Undo())
    assert database.rows("SELECT external_id, local_id, merged_into, base_values FROM external_records ORDER BY external_id") == before
    assert counts(sync(alice, installation, "full")) == {"read": 2, "unchanged": 2}
    assert employer(alice, "ada@example.com") == "Engines Ltd"


def test_what_leads_to_a_duplicate_that_stays_at_the_vendor_leads_to_the_survivor_here(alice: Actor, vendor: TinyVendor) -> None:
    for number in (1, 2, 3):
        vendor.put_firm(f"f{number}", name=f"Firm {number}")
    installation = install(alice, vendor, BOTH, direction="import")
    sync(alice, installation)
    known = companies(alice)
    merged(alice, known["Firm 2"]["id"], known["Firm 3"]["id"])
    merged(alice, known["Firm 1"]["id"], known["Firm 2"]["id"])
    for number in (2, 3):
        vendor.put(str(number), mail=f"p{number}@example.com", firm=f"f{number}")
    assert counts(sync(alice, installation))["linked"] == 2
    assert {employer(alice, f"p{number}@example.com") for number in (2, 3)} == {"Firm 1"}
    assert awaited() == 0


def test_a_link_whose_ends_two_processes_took_over_at_one_moment_is_made_by_the_next_run(alice: Actor, vendor: TinyVendor) -> None:
    vendor.put_firm("f1", name="Engines Ltd")
    vendor.put("1", mail="ada@example.com")
    installation = install(alice, vendor, BOTH)
    sync(alice, installation)
    missed = Awaited("people", "in", "1", "company_id", "firms", "f1", "f1")
    with database.transaction():
        awaited_links.put(alice.tenant_id, alice.mode, installation, [missed])
    assert counts(sync(alice, installation))["linked"] == 1
    assert (employer(alice, "ada@example.com"), awaited()) == ("Engines Ltd", 0)


def test_whom_a_page_leads_to_is_asked_once_for_the_whole_page(alice: Actor, vendor: TinyVendor, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    look_up = external_records.leading_to

    def counted(*place: Any) -> dict[str, str]:
        asked.append(len(place[-1]))
        return look_up(*place)

    monkeypatch.setattr(external_records, "leading_to", counted)
    for number in range(100):
        vendor.put(f"{number:03d}", mail=f"p{number}@example.com", firm=f"f{number % 7}")
    assert counts(sync(alice, install(alice, vendor)))["awaited"] == 100
    assert asked == [7]


def meeting(actor: Actor) -> dict[str, Any]:
    """Return the only activity."""
    (found,) = records.list_page(actor, by_noun()["activity"], Query())[0]
    return found


def test_who_takes_part_in_a_meeting_is_known_by_the_address(alice: Actor, vendor: TinyVendor) -> None:
    bea = records.create(alice, CONTACT, {"email": "bea@example.com"})
    guests = [{"email": "Bea@Example.com", "name": "Bea"}, {"email": "carl@example.com"}, {"email": "/o=rooms/4", "name": "Room 4"}, {"email": ""}]
    vendor.put_meeting("m1", about="Roof", guests=guests)
    installation = install(alice, vendor, ("meetings",))
    sync(alice, installation)
    assert [(one["email"], one["name"], one["contact_id"]) for one in meeting(alice)["participants"]] == [
        ("bea@example.com", "Bea", bea["id"]), ("carl@example.com", None, None), (None, "Room 4", None),
    ]  # fmt: skip
    assert counts(sync(alice, installation, "full")) == {"read": 1, "unchanged": 1}


def test_of_several_that_a_row_leads_to_the_first_counts_whatever_comes_first(alice: Actor, vendor: TinyVendor) -> None:
    vendor.put_meeting("m1", about="Roof", hosts=["1", "2"])
    vendor.put("2", mail="bea@example.com")
    installation = install(alice, vendor, ("meetings", "people"))
    led_to = []
    for number in (2, 1):
        vendor.put(str(number), mail=f"p{number}@example.com")
        sync(alice, installation)
        led_to.append(meeting(alice)["contact_id"])
    assert led_to == [contacts(alice)[f"p{number}@example.com"]["id"] for number in (2, 1)]
    vendor.put_meeting("m1", hosts=["2", "1"], about="Floor")
    sync(alice, installation)
    assert (meeting(alice)["subject"], meeting(alice)["contact_id"], awaited()) == ("Floor", led_to[1], 0)


def test_a_link_leads_to_whichever_resource_has_the_row(alice: Actor, vendor: TinyVendor) -> None:
    vendor.put_meeting("m1", about="Roof", hosts=["1"])
    installation = install(alice, vendor, ("meetings", "listed"))
    assert counts(sync(alice, installation))["awaited"] == 1
    vendor.put("1", mail="ada@example.com")
    sync(alice, installation)
    assert meeting(alice)["contact_id"] == contacts(alice)["ada@example.com"]["id"]
    assert awaited() == 0


PEOPLE, FIRMS = ("1", "2", "3", "4"), ("f1", "f2", "f3")
EMPLOYERS = st.dictionaries(st.sampled_from(PEOPLE), st.sampled_from((*FIRMS, "never", None)), min_size=1)
PAGES = st.lists(st.tuples(st.one_of(EMPLOYERS, st.lists(st.sampled_from(FIRMS), min_size=1, unique=True)), st.booleans()), max_size=7)


def take(connection: Connection, name: str, rows: list[dict[str, Any]], *, killed: bool) -> None:
    """Take a page over; a worker that is killed writes nothing of it, and another one takes it over again."""
    applier = Applier(connection, name, Fields(connection.maps[name]), "newest", Counts())
    with suppress(Killed), database.transaction():
        applier.apply([Record(row["id"], row) for row in rows], "", 1)
        if not killed:
            return
        raise Killed
    take(connection, name, rows, killed=False)


def here(connection: Connection) -> list[str]:
    """Return the records of the vendor's people."""
    return [str(link.local_id) for link in external_records.find_many(*connection.place, "people", list(PEOPLE)).values()]


def led(connection: Connection, identities: tuple[str, ...]) -> dict[str, str | None]:
    """Return which of the vendor's firms each person's record leads to."""
    firms = {link.local_id: identity for identity, link in external_records.find_many(*connection.place, "firms", list(FIRMS)).items()}
    links = external_records.find_many(*connection.place, "people", list(identities))
    tenant_id, mode, _ = connection.place
    documents = stored.find_many(tenant_id, mode, CONTACT, [str(link.local_id) for link in links.values()])
    return {identity: firms.get(documents[str(link.local_id)]["company_id"]) for identity, link in links.items()}


def test_whatever_comes_first_all_links_are_right_in_the_end_and_nothing_is_sent(alice: Actor, vendor: TinyVendor, database_kind: str) -> None:
    numbers = itertools.count()

    @settings(max_examples=50 if database_kind == "sqlite" else 8, deadline=None, suppress_health_check=list(HealthCheck))
    @given(PAGES, st.permutations(FIRMS))
    def holds(pages: list[tuple[Any, bool]], rest: list[str]) -> None:
        number, told = next(numbers), dict.fromkeys(PEOPLE)
        with opened(alice, install(alice, vendor, BOTH)) as connection:
            for page, killed in [*pages, (dict.fromkeys(PEOPLE[:1], "f1"), False), *(([firm], False) for firm in rest)]:
                if isinstance(page, dict):
                    told |= page
                    rows = [{"id": one, "mail": f"p{one}-{number}@example.com", "firm": firm} for one, firm in page.items()]
                    take(connection, "people", rows, killed=killed)
                else:
                    take(connection, "firms", [{"id": firm, "name": firm} for firm in page], killed=killed)
            found = led(connection, PEOPLE)
            assert found == {one: told[one] if told[one] in FIRMS else None for one in found}
            left = database.rows("SELECT record, awaited FROM awaited_links WHERE installation_id = ?", (connection.row["id"],))
            assert sorted(left) == sorted((one, "never") for one in found if told[one] == "never")
            push = Push(connection, "people", Fields(connection.maps["people"]), Counts(), State(), lambda _: None)
            assert push.pending(here(connection)) == []

    holds()


@dataclass
class Play:
    """Two sides that do what chance says: firms come, people move, links are made and ended here, companies are made and deleted."""

    actor: Actor
    vendor: TinyVendor
    chance: random.Random
    used: set[str] = field(default_factory=set)

    def found_firm(self) -> None:
        """Make or change a firm at the vendor, which never gives an id twice."""
        firm = self.chance.choice(FIRMS)
        if firm in self.vendor.firms or firm not in self.used:
            self.used.add(firm)
            self.vendor.put_firm(firm, name=f"{firm} {self.chance.randrange(99)}")

    def move_there(self) -> None:
        """Let somebody work for another firm, or one that is not there, at the vendor."""
        self.vendor.put(self.chance.choice(PEOPLE), firm=self.chance.choice([None, *self.vendor.firms, "never"]))

    def move_here(self) -> None:
        """Link a contact to another company here."""
        chosen = self.chance.choice([*contacts(self.actor).values(), None])
        if chosen:
            company = self.chance.choice([None, *(one["id"] for one in companies(self.actor).values())])
            records.update(self.actor, CONTACT, chosen["id"], {"company_id": company})

    def found_company(self) -> None:
        """Make a company here."""
        records.create(self.actor, COMPANY, {"name": f"Ours {self.chance.random()}"})

    def close_company(self) -> None:
        """Delete a company here."""
        for one in list(companies(self.actor).values())[:1]:
            records.remove(self.actor, COMPANY, one["id"])


@pytest.mark.parametrize("seed", range(6))
def test_whatever_both_sides_do_they_agree_in_the_end_and_fall_silent(alice: Actor, vendor: TinyVendor, seed: int) -> None:
    play = Play(alice, vendor, random.Random(seed))
    for identity in PEOPLE:
        vendor.put(identity, mail=f"p{identity}@example.com", firm=play.chance.choice([None, *FIRMS]))
    installation = install(alice, vendor, BOTH)
    for _ in range(8):
        play.chance.choice([play.found_firm, play.found_firm, play.move_there, play.move_here, play.found_company, play.close_company])()
        if play.chance.random() < 0.6:
            counts(sync(alice, installation))
    for _ in range(3):
        counts(sync(alice, installation))
    vendor.calls.clear()
    counts(sync(alice, installation, "full"))
    assert (vendor.of("POST"), vendor.of("PATCH"), vendor.of("DELETE")) == ([], [], [])
    there = external_records.find_many(alice.tenant_id, alice.mode, installation, "firms", list(vendor.firms))
    firms = {link.local_id: identity for identity, link in there.items() if link.deleted_at is None}
    for row in vendor.rows.values():
        led_to = contacts(alice)[row["mail"]]["company_id"]
        assert firms.get(led_to) == (row["firm"] if row["firm"] in vendor.firms else None)
