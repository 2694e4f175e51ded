"""The demo tenant: linked records that look like a small company's year, the same at every installation.

Everything is written through the services, so that events, audit entries and timelines exist; all names are invented and
all domains lie under example.com, example.net and example.org, which nobody can own (RFC 2606).
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from server.domain.actor import system_actor
from server.services import demo_mail, keys, records, tenants
from server.services.keys import NewKey
from server.services.tenants import NewTenant
from server.store import database, marks
from server.store.records import by_noun
from server.system import clock

if TYPE_CHECKING:
    from collections.abc import Sequence

    from server.domain.actor import Actor

NAME: Final = "Demo"
MARK: Final = "demo"
SEED: Final = 2026
COMPANIES, CONTACTS, DEALS, ACTIVITIES, ORDERS = 50, 200, 80, 300, 60

FIRST_NAMES: Final = (
    "Ada", "Ben", "Clara", "David", "Elif", "Farid", "Greta", "Hugo", "Ines", "Jonas", "Kira", "Liam", "Mira", "Noah", "Olga", "Pavel",
    "Quinn", "Rosa", "Sven", "Tara", "Umar", "Vera", "Wanda", "Yusuf", "Zoe",
)  # fmt: skip
LAST_NAMES: Final = (
    "Abbott", "Berger", "Costa", "Dahl", "Evans", "Fischer", "Garcia", "Hansen", "Ivanov", "Jansen", "Keller", "Lindgren", "Moreau", "Novak",
    "Olsen", "Petrov", "Quist", "Rossi", "Schmidt", "Tanaka", "Ueda", "Varga", "Weber", "Yilmaz", "Zhang",
)  # fmt: skip
TRADES: Final = (
    ("Harbour", "Logistics"), ("Maple", "Furniture"), ("Northern", "Software"), ("Silver", "Dental"), ("Granite", "Construction"),
    ("Meadow", "Foods"), ("Copper", "Electronics"), ("Lighthouse", "Travel"), ("Willow", "Textiles"), ("Summit", "Insurance"),
)  # fmt: skip
ENDINGS: Final = ("GmbH", "Ltd", "AB", "SA", "Inc")
CITIES: Final = (
    ("Berlin", "DE"),
    ("Lisbon", "PT"),
    ("Malmö", "SE"),
    ("Lyon", "FR"),
    ("Leeds", "GB"),
    ("Graz", "AT"),
    ("Ghent", "BE"),
    ("Turku", "FI"),
)
TITLES: Final = ("Managing director", "Head of purchasing", "Accountant", "Operations manager", "Engineer", "Office manager", "Marketing lead")
PRODUCTS: Final = (
    ("Starter plan", "PLAN-S", "19.00"), ("Team plan", "PLAN-T", "79.00"), ("Business plan", "PLAN-B", "249.00"),
    ("Onboarding day", "SVC-ONB", "980.00"),
    ("Data migration", "SVC-MIG", "1450.00"), ("Support hour", "SVC-HR", "120.00"), ("Card terminal", "HW-TRM", "189.50"),
    ("Label printer", "HW-LBL", "312.00"),
)  # fmt: skip
STAGES: Final = (("qualified", 20), ("meeting", 40), ("proposal", 60), ("negotiation", 80))
SUBJECTS: Final = {
    "call": ("Asked about delivery times", "Follow-up on the offer", "Went through open questions"),
    "meeting": ("Demonstration on site", "Kick-off", "Quarterly review"),
    "task": ("Send the contract", "Prepare a quotation", "Check the references"),
    "note": ("Prefers to be called in the morning", "Budget is decided in spring", "Uses a competitor until summer"),
    "email": ("Sent the brochure", "Confirmed the appointment", "Answered the questionnaire"),
}


@dataclass(frozen=True, slots=True)
class Demo:
    """The demo tenant; the keys are there only when they were made just now."""

    id: str
    name: str
    live: str | None
    test: str | None


def open_tenant(default_tier: str) -> Demo:
    """Make the demo tenant with a live and a test key, or find the one that is there."""
    tenant, created = tenants.create(system_actor(""), NewTenant(name=NAME), default_tier)
    if not created:
        return Demo(tenant["id"], tenant["name"], None, None)
    actor = system_actor(tenant["id"])
    live = keys.create(actor, NewKey(name="Demo", scopes=["*"]))
    test = keys.create(actor, NewKey(name="Demo sandbox", scopes=["*"], test=True))
    return Demo(tenant["id"], tenant["name"], live["key"], test["key"])


def fill(tenant_id: str) -> int:
    """Write the records, once, all together or none; returns how many."""
    with database.transaction():
        if marks.find(MARK) == tenant_id:
            return 0
        year = _Year(system_actor(tenant_id))
        demo_mail.take_in(tenant_id, year.write())
        marks.put(MARK, tenant_id)
    return year.written


def write(actor: Actor) -> None:
    """Write the records, and nothing else, into the actor's tenant and mode."""
    _Year(actor).write()


