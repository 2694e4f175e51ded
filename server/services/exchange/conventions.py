"""How one column writes its dates and numbers, inferred from all of its sample at once, with the doubt stated."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from server.services.exchange.dates import day_comes_first
from server.services.exchange.layout import Finding
from server.services.exchange.numbers import decimal_mark

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


@dataclass(frozen=True, slots=True)
class Convention:
    """Where a text leaves its meaning open, this decides; a tenant's options make the default of its columns."""

    day_first: bool = True
    decimal_comma: bool = False
    currency: str = "EUR"
    time_zone: str = "UTC"  # IANA name


def infer_convention(kind: str, samples: Iterable[object], default: Convention) -> tuple[Convention, Finding | None]:
    """Return the convention of a column of `kind`; the finding is None for kinds that leave nothing open."""
    texts = [text for text in samples if isinstance(text, str)]
    if kind in {"date", "datetime"}:
        return _decide("day_first", texts, day_comes_first, default, ("day before month", "month before day"))
    if kind in {"decimal", "money", "integer"}:
        return _decide("decimal_comma", texts, _comma_is_mark, default, ("decimal comma", "decimal point"))
    return default, None


def _comma_is_mark(text: str) -> bool | None:
    mark = decimal_mark(text)
    return None if mark is None else mark == ","


def _decide(
    member: Literal["day_first", "decimal_comma"], texts: list[str], prove: Callable[[str], bool | None], default: Convention, labels: tuple[str, str]
) -> tuple[Convention, Finding]:
    proofs = [proof for text in texts if (proof := prove(text)) is not None]
    ayes = sum(proofs)
    noes = len(proofs) - ayes
    if not proofs:
        fallback = bool(getattr(default, member))
        return default, Finding(member, labels[not fallback], 0.5, "no cell of the sample decides it; this is the default")
    chosen = ayes > noes if ayes != noes else bool(getattr(default, member))
    share = max(ayes, noes) / len(proofs)
    reason = f"{len(proofs)} of {len(texts)} cells decide it" if share == 1 else f"{ayes} cells say {labels[0]}, {noes} say {labels[1]}"
    decided = replace(default, day_first=chosen) if member == "day_first" else replace(default, decimal_comma=chosen)
    return decided, Finding(member, labels[not chosen], round(share, 2), reason)
