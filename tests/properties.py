"""How properties are tried: with no limit on the time that examples take, which a busy machine would break."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, settings

_THOROUGH = "thorough"
# What else the surroundings ask for (CI=true) stays.
settings.register_profile("patient", settings.default, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile(_THOROUGH, settings.get_profile("patient"))
settings.load_profile("patient")


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("--thorough"):
        settings.load_profile(_THOROUGH)


def is_thorough() -> bool:
    """Tell whether this run was asked for the long counts, when tests are still being collected."""
    return settings.get_current_profile_name() == _THOROUGH
