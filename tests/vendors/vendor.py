"""The mock vendor: a personality, what it keeps, its identity provider and the deck of faults, behind one door called `answer`.

Whatever differs from the vendor's description, asked or answered, is kept in `deviations`, and `verify` fails because of it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from threading import RLock
from typing import Any

from tests.vendors.faults import AFTER, BEFORE, INSTEAD, MISCHIEF, STAGES, Deck
from tests.vendors.hooks import Mail
from tests.vendors.identity import IdentityProvider
from tests.vendors.limits import Window
from tests.vendors.messages import Answer, Broken, Call, Refusal
from tests.vendors.personality import Personality
from tests.vendors.store import Row, Store
from tests.vendors.timing import VendorClock, http_date


class MockVendor:
    """One account at one vendor."""

    def __init__(self, kind: type[Personality], *, clock: VendorClock | None = None, validates: bool = True, enforces_limits: bool = False) -> None:
        self.clock: VendorClock = clock or VendorClock()
        self.validates = validates
        self.enforces_limits = enforces_limits
        self.store = Store(self.clock, self.new_id, self.notice)
        self.identity: IdentityProvider = IdentityProvider(kind.identity, self.clock)
        self.faults = Deck()
        self.windows = [Window(limit) for limit in kind.limits]
        self.calls: list[Call] = []
        self.deviations: list[str] = []
        self.remembered: dict[tuple[str, str], tuple[bytes, Answer]] = {}
        self.spoilt_rows: list[Row] = []
        self.lock = RLock()
        self.personality: Personality = kind(self)
        self.personality.prepare()

    def new_id(self, resource: str, place: int, values: Mapping[str, Any]) -> str:
        return self.personality.new_id(resource, place, values)

    def notice(self, resource: str, row: Row, verb: str) -> None:
        self.personality.notice(resource, row, verb)

    def answer(self, call: Call) -> Answer:
        """Answer one call. The answer may be broken as the deck says; how it is delivered is up to who asked."""
        with self.lock:
            self.calls.append(call)
            drawn = self.faults.draw(call)
            for fault in (each for each in drawn if STAGES[each] == "before"):
                BEFORE[fault](self)
            answer = self.identity.answer(call) or self.checked(call, drawn)
            for fault in (each for each in drawn if STAGES[each] == "after"):
                answer = replace(AFTER[fault](answer), genuine=False)
            headers = {"date": http_date(self.clock.now()), **self.personality.headers(call), **answer.headers}
            return replace(answer, headers=headers)

    def whole(self, call: Call) -> Answer:
        """Answer one call in memory: an answer that would not come whole over a wire is raised as a broken connection."""
        answer = self.answer(call)
        if answer.delivery != "whole":
            raise Broken(answer.delivery)
        return answer

    def checked(self, call: Call, drawn: list[str]) -> Answer:
        """Answer a call to the API, held against its description."""
        contracts = self.personality.contracts() if self.validates else ()
        found = next(((contract, operation) for contract in contracts if (operation := contract.operation(call))), None)
        if found is None and len(contracts) == len(self.personality.descriptions):
            self.deviations.append(f"{call.method} {call.url.partition('?')[0]} is not described")
        wrong = found[0].asked(call, found[1]) if found else []
        self.deviations += wrong
        self.faults.current = set(drawn)
        answer = replace(self.personality.refusal(400, "invalid_request", wrong[0]), genuine=False) if wrong else self.made(call, drawn)
        if found and answer.genuine and not self.spoilt(drawn):
            self.deviations += found[0].answered(answer, found[1])
        return answer

    def made(self, call: Call, drawn: Iterable[str]) -> Answer:
        """Return the fault's answer, or the vendor's, in the order in which a vendor looks at a call."""
        taken = [window.take(call.path, self.clock.now()) for window in self.windows]
        fault = next((each for each in drawn if STAGES[each] == "instead"), None)
        if fault:
            return replace(INSTEAD[fault](self, call), genuine=False)
        if self.enforces_limits and not all(taken):
            return replace(self.personality.throttled(1), genuine=False)
        if not self.personality.authorized(call):
            return self.personality.unauthorized(call)
        return self.once(call, self.handled)

    def once(self, call: Call, act: Callable[[Call], Answer]) -> Answer:
        """Answer as before where a call carries a key that was seen."""
        key = call.headers.get(self.personality.idempotency_header, "") if call.method != "GET" else ""
        if not key:
            return act(call)
        seen = self.remembered.get((call.path, key))
        if seen is None:
            answer = act(call)
            self.remembered[call.path, key] = (call.body, answer)
            return answer
        if seen[0] != call.body:
            return self.personality.refusal(400, "idempotency_error", "Keys may only be used again with the same parameters.")
        return seen[1]

    def handled(self, call: Call) -> Answer:
        try:
            return self.personality.handle(call)
        except Refusal as refusal:
            return refusal.answer

    def spoilt(self, drawn: Iterable[str]) -> bool:
        """Tell whether an answer may hold what no description has."""
        return any(STAGES[fault] == "during" for fault in drawn) or any(row.mischief for row in self.spoilt_rows)

    def verify(self) -> None:
        """Fail if anything asked or answered was not as described."""
        found = Counter(self.deviations)
        assert not found, "not as the vendor describes it:\n" + "\n".join(f"{times}x {each}" for each, times in found.items())

    def seed(self, resource: str, number: int, *, start: int = 0) -> list[Row]:
        """Create so many plausible rows."""
        table = self.store[resource]
        return [table.create(self.personality.sample(resource, each)) for each in range(start, start + number)]

    def spoil(self, row: Row, mischief: str) -> None:
        """Show a row wrongly from now on; `row.mischief.clear()` mends it."""
        assert mischief in MISCHIEF
        row.mischief.append(mischief)
        self.spoilt_rows.append(row)

    def hooks_to(self, url: str, secret: str = "") -> Mail:
        """Return what makes messages to one of our addresses."""
        return Mail(self, url, secret)

    def asked(self, method: str = "", path: str = "") -> list[Call]:
        """Return the calls that came, of one method and to paths that begin so."""
        return [call for call in self.calls if call.method.startswith(method) and call.path.startswith(path)]
