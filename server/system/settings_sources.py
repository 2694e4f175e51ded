"""Where settings are given: the file, the environment, secret files and the command line, each laid over the one before.

Nothing is refused on the way: problems are gathered, so that a start is refused once, with all of them.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from server.domain.errors import Fault
from server.system.settings_table import KINDS, SECTIONS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

PREFIX: Final = "JUNCTION_"
SEPARATOR: Final = "__"
FILE_SUFFIX: Final = "_FILE"
COMMAND_LINE: Final = "command line"


class Gathering:
    """What was given so far: values and their sources by name, and every problem met."""

    def __init__(self) -> None:
        """Begin with nothing given."""
        self.values: dict[str, Any] = {}
        self.sources: dict[str, str] = {}
        self.problems: list[Fault] = []

    def take_file(self, path: Path) -> None:
        """Take a TOML file; one that is not there gives nothing."""
        try:
            document = tomllib.loads(path.read_text("utf-8"))
        except FileNotFoundError:
            return
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            self.problem(path.name, "unreadable", f"{path} cannot be read: {error}")
            return
        for section, keys in document.items():
            self._take_section(path.name, section, keys)

    def take_environment(self, environ: Mapping[str, str]) -> None:
        """Take JUNCTION_SECTION__NAME, then JUNCTION_SECTION__NAME_FILE, from the environment."""
        given = sorted(key for key in environ if key.startswith(PREFIX) and SEPARATOR in key)
        pointers = [key for key in given if _name_in_file(key) is not None]
        for key in given:
            if key not in pointers:
                self.take(setting_name(key), environ[key], key, text=True)
        for key in pointers:
            self._take_secret_file(key, environ[key])

    def take_overrides(self, overrides: Mapping[str, Any]) -> None:
        """Take what the command line says, by setting name; None means that it says nothing."""
        for name, value in overrides.items():
            if value is not None:
                self.take(name, value, COMMAND_LINE, text=isinstance(value, str))

    def take(self, name: str, raw: object, source: str, *, text: bool = False) -> None:
        """Check one value and lay it over what was given before; `text` says that it still has to be read as its kind."""
        kind = KINDS.get(name)
        if kind is None:
            self.problem(name, "unknown_setting", f"{source}: there is no setting {name}{_hint(name, source)}")
            return
        try:
            self.values[name] = kind.read_text(str(raw)) if text else kind.read(raw)
        except ValueError:
            shown = "" if kind.secret else f", not {raw!r}"
            self.problem(name, "invalid_setting", f"{source}: {name} must be {kind.expects}{shown}")
            return
        self.sources[name] = source

    def problem(self, name: str, code: str, detail: str) -> None:
        """Note a problem."""
        self.problems.append(Fault(name, code, detail))

    def _take_section(self, source: str, section: str, keys: object) -> None:
        if section not in SECTIONS:
            hint = _near(section, SECTIONS)
            hint = f"; did you mean [{hint}]?" if hint else ""
            self.problem(section, "unknown_section", f"{source}: there is no section [{section}]{hint}")
        elif not isinstance(keys, dict):
            self.problem(section, "invalid_section", f"{source}: [{section}] must be a section with settings below it")
        else:
            for key, raw in keys.items():
                self.take(f"{section}.{key}", raw, source)

    def _take_secret_file(self, key: str, path: str) -> None:
        try:
            raw = Path(path).read_text("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            self.problem(setting_name(key), "unreadable", f"{key}: {path} cannot be read: {error}")
            return
        self.take(setting_name(key.removesuffix(FILE_SUFFIX)), raw.removesuffix("\n").removesuffix("\r"), key, text=True)


def setting_name(key: str) -> str:
    """Return `server.listen` for JUNCTION_SERVER__LISTEN."""
    return key.removeprefix(PREFIX).lower().replace(SEPARATOR, ".", 1)


def environment_name(name: str) -> str:
    """Return JUNCTION_SERVER__LISTEN for `server.listen`."""
    return PREFIX + name.upper().replace(".", SEPARATOR, 1)


def _name_in_file(key: str) -> str | None:
    """Return the setting whose value lies in the file named here; a setting that itself ends in _file is none."""
    name = setting_name(key.removesuffix(FILE_SUFFIX))
    return name if key.endswith(FILE_SUFFIX) and setting_name(key) not in KINDS and name in KINDS else None


def _hint(name: str, source: str) -> str:
    near = _near_setting(name)
    if near is None:
        return ""
    return f"; did you mean {environment_name(near) if source.startswith(PREFIX) else near}?"


def _near_setting(name: str) -> str | None:
    """Return the setting that was meant: the same name elsewhere, a like name in its section, a like name anywhere."""
    section, _, key = name.partition(".")
    elsewhere = [known for known in KINDS if known.endswith(f".{key}")]
    beside = _near(key, [known.partition(".")[2] for known in KINDS if known.startswith(f"{section}.")])
    return _near(name, elsewhere) or (f"{section}.{beside}" if beside else _near(name, KINDS))


def _near(word: str, known: Iterable[str]) -> str | None:
    from difflib import get_close_matches  # only a refused start needs it

    return next(iter(get_close_matches(word, list(known), 1, 0.55)), None)