class _Year:
    """A year of business up to today, drawn with a fixed seed."""

    def __init__(self, actor: Actor) -> None:
        self._actor = actor
        self._dice = random.Random(SEED)  # noqa: S311 - the same records everywhere, no secret
        self._today = datetime.fromtimestamp(clock.now_ms() // 1000, UTC).replace(hour=9, minute=0, second=0)
        self.written = 0

    def write(self) -> list[dict[str, Any]]:
        """Write everything, what is pointed at first; returns the contacts."""
        products = [
            self._make("product", name=name, sku=sku, price=_euros(price), unit="piece", description=f"{name} for small and mid-sized companies")
            for name, sku, price in PRODUCTS
        ]
        companies = [self._company(index) for index in range(COMPANIES)]
        contacts = [self._contact(index, companies) for index in range(CONTACTS)]
        deals = [self._deal(contacts) for _ in range(DEALS)]
        for index in range(ACTIVITIES):
            self._activity(index, contacts, deals)
        for index in range(ORDERS):
            self._order(index, contacts, products)
        return contacts

    def _make(self, noun: str, **fields: Any) -> dict[str, Any]:
        self.written += 1
        return records.create(self._actor, by_noun()[noun], fields)

    def _company(self, index: int) -> dict[str, Any]:
        first, trade = TRADES[index % len(TRADES)][0], TRADES[(index // len(TRADES) + index) % len(TRADES)][1]
        city, country = CITIES[index % len(CITIES)]
        return self._make(
            "company",
            name=f"{first} {trade} {ENDINGS[index % len(ENDINGS)]}",
            domain=f"{first}-{trade}-{index + 1}.example.com".lower(),
            phone=f"+49 30 5550{index:03}",
            industry=trade,
            address={"line1": f"{10 + index} Station Road", "city": city, "country": country, "postal_code": f"{10115 + 37 * index}"},
            tags=self._dice.sample(("customer", "partner", "prospect", "newsletter"), 2),
        )

    def _contact(self, index: int, companies: Sequence[dict[str, Any]]) -> dict[str, Any]:
        first, last = FIRST_NAMES[index % len(FIRST_NAMES)], LAST_NAMES[(index * 7 + index // len(FIRST_NAMES)) % len(LAST_NAMES)]
        company = companies[index % len(companies)]
        return self._make(
            "contact",
            first_name=first,
            last_name=last,
            email=f"{first}.{last}.{index + 1}@{company['domain']}".lower(),
            phone=f"+49 30 5551{index:03}",
            title=TITLES[index % len(TITLES)],
            company_id=company["id"],
            address=company["address"],
            source=self._dice.choice(("website", "fair", "referral", "import")),
            lifecycle=self._dice.choice(("lead", "opportunity", "customer")),
        )

    def _deal(self, contacts: Sequence[dict[str, Any]]) -> dict[str, Any]:
        contact = self._dice.choice(contacts)
        status = self._dice.choices(("open", "won", "lost"), (5, 3, 2))[0]
        stage, probability = self._dice.choice(STAGES) if status == "open" else (status, 100 if status == "won" else 0)
        return self._make(
            "deal",
            name=f"{self._dice.choice(PRODUCTS)[0]} for {contact['last_name']}",
            stage=stage,
            pipeline="Sales",
            probability=float(probability),
            status=status,
            value=_euros(f"{self._dice.randrange(5, 400) * 50}.00"),
            close_date=self._day(-120, 90).date().isoformat(),
            contact_id=contact["id"],
            company_id=contact["company_id"],
        )

    def _activity(self, index: int, contacts: Sequence[dict[str, Any]], deals: Sequence[dict[str, Any]]) -> None:
        kind = self._dice.choice(tuple(SUBJECTS))
        at, deal = self._day(-300, 30), self._dice.choice(deals)
        contact_id = deal["contact_id"] if index % 2 else self._dice.choice(contacts)["id"]
        fields: dict[str, Any] = {"type": kind, "subject": self._dice.choice(SUBJECTS[kind]), "done": at < self._today, "contact_id": contact_id}
        if index % 2:
            fields |= {"deal_id": deal["id"], "company_id": deal["company_id"]}
        if kind == "meeting":
            fields |= {"starts_at": _moment(at), "ends_at": _moment(at + timedelta(hours=1))}
        elif kind != "note":
            fields["due_at"] = _moment(at)
        self._make("activity", **fields)

    def _order(self, index: int, contacts: Sequence[dict[str, Any]], products: Sequence[dict[str, Any]]) -> None:
        """Order some products, and invoice and pay what was delivered long enough ago."""
        contact, at = self._dice.choice(contacts), self._day(-330, -1)
        chosen = [(product, self._dice.randint(1, 5)) for product in self._dice.sample(list(products), 2)]
        items = [{"product_id": one["id"], "description": one["name"], "quantity": count, "unit_price": one["price"]} for one, count in chosen]
        total = _euros(f"{sum(int(one['price']['amount'].replace('.', '')) * count for one, count in chosen) / 100:.2f}")
        buyer = {"contact_id": contact["id"], "company_id": contact["company_id"]}
        age = (self._today - at).days
        status = "fulfilled" if age > 14 else "placed"
        order = self._make("order", number=f"O-{1001 + index}", status=status, ordered_at=_moment(at), total=total, items=items, **buyer)
        if status != "fulfilled":
            return
        paid, billed = age > 45, at + timedelta(days=10)
        dates = {"issued_on": billed.date().isoformat(), "due_on": (billed + timedelta(days=30)).date().isoformat()}
        invoice = self._make(
            "invoice", number=f"I-{1001 + index}", status="paid" if paid else "open", order_id=order["id"], total=total, items=items, **dates, **buyer
        )
        if paid:
            self._make(
                "payment",
                amount=total,
                status="succeeded",
                method=self._dice.choice(("card", "transfer")),
                reference=f"P-{1001 + index}",
                invoice_id=invoice["id"],
                order_id=order["id"],
                contact_id=contact["id"],
                paid_at=_moment(billed + timedelta(days=self._dice.randint(3, 28))),
            )

    def _day(self, earliest: int, latest: int) -> datetime:
        return self._today + timedelta(days=self._dice.randint(earliest, latest), minutes=self._dice.randrange(0, 480, 15))


def _euros(amount: str) -> dict[str, str]:
    return {"amount": amount, "currency": "EUR"}


def _moment(at: datetime) -> str:
    return clock.rfc3339(int(at.timestamp()) * 1000)
