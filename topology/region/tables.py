"""Checked access to decoded TOML: every wrong value is noted with its place, and reading goes on."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime

from topology.region.decoding.toml_text import first_twice
from topology.region.problems.positions import KeyPositions, Path
from topology.region.problems.problem import Problem
from topology.region.region import LARGEST_NUMBER, NAME, Amount, Window, shown

_PACE = re.compile(r"([1-9][0-9]{0,8})/min")
_WINDOW = re.compile(r"([1-9][0-9]{0,8}%?) in ([1-9][0-9]{0,4}) ?(min|h)")
LONGEST_WINDOW_S = 7 * 86_400.0
_DURATION = re.compile(r"([1-9][0-9]{0,8}) ?(s|min|h)")
_SECONDS = {"s": 1.0, "min": 60.0, "h": 3600.0}
_KEY = re.compile(r"[A-Za-z0-9_-]{1,60}")
A_NAME = (
    "a name is letters, digits, dots, hyphens and underscores, starts with a letter or digit, "
    "and has 253 characters at most"
)
Tell = Callable[[str], None]
"""Hears how far long reading is."""

MOST_PROBLEMS = 100
"""Problems named one by one; more are counted."""


def silent(text: str) -> None:
    """Tell nobody."""


class Problems:
    """What is wrong with a description, in the order found; *text* is its TOML, to find lines in."""

    def __init__(self, source: str, text: str = "") -> None:
        self.source = source
        self._text = text
        self._positions: KeyPositions | None = None
        self._sentences: list[Problem] = []

    def add(self, place: str, what: str, source: str | None = None, path: Path = ()) -> None:
        """Note that *place* (a key, a line of *source*, or empty for all of it) *what*; *path* are the keys of the place."""
        self._sentences.append(self.made(place, what, source, path))

    def made(self, place: str, what: str, source: str | None = None, path: Path = ()) -> Problem:
        """Give it without noting it."""
        if self._positions is None:
            self._positions = KeyPositions(self._text)
        position = self._positions.of(path) if source is None else None
        return Problem(source or self.source, f"{place} {what}" if place else what, position, path)

    def raise_if_any(self, error: "type[Exception]") -> None:
        """Raise *error* with every sentence, if there is one."""
        if not self._sentences:
            return
        shown: list[str] = list(self._sentences[:MOST_PROBLEMS])
        if len(self._sentences) > MOST_PROBLEMS:
            shown.append(f"{self.source}: and {len(self._sentences) - MOST_PROBLEMS:,} more problems")
        raise error(tuple(shown))


class Table:
    """One TOML table, with the place it stands at."""

    def __init__(self, values: Mapping[str, object], place: str, problems: Problems, path: Path = ()) -> None:
        self._values = values
        self.place = place
        self.path = path
        self.problems = problems

    def get(self, key: str) -> object:
        """Give the raw value, or None."""
        return self._values.get(key)

    @property
    def written(self) -> tuple[str, ...]:
        """The keys, in the order written."""
        return tuple(self._values)

    def problem(self, key: str, what: str) -> None:
        """Note that the value at *key* *what*."""
        self.problems.add(f"{self.place}.{key}" if self.place else key, what, path=(*self.path, key))

    def only(self, known: set[str]) -> None:
        """Note every key that is not in *known*."""
        for key in self._values:
            if key not in known:
                self.problem(_key(key), f"is not known here; known are {', '.join(sorted(known))}")

    def table(self, key: str, required: bool = True) -> "Table":
        """Give the table at *key*; an empty one where it is missing or not a table."""
        raw = self.get(key)
        place = f"{self.place}.{key}" if self.place else key
        if raw is None:
            if required:
                self.problem(key, f"is missing; write [{place}]")
            return Table({}, place, self.problems, (*self.path, key))
        if not isinstance(raw, dict):
            self.problem(key, f"is {shown(raw)}; write a table [{place}]")
            return Table({}, place, self.problems, (*self.path, key))
        return Table(raw, place, self.problems, (*self.path, key))

    def tables(self, key: str) -> tuple["Table", ...]:
        """Give the array of tables at *key*, each with its number, and its name where it has one."""
        raw = self.get(key)
        if raw is None:
            return ()
        if not isinstance(raw, list) or not all(isinstance(item, dict) for item in raw):
            self.problem(key, f"is not a list of tables; write [[{key}]]")
            return ()
        inside = f"{self.place}." if self.place else ""
        return tuple(
            Table(item, inside + _numbered(key, number, item), self.problems, (*self.path, key, number))
            for number, item in enumerate(raw, 1)
        )

    def name(self, key: str) -> str:
        """Give a required name; empty where it is missing or not a name."""
        raw = self.get(key)
        if raw is None:
            self.problem(key, 'is missing; write a name such as "index"')
        elif not isinstance(raw, str) or not NAME.fullmatch(raw):
            self.problem(key, f"is {shown(raw)}; {A_NAME}")
        else:
            return raw
        return ""

    def names(self, key: str, required: bool = False) -> tuple[str, ...]:
        """Give a list of distinct names."""
        found = self.texts(key, required)
        for name in found:
            if not NAME.fullmatch(name):
                self.problem(key, f"holds {shown(name)}; {A_NAME}")
        twice = first_twice(found)
        if twice is not None:
            self.problem(key, f"holds {shown(twice)} twice")
        return tuple(dict.fromkeys(found))

    def texts(self, key: str, required: bool = False) -> tuple[str, ...]:
        """Give a list of texts."""
        raw = self.get(key)
        if raw is None:
            if required:
                self.problem(key, "is missing")
            return ()
        if not isinstance(raw, list) or not all(isinstance(item, str) for item in raw):
            self.problem(key, f"is {shown(raw)}; write a list of texts in quotes")
            return ()
        if required and not raw:
            self.problem(key, "is empty")
        return tuple(raw)

    def text(self, key: str, default: str = "") -> str:
        """Give a text."""
        raw = self.get(key)
        if raw is None:
            return default
        if not isinstance(raw, str):
            self.problem(key, f"is {shown(raw)}; write a text in quotes")
            return default
        hidden = next((mark for mark in raw if not mark.isprintable()), None)
        if hidden is not None:
            self.problem(key, f"holds the character U+{ord(hidden):04X}, which cannot be seen; leave it out")
            return default
        return raw

    def optional_text(self, key: str) -> str | None:
        """Give a text, or None where there is none."""
        return self.text(key) or None

    def flag(self, key: str) -> bool:
        """Give a truth value; false where it is missing."""
        raw = self.get(key)
        if raw is None or isinstance(raw, bool):
            return bool(raw)
        self.problem(key, f"is {shown(raw)}; write true or false, without quotes")
        return False

    def count(self, key: str, default: int, least: int = 0, required: bool = False) -> int:
        """Give a whole number from *least* up."""
        raw = self.get(key)
        if raw is None:
            if required:
                self.problem(key, "is missing; write a whole number")
            return default
        if isinstance(raw, bool) or not isinstance(raw, int) or not least <= raw <= LARGEST_NUMBER:
            self.problem(
                key, f"is {shown(raw)}; write a whole number from {least} to {LARGEST_NUMBER:,}, without quotes"
            )
            return default
        return raw

    def optional_count(self, key: str, least: int = 0) -> int | None:
        """Give a whole number from *least* up, or None where there is none."""
        return None if self.get(key) is None else self.count(key, least, least)

    def amount(self, key: str, *, unavailable: bool = False) -> Amount | None:
        """Give a count or percentage, or None where there is none; *unavailable* ones say what may be missing."""
        raw = self.get(key)
        if raw is None:
            return None
        try:
            return Amount.parse(raw, unavailable=unavailable)
        except ValueError as error:
            self.problem(key, f"is wrong: {error}")
            return None

    def pace(self, key: str) -> int | None:
        """Give servers per minute, written `"20/min"`, or None where there is none."""
        raw = self.get(key)
        if raw is None:
            return None
        match = _PACE.fullmatch(raw) if isinstance(raw, str) else None
        if match is None:
            self.problem(key, f'is {shown(raw)}; write servers per minute, as in "20/min"')
            return None
        return int(match[1])

    def paces(self, key: str) -> tuple[int | None, tuple[Window, ...]]:
        """Give servers per minute, and the longer windows: `"20/min"`, or a list such as `["20/min", "5% in 1 h"]`."""
        raw = self.get(key)
        if not isinstance(raw, list):
            return self.pace(key), ()
        minute: list[int] = []
        windows: list[Window] = []
        for one in raw:
            pace = _PACE.fullmatch(one) if isinstance(one, str) else None
            window = _WINDOW.fullmatch(one) if isinstance(one, str) else None
            if pace is not None:
                minute.append(int(pace[1]))
            elif window is None or (seconds := int(window[2]) * _SECONDS[window[3]]) > LONGEST_WINDOW_S:
                self.problem(key, f'holds {shown(one)}; write "20/min" or, up to 168 h, "5% in 1 h" or "300 in 24 h"')
            else:
                number = window[1].removesuffix("%")
                if number != window[1] and int(number) > 100:
                    self.problem(key, f"holds {shown(one)}, which is more than 100%")
                else:
                    windows.append(Window(Amount(int(number), percent=number != window[1]), seconds))
        if len(minute) != 1:
            self.problem(
                key, f'states {len(minute):,} paces a minute; state exactly one, as in ["20/min", "5% in 1 h"]'
            )
        if len({window.seconds for window in windows}) != len(windows):
            self.problem(key, "states a window of the same length twice; state one for each length")
        return (minute[0] if minute else None), tuple(windows)

    def seconds(self, key: str, default: float) -> float:
        """Give a duration, written `"10 min"`, in seconds."""
        raw = self.get(key)
        if raw is None:
            return default
        match = _DURATION.fullmatch(raw) if isinstance(raw, str) else None
        if match is None:
            self.problem(key, f'is {shown(raw)}; write a duration, as in "10 s", "10 min" or "2 h"')
            return default
        return int(match[1]) * _SECONDS[match[2]]

    def moment(self, key: str) -> datetime | None:
        """Give a required date and time with its offset."""
        raw = self.get(key)
        if not isinstance(raw, datetime) or raw.tzinfo is None:
            self.problem(key, f"is {shown(raw)}; write a date and time with its offset, as in 2017-02-28T00:00:00Z")
            return None
        return raw


def _key(key: str) -> str:
    return key if _KEY.fullmatch(key) else shown(key)


def _numbered(key: str, number: int, item: dict[str, object]) -> str:
    name = item.get("name")
    return f'{key} "{name}"' if isinstance(name, str) and NAME.fullmatch(name) else f"{key} {number}"
