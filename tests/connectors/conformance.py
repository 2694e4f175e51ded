"""What every connector has to keep, for one line: `class TestHubSpot(Conformance, key="hubspot"): ...` and the resources it reads.

Static rules come from the folder; the others are shown against the mock vendor, whose every answer is held against the vendor's own
description. A vendor's quirks are tested beside that line.
"""

from __future__ import annotations

import ast
import inspect
import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

import pytest

from connectors import registry
from connectors.sdk.cursor import HOUR_MS, EventLog, ModifiedSince
from connectors.sdk.declared import PROBE
from connectors.sdk.deletes import BY_ABSENCE, KINDS, ArchivedList, Never, apart
from connectors.sdk.errors import ConnectorError, NeedsUser
from connectors.sdk.migration import Kept, migrate
from connectors.sdk.resource import Resource, Write
from connectors.sdk.values import Call, Change, Cursor, Page
from server.outbound.vendors.driving import Paused, Unknown
from server.services.syncing.testing import judge_clock, tried
from server.store.records import by_noun
from tests.connectors import kept
from tests.connectors.described import changes_of, described
from tests.connectors.line import Line, on_line
from tests.house import source
from tests.vendors.catalog import kind
from tests.vendors.faults import DURING, INSTEAD
from tests.vendors.vendor import MockVendor

MOST_LINES = 100
MOST_LINES_WITH_REASON = 150
ALLOWED_IMPORTS = frozenset(
    {"__future__", "base64", "collections", "contextlib", "csv", "dataclasses", "datetime", "decimal", "email", "enum", "functools", "hashlib",
     "hmac", "html", "io", "itertools", "json", "operator", "re", "string", "typing", "unicodedata", "urllib", "uuid", "zlib"}
)  # fmt: skip
ROWS = 23
"""How many rows a resource is filled with: some pages of the small size that the tests make of a pager's."""
SMALL = 5
FAULTS = [*INSTEAD, *DURING, "rotated_token", "clock_ahead", "clock_behind", "reset_mid_body", "slow_drip", "truncated_json", "lost_answer"]
WRONG = {
    "invalid_credential": "unauthorized",
    "scope_missing": "forbidden",
    "wrong_host": "html_success",
    "host_unreachable": "lost_answer",
    "clock_skewed": "clock_ahead",
}
"""What a test of a connection says, by the code, of each fault."""
ENDED = (ConnectorError, Paused, Unknown)


