"""Tiers are edited while serving, and none that somebody is on goes away."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from server.domain.actor import Actor, system_actor
from server.domain.errors import Conflict, Denied, Missing, Unprocessable
from server.services import tenants, tiers
from server.services.credentials import find_tier
from server.services.limits import Cost
from server.services.tenants import NewTenant
from server.services.tiers import TierChange
from server.store import generations

OPERATOR = system_actor("")
LIMITS = [{"requests": 5, "period": "minute", "endpoints": ["/api/v1/contacts*"]}, {"requests": 100, "period": "second"}]


@pytest.mark.usefixtures("opened")
def test_a_tier_is_made_replaced_and_listed() -> None:
    before = generations.current().get("credentials", 0)
    body = TierChange.model_validate({"price": {"amount": "49.00", "currency": "EUR"}, "limits": LIMITS})
    made, created = tiers.put(OPERATOR, "gold", body)
    assert (created, made["version"], made["price"]) == (True, 1, {"amount": "49.00", "currency": "EUR"})
    assert [(window.requests, window.seconds, window.endpoints) for window in find_tier("gold").windows] == [
        (5, 60, ("/api/v1/contacts*",)),
        (100, 1, ()),
    ]
    again, created = tiers.put(OPERATOR, "gold", TierChange.model_validate({"name": "gold", "limits": []}))
    assert (created, again["version"], again["price"], again["limits"]) == (False, 2, None, [])
    assert tiers.get(OPERATOR, "gold") == again
    assert [tier["name"] for tier in tiers.list_page(OPERATOR, None, 50)[0]] == ["gold", "standard", "unlimited"]
    assert generations.current()["credentials"] == before + 2


@pytest.mark.usefixtures("opened")
@pytest.mark.criterion("api-16")
def test_a_tier_limits_tenants_keys_and_users_and_says_what_requests_cost() -> None:
    limits = [
        {"requests": 10, "period": "second"},
        {"requests": 5, "period": "second", "per": "key"},
        {"requests": 3, "period": "day", "per": "user"},
    ]
    costs = [{"endpoints": ["/api/v1/exports*"], "units": 3}]
    made, _ = tiers.put(OPERATOR, "gold", TierChange.model_validate({"limits": limits, "costs": costs}))
    assert [limit["per"] for limit in made["limits"]] == ["tenant", "key", "user"]
    assert made["costs"] == costs
    found = find_tier("gold")
    assert [(window.name, window.per) for window in found.windows] == [("second", "tenant"), ("key-second1", "key"), ("user-day2", "user")]
    assert found.costs == (Cost(("/api/v1/exports*",), 3),)


@pytest.mark.usefixtures("opened")
def test_a_cost_that_no_window_could_pay_is_refused() -> None:
    costs = [{"endpoints": ["/a"], "units": 5}, {"endpoints": ["/b"], "units": 6}]
    with pytest.raises(Unprocessable) as caught:
        tiers.put(OPERATOR, "gold", TierChange.model_validate({"limits": LIMITS, "costs": costs}))
    assert [(fault.pointer, fault.code) for fault in caught.value.faults] == [("/costs/1/units", "too_dear")]


@pytest.mark.usefixtures("opened")
def test_a_tier_in_use_stays() -> None:
    tiers.put(OPERATOR, "gold", TierChange())
    tenant, _ = tenants.create(OPERATOR, NewTenant(name="C", tier="gold"), "standard")
    for name in ("gold", "standard"):
        with pytest.raises(Conflict) as caught:
            tiers.remove(OPERATOR, name, "standard")
        assert caught.value.stable_code == "tier_in_use"
    tenants.update(OPERATOR, tenant["id"], tenants.TenantChange(tier="standard"))
    tiers.remove(OPERATOR, "gold", "standard")
    with pytest.raises(Missing):
        tiers.remove(OPERATOR, "gold", "standard")


@pytest.mark.usefixtures("opened")
@pytest.mark.parametrize(("name", "given"), [("Gold!", None), ("", None), ("gold", "silver")])
def test_a_name_that_does_not_fit_is_refused(name: str, given: str | None) -> None:
    with pytest.raises(Unprocessable) as caught:
        tiers.put(OPERATOR, name, TierChange(name=given))
    assert [fault.pointer for fault in caught.value.faults] == ["/name"]


@pytest.mark.parametrize(
    "body",
    [
        {"limits": [{"requests": 0, "period": "second"}]},
        {"limits": [{"requests": 1, "period": "week"}]},
        {"price": {"amount": "1.005", "currency": "EUR"}},
        {"price": {"amount": "1", "currency": "EURO"}},
        {"price": {"amount": "-1", "currency": "EUR"}},
    ],
)
def test_limits_and_prices_that_mean_nothing_are_refused(body: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        TierChange.model_validate(body)


def test_only_operators_edit_tiers(alice: Actor) -> None:
    acts = (
        lambda: tiers.put(alice, "gold", TierChange()),
        lambda: tiers.get(alice, "standard"),
        lambda: tiers.list_page(alice, None, 1),
        lambda: tiers.remove(alice, "standard", "other"),
    )
    for act in acts:
        with pytest.raises(Denied):
            act()
