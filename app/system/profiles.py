"""The appliances that a user administers: address, name, colour, kind of environment, trusted certificate. Never a secret.

The file is replaced as a whole, so a crash leaves the old one or the new one.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

ENVIRONMENTS: Final = {"production": "Production", "staging": "Staging", "development": "Development"}
COLOURS: Final = {"production": "#c5283a", "staging": "#b45309", "development": "#0f766e"}
LOCAL: Final = "http://127.0.0.1:8080"


@dataclass(frozen=True, slots=True)
class Profile:
    """One appliance. `fingerprint` pins its certificate; empty leaves it to the public authorities."""

    url: str
    label: str = ""
    environment: str = "production"
    colour: str = ""
    fingerprint: str = ""
    email: str = ""
    id: str = field(default_factory=lambda: uuid4().hex)

    @property
    def name(self) -> str:
        """What it is called: its label, else its host."""
        return self.label or self.url.partition("://")[2]

    @property
    def shade(self) -> str:
        """The colour it is known by."""
        return self.colour or COLOURS.get(self.environment, COLOURS["production"])


@dataclass
class Preferences:
    """What the user chose for the console itself."""

    theme: str = "system"
    language: str = ""
    lock_minutes: int = 15
    last_profile: str = ""
    shortcuts: dict[str, str] = field(default_factory=dict)
    # The day of the newest news that was shown; empty before the first.
    news: str = ""


@dataclass
class Saved:
    """All that is kept between two starts."""

    profiles: list[Profile] = field(default_factory=list)
    preferences: Preferences = field(default_factory=Preferences)


def load(folder: Path) -> Saved:
    """Return what was saved; a file that cannot be read counts as none and is kept beside the new one."""
    path = folder / "console.json"
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        return Saved([_profile(found) for found in document["profiles"]], Preferences(**_known(document["preferences"], Preferences)))
    except FileNotFoundError:
        return Saved()
    except (ValueError, KeyError, TypeError):
        path.replace(path.with_suffix(".unreadable"))
        return Saved()


def save(folder: Path, saved: Saved) -> None:
    """Keep it."""
    path = folder / "console.json"
    fresh = path.with_suffix(".new")
    fresh.write_text(
        json.dumps({"profiles": [asdict(found) for found in saved.profiles], "preferences": asdict(saved.preferences)}, indent=2), encoding="utf-8"
    )
    fresh.chmod(0o600)
    fresh.replace(path)


def put(profiles: Sequence[Profile], profile: Profile) -> list[Profile]:
    """Return profiles with one added, or replaced by its id."""
    if any(found.id == profile.id for found in profiles):
        return [profile if found.id == profile.id else found for found in profiles]
    return [*profiles, profile]


def without(profiles: Sequence[Profile], profile: Profile) -> list[Profile]:
    """Return profiles without one."""
    return [found for found in profiles if found.id != profile.id]


def _profile(document: dict[str, Any]) -> Profile:
    return Profile(**_known(document, Profile))


def _known(document: dict[str, Any], kind: type) -> dict[str, Any]:
    names = {one.name for one in fields(kind)}
    return {name: value for name, value in document.items() if name in names}
