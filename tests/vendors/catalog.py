"""Which vendors there are personalities of, by their keys: a module of its own each."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from tests.vendors import personalities
from tests.vendors.personality import Personality


def keys() -> list[str]:
    """Return the vendors that can be stood in for."""
    return [module.name for module in iter_modules(personalities.__path__) if not module.name.startswith("test_")]


def kind(key: str) -> type[Personality]:
    """Return a vendor's personality."""
    module = import_module(f"{personalities.__name__}.{key}")
    return next(
        each for each in vars(module).values() if isinstance(each, type) and issubclass(each, Personality) and each.__module__ == module.__name__
    )
