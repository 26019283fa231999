"""How numbers, times and names are written on every screen, so that the same thing always looks the same.

Pure functions from values to text. What a sentence says is for the part that says it.
"""

import unicodedata
from collections.abc import Iterable

from topology.region.scope import Scope

MINUS = "\N{MINUS SIGN}"
"""As wide as a plus sign, so that columns of signed numbers line up; a hyphen is not."""

_MARKS = {"alarm": "▼", "caution": "◆", "clear": "✓", "note": "·"}
_STEPS: tuple[tuple[int, str, int, str, float], ...] = (
    (60, "min", 1, "s", 60),
    (3600, "h", 60, "min", 24),
    (86400, "d", 3600, "h", float("inf")),
)
"""Units of a duration: seconds, name, seconds and name of the smaller unit, and how many make the next one."""
FRESH_S = 3
"""Facts younger than this many seconds are fresh."""
_HIDDEN = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
_TURNS_AROUND = ("R", "AL", "AN")


def number(value: int) -> str:
    """Group thousands: 2,600; a negative number has a real minus sign."""
    return f"{value:,}".replace("-", MINUS)


def signed(value: int) -> str:
    """Give a number with its sign: plus or minus, and 0 without one."""
    return number(value) if value <= 0 else f"+{value:,}"


def change(before: int, after: int) -> str:
    """Say what becomes of a number: 2,600 → 2,210."""
    return f"{number(before)} → {number(after)}"


def plural(count: int, one: str, many: str = "") -> str:
    """Count things: 1 server, 25 servers; *many* where it is not *one* with an s."""
    return f"{number(count)} {one if count == 1 else many or one + 's'}"


def verb(count: int, one: str, many: str) -> str:
    """Choose the form of a verb that agrees with *count*: 1 leaves, 2 leave."""
    return one if count == 1 else many


def listed(names: Iterable[str], most: int = 6, last: str = "and") -> str:
    """Join names for a sentence: a, b and c (*last* may be or); beyond *most* the rest is counted."""
    words = list(names)
    if len(words) > most:
        return f"{', '.join(words[: most - 1])} and {len(words) - most + 1:,} more"
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"


def age(seconds: float) -> str:
    """Say how old something is: 0.2 s old, 12 s old, 3 min old, 4 h 17 min old."""
    return f"{duration(seconds)} old"


def rough_age(seconds: float) -> str:
    """Say how old something is that is looked at all the time: what is fresh stays one text, so that it does not flicker."""
    return f"under {FRESH_S} s old" if seconds < FRESH_S else age(int(seconds))


def duration(seconds: float) -> str:
    """Say how long something takes, to two units at most: 0.2 s, 45 s, 2 min 5 s, 4 h 17 min, 3 d 2 h."""
    seconds = max(0.0, seconds)
    if seconds < 9.95:
        return f"{seconds:.1f} s".replace(".0 s", " s")
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    unit, name, part_unit, part = next(step for step in _STEPS if whole < step[0] * step[4])[:4]
    rest = whole % unit // part_unit
    return f"{whole // unit:,} {name}" + (f" {rest} {part}" if rest else "")


def clock(seconds: float) -> str:
    """Give time still to wait as 00:12, or 1:02:05 from an hour on; a begun second counts."""
    whole = max(0, -int(-seconds // 1))
    hours, rest = divmod(whole, 3600)
    minutes, left = divmod(rest, 60)
    return f"{hours}:{minutes:02}:{left:02}" if hours else f"{minutes:02}:{left:02}"


def short_digest(digest: str) -> str:
    """Give the part of a digest that a person can compare: 7f3a-19c2."""
    return f"{digest[:4]}-{digest[4:8]}"


def scope(where: Scope) -> str:
    """Say a scope in words: `zone:az4` is zone az4."""
    return f"{where.kind} {where.place}".rstrip()


def mark(meaning: str) -> str:
    """Give the sign that stands with a colour, so that the colour is never alone."""
    return _MARKS.get(meaning, "")


def literal(text: str) -> str:
    """Make text from outside harmless to look at: what cannot be seen, or turns the line around, is written as U+202E.

    Letters of right-to-left scripts stay, and are kept from moving their surroundings.
    """
    if text.isascii() and text.isprintable():
        return text
    shown = "".join(
        f"U+{ord(character):04X}" if unicodedata.category(character) in _HIDDEN else character for character in text
    )
    if any(unicodedata.bidirectional(character) in _TURNS_AROUND for character in shown):
        return f"\N{FIRST STRONG ISOLATE}{shown}\N{POP DIRECTIONAL ISOLATE}"
    return shown