class Conformance:
    """The suite. `resources` are those that the mock vendor has rows of, each with the name of its table there."""

    key: ClassVar[str]
    description: ClassVar[Path | None] = None
    config: ClassVar[Mapping[str, Any]] = {}
    fields: ClassVar[Mapping[str, str]] = {}
    way: ClassVar[str] = ""
    token: ClassVar[str] = ""
    resources: ClassVar[Mapping[str, str]] = {}
    prefix: ClassVar[str] = ""
    neighbours: ClassVar[Mapping[str, str]] = {}
    """Of a resource that is read in partitions: the table of another one than the first."""
    calls_to_test: ClassVar[int] = 1
    reason_for_length: ClassVar[str] = ""
    changes: ClassVar[Mapping[str, Mapping[str, Any]]] = {}

    def __init_subclass__(cls, key: str = "") -> None:
        """Take the connector's key; what a description alone tells of it need not be said again."""
        if key:
            cls.key = key
        if cls.description is not None and not cls.resources:
            cls.resources = {name: name for name in registry.connector(cls.key).resources}
            cls.changes = changes_of(cls.key, cls.description)

    @pytest.fixture
    def line(self) -> Iterator[Line]:
        """Yield the connector on a line with its vendor; whatever was not as described fails the test."""
        vendor = MockVendor(kind(self.key) if self.description is None else described(self.key, self.description))
        if self.token:
            vendor.identity.accept(self.token)
        yield on_line(vendor, self.key, self.config, way=self.way, fields=self.fields)
        vendor.verify()

    @pytest.fixture
    def short(self, line: Line, monkeypatch: pytest.MonkeyPatch) -> Line:
        """Return the line with pages of a few rows, so that there are many."""
        small = {name: shortened(resource) for name, resource in line.connector.resources.items()}
        monkeypatch.setattr(line.connector, "resources", small)
        return line

    def alive(self, line: Line, table: str) -> set[str]:
        """Return the ids of the rows that the vendor has, as the connector names them."""
        return {self.prefix + identity for identity in alive(line.vendor, table)}

    def filled(self, line: Line) -> None:
        for table in self.resources.values():
            line.vendor.seed(table, ROWS)

    # What is declared.

    def test_the_manifest_and_the_code_agree(self) -> None:
        manifest, made = registry.manifests()[self.key], registry.connector(self.key)
        declared = {name: one.deletes for name, one in manifest.resources.items() if one.reads}
        reading = {name: one.deletes for name, one in made.resources.items() if one.reads}
        assert {name: next(kind for kind, each in KINDS.items() if isinstance(one, each)) for name, one in reading.items()} == declared
        ways = {name: set(one.writes) for name, one in manifest.resources.items() if name != PROBE}
        assert {name: writes_of(one) or ways[name] for name, one in made.resources.items()} == ways
        assert {name for name, one in made.resources.items() if one.write is not None} == {name for name, found in ways.items() if found}

    def test_limits_have_a_source_and_a_day(self) -> None:
        limits = registry.manifests()[self.key].limits
        assert [one for one in limits if not one.source.startswith("https://") or len(one.checked) != 10] == []

    def test_there_is_an_icon_that_holds_no_script(self) -> None:
        text = registry.manifests()[self.key].icon.read_text(encoding="utf-8")
        assert text.startswith("<svg")
        assert "<script" not in text
        assert len(text) < 20_000

    def test_the_code_is_short_and_imports_nothing_that_acts(self) -> None:
        path = registry.manifests()[self.key].folder / "connector.py"
        text = path.read_text(encoding="utf-8") if path.exists() else ""
        lines = sum(bool(line.strip()) for line in text.splitlines())
        assert lines <= (MOST_LINES_WITH_REASON if self.reason_for_length else MOST_LINES)
        assert (
            sorted(
                {
                    name
                    for name in imported(source.parse(text))
                    if name not in ALLOWED_IMPORTS
                    and not name.startswith(("connectors.sdk", "connectors.providers", f"connectors.catalog.{path.parent.name}."))
                }
            )
            == []
        )
        assert [ast.unparse(node)[:60] for node in ast.walk(source.parse(text)) if endless(node)] == []

    def test_field_maps_speak_of_declared_resources(self) -> None:
        manifest = registry.manifests()[self.key]
        for name, found in registry.maps(self.key).items():
            assert manifest.resources[name].local == found.local
            assert found.fields

    def test_what_a_map_refers_to_is_a_resource_whose_rows_are_what_the_field_leads_to(self) -> None:
        maps = registry.maps(self.key)
        for found in maps.values():
            kinds = by_noun()[found.local].fields
            for one in found.links:
                assert {maps[target].local for target in one.refers} == {kinds[one.local].reference}
                assert (one.required, one.choices) == (False, {})

    # Configuration and connection.

    def test_the_good_configuration_has_no_problem_and_each_problem_has_its_remedy(self, line: Line) -> None:
        assert line.connector.validate_config(self.config) == []
        schema = line.connector.manifest.config_schema
        without = {name: value for name, value in self.config.items() if name not in schema["required"]}
        assert {problem.field for problem in line.connector.validate_config(without)} == set(schema["required"])
        wrong = line.connector.validate_config({**self.config, **{name: {"?": 1} for name in schema["properties"]}, "no_such_field": 1})
        assert {problem.field for problem in wrong} == {*schema["properties"], "no_such_field"}
        assert all(problem.code and problem.message for problem in wrong)

    def test_the_connection_tells_who_we_are_with_one_call(self, line: Line) -> None:
        account = line.account()
        assert account.id
        assert account.name
        assert len(line.wire.seen) == self.calls_to_test

    @pytest.mark.criterion("connectors-3")
    def test_each_thing_that_is_wrong_with_a_connection_has_its_own_code_and_remedy(self, line: Line) -> None:
        if not self.calls_to_test:
            return
        told = {}
        for code, fault in WRONG.items():
            line.vendor.clock.skew = 0
            line.vendor.faults.play(fault, times=5)
            line.bind()
            with pytest.raises(ConnectorError) as raised:
                examined(line)
            told[raised.value.stable_code] = raised.value.remedy
            assert raised.value.stable_code == code
            line.vendor.faults.cards.clear()
        line.vendor.clock.skew = 0
        assert all(told.values())
        assert len(set(told.values())) == len(WRONG)

    # Reading.

    def test_every_row_is_read_and_a_second_run_reads_what_changed(self, short: Line) -> None:
        self.filled(short)
        for resource, table in self.resources.items():
            short.sync(resource)
            assert short.ids(resource) == self.alive(short, table)
            assert [page.begins for page in short.pages if page.begins] == [True] * len([page for page in short.pages if page.ends])
            self.settle(short, 2)
            changed = short.vendor.store[table].live()[3]
            short.vendor.store[table].change(changed.id, {})
            fresh = short.vendor.seed(table, 1, start=ROWS)[0]
            self.settle(short, 0)
            short.pages.clear()
            short.sync(resource)
            read = {record.id for page in short.pages for record in page.rows}
            assert {self.prefix + changed.id, self.prefix + fresh.id} <= read
            assert short.ids(resource) == self.alive(short, table)
            short.pages.clear()

    def settle(self, line: Line, hours: int) -> None:
        line.vendor.clock.advance(hours * HOUR_MS + 1000)

    def test_a_run_that_is_dropped_after_any_page_goes_on_without_loss(self, short: Line) -> None:
        self.filled(short)
        for resource, table in self.resources.items():
            short.bind()
            whole = list(short.driver.run(short.connector.import_data(resource)))
            for dropped in range(len(whole)):
                short.rows.clear()
                short.cursors.clear()
                first = short.driver.run(short.connector.import_data(resource))
                short.take(resource, [next(first) for _ in range(dropped + 1)])
                rest = list(short.driver.run(short.connector.import_data(resource, short.cursors[resource])))
                short.take(resource, rest)
                assert short.ids(resource) == self.alive(short, table)
                if dropped < len(whole) - 1:
                    assert len(rest) <= len(whole) - dropped

    @pytest.mark.criterion("connectors-15")
    def test_a_delete_at_the_vendor_is_seen_within_the_declared_time(self, short: Line) -> None:
        self.filled(short)
        for resource, table in self.resources.items():
            declared = short.connector.resources[resource].deletes
            if isinstance(declared, Never):
                continue
            short.sync(resource)
            gone = short.vendor.store[table].live()[7]
            short.vendor.clock.advance(bound_hours(short.connector.resources[resource]) * HOUR_MS + 1000)
            short.vendor.store[table].delete(gone.id)
            short.sync(resource)
            assert self.prefix + gone.id not in short.ids(resource)
            assert len(short.ids(resource)) == ROWS - 1

    @pytest.mark.criterion("connectors-15")
    def test_a_listing_that_breaks_off_deletes_nothing(self, short: Line) -> None:
        self.filled(short)
        for resource, table in self.resources.items():
            short.pages.clear()
            short.sync(resource)
            short.vendor.clock.advance(48 * HOUR_MS)
            short.vendor.faults.play("error_500", first=min(3, len(short.pages)), times=20)
            with pytest.raises(Paused):
                short.take(resource, short.driver.run(short.connector.import_data(resource)))
            assert short.ids(resource) == self.alive(short, table)
            short.vendor.faults.cards.clear()

    @pytest.mark.criterion("connectors-14")
    def test_a_token_that_expired_lists_its_own_partition_anew_and_no_other(self, short: Line) -> None:
        self.filled(short)
        for resource, table in self.resources.items():
            if resource in self.neighbours:
                short.vendor.seed(self.neighbours[resource], 2)
            short.sync(resource)
            if not keeps_token(short, resource):
                continue
            others = short.ids(resource) - self.alive(short, table)
            assert bool(others) == (resource in self.neighbours)
            self.lived(short, table)
            short.vendor.faults.play("expired_token")
            (begun,) = self.begun(short, resource)
            assert begun.restart == "cursor_expired"
            listed = [record.id for page in short.pages for record in page.rows if page.partition == begun.partition]
            assert sorted(listed) == sorted(self.alive(short, table))
            assert short.ids(resource) == self.alive(short, table) | others
            assert self.begun(short, resource) == []

    def lived(self, line: Line, table: str) -> None:
        """Let a row be changed, one be deleted and one be made at the vendor."""
        kept = line.vendor.store[table]
        kept.change(kept.live()[3].id, {})
        kept.delete(kept.live()[7].id)
        line.vendor.seed(table, 1, start=ROWS)

    def begun(self, line: Line, resource: str) -> list[Page]:
        """Read on, and return the pages with which a listing of everything begins."""
        line.pages.clear()
        line.sync(resource)
        return [page for page in line.pages if page.begins]

    @pytest.mark.parametrize("mischief", ["malformed_row", "null_required", "unknown_field"])
    def test_a_row_that_is_wrong_is_told_and_the_others_are_read(self, short: Line, mischief: str) -> None:
        self.filled(short)
        for resource, table in self.resources.items():
            row = short.vendor.store[table].live()[4]
            short.vendor.spoil(row, mischief)
            short.sync(resource)
            bad = {self.prefix + row.id} if mischief == "malformed_row" else set()
            assert self.alive(short, table) - {self.prefix + row.id} <= short.ids(resource) <= self.alive(short, table) - bad
            assert all(record.problem for record in short.quarantined)

    @pytest.mark.parametrize("fault", FAULTS)
    def test_after_any_fault_a_later_run_has_everything(self, short: Line, fault: str) -> None:
        self.filled(short)
        for resource, table in self.resources.items():
            short.vendor.faults.play(fault, first=2)
            with suppress(*ENDED):
                short.sync(resource)
            short.vendor.faults.cards.clear()
            short.vendor.clock.skew = 0
            if self.token:
                short.vendor.identity.accept(self.token)
            short.sync(resource)
            short.sync(resource)
            assert short.ids(resource) == self.alive(short, table)

    def test_default_maps_make_something_of_every_row(self, short: Line) -> None:
        self.filled(short)
        for resource in self.resources:
            maps = registry.maps(self.key).get(resource)
            if maps is None:
                continue
            short.sync(resource)
            for record in short.rows[resource].values():
                ours = maps.to_local(record.values)
                assert [value for value in ours.values() if value not in (None, "", {})], record.values
                there = maps.to_remote(ours)
                assert maps.to_remote(maps.to_local(there)) == there

    # Writing.

    def test_changes_are_made_once_however_often_they_are_sent(self, line: Line) -> None:
        self.filled(line)
        for resource, values in self.changes.items():
            table = line.vendor.store[self.resources[resource]]
            before = len(table.live())
            made = line.export(resource, [Change("chg_1", "create", values)])[0]
            assert (made.error, made.key) == (None, "chg_1")
            assert made.id in self.alive(line, self.resources[resource])
            assert len(table.live()) == before + 1
            if "update" in line.connector.manifest.resources[resource].writes:
                changed = line.export(resource, [Change("chg_2", "update", values, made.id, made.version)])[0]
                assert (changed.error, changed.id) == (None, made.id)
            if "delete" in line.connector.manifest.resources[resource].writes:
                for _ in range(2):
                    gone = line.export(resource, [Change("chg_3", "delete", {}, made.id)])[0]
                    assert gone.error is None
                assert len(table.live()) == before

    @pytest.mark.criterion("connectors-21")
    def test_an_answer_that_is_lost_makes_no_duplicate(self, line: Line) -> None:
        for resource, values in self.changes.items():
            table = line.vendor.store[self.resources[resource]]
            before, change = len(table.live()), Change("chg_9", "create", values)
            line.vendor.faults.play("lost_answer", on="P*")
            try:
                made = line.export(resource, [change])[0]
                assert made.error is None
            except Unknown:
                found = line.find(resource, change)
                assert found is not None
            assert len(table.live()) == before + 1
            line.vendor.faults.cards.clear()

    # Hooks.

    def test_a_call_that_nobody_has_verified_is_refused(self, line: Line) -> None:
        for proof in ("", "something_else"):
            with pytest.raises(NeedsUser):
                line.connector.webhook(Call("POST", "https://junction.example/hooks/x", {}, (), b"{}", proof))

    @pytest.mark.criterion("connectors-24")
    def test_subscriptions_are_made_once_and_taken_away(self, line: Line) -> None:
        before = everything(line.vendor)
        made = list(line.driver.run(line.connector.initialize(line.context)))
        again = list(line.driver.run(line.connector.initialize(replace(line.context, subscriptions=tuple(made)))))
        assert [one.id for one in again] == [one.id for one in made]
        hook = line.connector.manifest.hook
        assert bool(made) == bool(hook and hook.registers)
        assert (everything(line.vendor) == before) is not bool(made)
        assert [one.id for one in line.driver.run(line.connector.dispose(again))] == [one.id for one in made]
        assert everything(line.vendor) == before

    # Versions.

    @pytest.mark.criterion("connectors-24")
    def test_what_each_version_kept_is_gone_on_with_and_given_back(self, short: Line) -> None:
        self.filled(short)
        for resource in self.resources:
            short.sync(resource)
        version, migrations = short.connector.manifest.state_version, short.connector.migrations
        made = tuple(short.driver.run(short.connector.initialize(short.context)))
        for before, config, cursors in self.kept():
            moved = migrate(migrations, config, cursors, before, version)
            assert migrate(migrations, *moved, version, before) == (config, cursors)
            assert short.connector.validate_config(moved[0]) == []
            short.context = replace(short.context, config=moved[0], subscriptions=made)
            assert tuple(short.driver.run(short.connector.initialize(short.context, before))) == made
            for resource, cursor in moved[1].items():
                assert self.read_on(short, resource, cursor) == self.read_on(short, resource, short.cursors[resource])

    @pytest.mark.criterion("connectors-24")
    def test_what_this_version_keeps_is_written_down(self, short: Line, request: pytest.FixtureRequest) -> None:
        self.filled(short)
        for resource in self.resources:
            short.sync(resource)
        folder, version = Path(inspect.getfile(type(self))).parent, short.connector.manifest.state_version
        now = {"state_version": version, "config": dict(self.config), "cursors": short.cursors}
        if request.config.getoption(kept.OPTION):
            kept.write(folder, now)
        assert kept.wrong(folder, now) == []

    def kept(self) -> Iterator[tuple[int, Kept, dict[str, Cursor | None]]]:
        """Yield what each version of the state left in an installation that had just been synced: the version, its config and its cursors."""
        for path in sorted(Path(inspect.getfile(type(self))).parent.glob("kept_*.json")):
            found = json.loads(path.read_text(encoding="utf-8"))
            yield found["state_version"], found["config"], found["cursors"]

    def read_on(self, line: Line, resource: str, cursor: Cursor | None) -> list[tuple[bool, list[str]]]:
        """Return which pages are read from a cursor on: whether each begins a listing, and its rows."""
        line.bind()
        pages = line.driver.run(line.connector.import_data(resource, cursor))
        return [(page.begins, sorted(record.id for record in page.rows)) for page in pages]


