"""Going up a version and back again leaves what installations keep as it was."""

from __future__ import annotations

import pytest

from connectors.sdk.migration import Migration, migrate

STEPS = {
    2: Migration(
        config=lambda kept: {"apiKey": kept["key"]},
        config_back=lambda kept: {"key": kept["apiKey"]},
        cursor=lambda kept: {"since": kept["at"]},
        cursor_back=lambda kept: {"at": kept["since"]},
    ),
    4: Migration(config=lambda kept: {**kept, "region": "eu"}, config_back=lambda kept: {name: kept[name] for name in kept if name != "region"}),
}


@pytest.mark.parametrize("after", [1, 2, 3, 4])
def test_up_and_back_is_where_it_was(after: int) -> None:
    config, cursors = {"key": "k"}, {"contacts": {"at": 5}, "deals": None}
    up = migrate(STEPS, config, cursors, 1, after)
    assert migrate(STEPS, *up, after, 1) == (config, cursors)


def test_each_version_is_gone_through() -> None:
    assert migrate(STEPS, {"key": "k"}, {"contacts": {"at": 5}}, 1, 4) == ({"apiKey": "k", "region": "eu"}, {"contacts": {"since": 5}})
