"""Reads YAML as the tree of JSON that descriptions are (YAML 1.2's core): names are texts, times stay as they are written, `on` is no truth value."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

import yaml

MOST_NODES: Final = 5_000_000
"""Some bytes of YAML can stand for a tree without end: anchors that are repeated inside one another."""
_FITS: Final = {":bool": re.compile(r"(?:true|True|TRUE|false|False|FALSE)$"), ":int": re.compile(r"(?:[-+]?(?:0|[1-9][0-9]*)|0x[0-9a-fA-F]+)$")}
_UNKNOWN: Final = (":timestamp", ":value")
_Resolvers = dict[str, list[tuple[str, re.Pattern[str]]]]


def _resolvers(known: _Resolvers) -> _Resolvers:
    """Return what plain values are known by, without what YAML 1.1 took for times, octal numbers and truth."""
    return {
        first: [(tag, _FITS.get(tag[tag.rindex(":") :], fits)) for tag, fits in kinds if not tag.endswith(_UNKNOWN)] for first, kinds in known.items()
    }


class _Loader(yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader):  # type: ignore[misc]  # both are safe, one is quick
    yaml_implicit_resolvers = _resolvers(yaml.SafeLoader.yaml_implicit_resolvers)


def read(content: bytes, why: str) -> Any:
    """Return the document. Raises ValueError for what is no YAML; `why` says what kept it from being JSON."""
    try:
        return _plain(yaml.load(content, _Loader), [MOST_NODES])  # noqa: S506 - the loader is a safe one
    except (yaml.YAMLError, RecursionError, TypeError) as error:
        words = str(getattr(error, "problem", "") or "it is nested without end")
        raise ValueError(f"the file is neither JSON ({why}) nor YAML ({words})") from None


def _plain(found: Any, left: list[int]) -> Any:
    left[0] -= 1
    if left[0] < 0:
        raise ValueError("the file stands for more than can be read")
    if isinstance(found, Mapping):
        return {str(name): _plain(value, left) for name, value in found.items()}
    return [_plain(one, left) for one in found] if isinstance(found, list) else found