def everything(vendor: MockVendor) -> dict[str, set[str]]:
    """Return the ids of all that the vendor has, by its tables."""
    return {name: found for name in vendor.store.tables if (found := alive(vendor, name))}


def alive(vendor: MockVendor, table: str) -> set[str]:
    """Return the ids of the rows that the vendor has."""
    return {row.id for row in vendor.store[table].live()}


def shortened(resource: Resource) -> Resource:
    """Return a resource with small pages, where its pager has a size."""
    return replace(resource, pager=replace(resource.pager, size=SMALL)) if hasattr(resource.pager, "size") else resource  # type: ignore[type-var]


def examined(line: Line) -> None:
    """Test the connection as the engine does."""
    tried(line.connector, line.driver)
    judge_clock(line.driver)


def keeps_token(line: Line, resource: str) -> bool:
    """Tell whether reading goes on from a token of the vendor's, which the vendor may forget."""
    return line.cursors[resource] is not None and not isinstance(line.connector.resources[resource].cursor, ModifiedSince | EventLog)


def writes_of(resource: Resource) -> set[str]:
    """Return the ways that a declared write has; nothing where it is a function."""
    return {way for way in ("create", "update", "delete") if getattr(resource.write, way)} if isinstance(resource.write, Write) else set()


def bound_hours(resource: Resource) -> int:
    """Return within how many hours a delete is known, as declared."""
    found = apart(resource.deletes)
    if isinstance(found, ArchivedList):
        return found.every_hours
    return resource.deletes.every_hours if isinstance(resource.deletes, BY_ABSENCE) and found is None else 0


def imported(tree: ast.Module) -> Iterator[str]:
    """Yield what a module imports: the whole path of ours, the first name of others."""
    for node in ast.walk(tree):
        names = [one.name for one in node.names] if isinstance(node, ast.Import) else [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        yield from (name if name.startswith("connectors") else name.partition(".")[0] for name in names)


def endless(node: ast.AST) -> bool:
    """Tell whether a node is a loop without an end, or catches everything."""
    if isinstance(node, ast.While):
        return isinstance(node.test, ast.Constant)
    return isinstance(node, ast.ExceptHandler) and (node.type is None or "Exception" in ast.unparse(node.type).split())
