"""How properties are tried: with no limit on the time that examples take, which a busy machine would break."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

# What else the surroundings ask for (CI=true) stays.
settings.register_profile("patient", settings.default, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")
