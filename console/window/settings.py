"""What the console remembers of an operator's choices: one typed record, kept by Qt. `QSettings` is touched only here."""

import json
from contextlib import suppress
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Self

from PySide6.QtCore import QByteArray, QSettings

from console.kit.host.system_look import SYSTEM, THEME_CHOICES

MOST_HISTORY = 500
MOST_RECENT = 10
SCALES = (100, 110, 125, 150, 175, 200)
KEYBOARDS = ("qwerty", "qwertz", "azerty", "number-pad")
"""The names of the layouts in `topology.command.slips.keyboards`, which the first paint does not wait for."""


FARTHEST = 1e6
"""No card is moved farther than this from the middle, in units of the layout."""


@dataclass(frozen=True)
class Settings:
    """Every setting, with its default.

    *theme*: one of `THEME_CHOICES`. *scale*: percent, one of `SCALES`. *keyboard*: the layout on which
    slips are looked for, one of `KEYBOARDS`. *reduced_motion*: draw no motion at all. *shows_preview*: other operators see
    what is previewed here. *notifies*: call the operator back by notifications of the desktop. *recent*: addresses of regions
    opened, the newest first.
    *geometry* and *splitters*: Qt's own bytes as hexadecimal text. *history*: commands typed, oldest first. *positions*: by
    region, where the operator put cards, in units of the layout.
    """

    theme: str = SYSTEM
    scale: int = 100
    keyboard: str = "qwerty"
    reduced_motion: bool = False
    shows_preview: bool = True
    notifies: bool = True
    recent: tuple[str, ...] = ()
    geometry: str = ""
    splitters: dict[str, str] = field(default_factory=dict)
    history: tuple[str, ...] = ()
    positions: dict[str, dict[str, tuple[float, float]]] = field(default_factory=dict)


class SettingsStore:
    """Reads and writes `Settings`; a value that cannot be read falls back to its default."""

    def __init__(self, settings: QSettings | None = None) -> None:
        self._is_own = settings is None
        self._settings = settings or QSettings(
            QSettings.Format.IniFormat, QSettings.Scope.UserScope, "underkeel", "underkeel"
        )
        self.value = self._read()

    def change(self, **changes: object) -> Self:
        """Take new values for some fields and keep them; unwritable settings are only lost at the end of the session."""
        self.value = replace(self.value, **changes)  # type: ignore[arg-type]
        for name, value in asdict(self.value).items():
            if name in changes:
                self._settings.setValue(name, json.dumps(value))
        if self._is_own:
            self._keep_to_us()
        self._settings.sync()
        return self

    def _keep_to_us(self) -> None:
        """See that no other account reads what was typed; Qt itself makes the folder for everybody to read."""
        folder = Path(self._settings.fileName()).parent
        with suppress(OSError):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            folder.chmod(0o700)

    def has(self, name: str) -> bool:
        """Whether a setting was ever chosen, be it as its default is."""
        return self._settings.contains(name)

    def take_for_now(self, **changes: object) -> None:
        """Take values for this session without keeping them: what the desktop asks for is its own to remember."""
        self.value = replace(self.value, **changes)  # type: ignore[arg-type]

    def recent_now(self) -> tuple[str, ...]:
        """Give the regions opened lately, those of other windows among them: the file is read for it."""
        self._settings.sync()
        self.value = replace(self.value, recent=self._read().recent)
        return self.value.recent

    def _read(self) -> Settings:
        found: dict[str, object] = {}
        defaults = Settings()
        for entry in fields(Settings):
            raw = self._settings.value(entry.name)
            if not isinstance(raw, str):
                continue
            try:
                value = json.loads(raw)
            except (ValueError, RecursionError):  # RecursionError: nested without end
                continue
            if isinstance(value, list):
                value = tuple(value)
            if isinstance(value, type(getattr(defaults, entry.name))):
                found[entry.name] = value
        settings = replace(defaults, **found)  # type: ignore[arg-type]
        return _checked(settings)


def _checked(settings: Settings) -> Settings:
    history = tuple(text for text in settings.history if isinstance(text, str))[-MOST_HISTORY:]
    theme = settings.theme if settings.theme in THEME_CHOICES else SYSTEM
    scale = settings.scale if settings.scale in SCALES else 100
    keyboard = settings.keyboard if settings.keyboard in KEYBOARDS else KEYBOARDS[0]
    recent = tuple(text for text in settings.recent if isinstance(text, str))[:MOST_RECENT]
    splitters = {name: text for name, text in settings.splitters.items() if isinstance(text, str)}
    positions = {region: _places(cards) for region, cards in settings.positions.items()}
    return replace(
        settings,
        history=history,
        recent=recent,
        theme=theme,
        scale=scale,
        keyboard=keyboard,
        splitters=splitters,
        positions=positions,
    )


def _places(cards: object) -> dict[str, tuple[float, float]]:
    """Give the places of cards, without what is none: the file is the operator's, and anything can stand in it."""
    found = {}
    for card, place in cards.items() if isinstance(cards, dict) else ():
        numbers = place if isinstance(place, list | tuple) and len(place) == 2 else ()
        fits = (type(one) in (int, float) and abs(one) <= FARTHEST for one in numbers)
        if numbers and all(fits):
            found[card] = (float(numbers[0]), float(numbers[1]))
    return found


def to_hex(data: QByteArray) -> str:
    """Write Qt's bytes as text."""
    return bytes(data.data()).hex()


def from_hex(text: str) -> QByteArray:
    """Read what `to_hex` wrote; anything else gives no bytes."""
    try:
        return QByteArray(bytes.fromhex(text))
    except ValueError:
        return QByteArray()
