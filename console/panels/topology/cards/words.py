"""The words on a card, in its tooltip and in the status line. Plain text in, plain text out."""

from dataclasses import dataclass
from enum import Enum

from console.operating.layouts.placed import short_name
from console.panels.topology.cards.readings import NodeReading
from console.panels.topology.cards.restarting import restart_note, restart_stage
from topology.planning.plan import ScopeVerdict


class Tone(Enum):
    """What a line means, which decides colour and mark; the words say it too."""

    PLAIN = "plain"
    ALARM = "alarm"
    CAUTION = "caution"
    UNKNOWN = "unknown"


THOUSAND = 1000
PART = " · "
"""Stands between facts of one line."""


@dataclass(frozen=True, slots=True)
class CardText:
    """What stands under the name: numbers, and below them one line with its tone."""

    numbers: str
    state: str
    tone: Tone
    short: str = ""
    """The same in fewer words, for where there is little room."""


def card_text(reading: NodeReading) -> CardText:
    """Put a reading into the two lines of its card; *impacted* takes the second where no floor of its own is broken."""
    if reading.inside:
        return _box_text(reading)
    if reading.external:
        return _without_tank(reading, "", "external · no capacity here", Tone.PLAIN)
    if not reading.declared:
        return _without_tank(reading, "no servers", "nothing to remove here", Tone.PLAIN)
    numbers = numbers_text(reading)
    if reading.stale:
        numbers += " · old"
    (state, tone), (brief, _) = state_text(reading), state_text(reading, brief=True)
    if reading.restart is not None:
        tone = Tone.ALARM if reading.is_below else Tone.CAUTION
        note = restart_note(reading.restart, reading.time_zone)
        return CardText(f"{numbers} · {brief}", note, tone, note)
    if reading.impacted and not reading.is_below:
        return CardText(
            f"{numbers} · {brief}", impact_text(reading), _weight(reading), impact_text(reading, brief=True)
        )
    return CardText(numbers, state, tone, brief)


def _box_text(reading: NodeReading) -> CardText:
    """Put a box into two lines: how many are inside and troubled, and how the worst of them stands."""
    numbers = (
        f"{reading.troubled:,} of {reading.inside:,} troubled" if reading.troubled else f"{reading.inside:,} inside"
    )
    if reading.stale:
        numbers += " · old"
    if reading.impacted and not reading.is_below:
        return CardText(numbers, impact_text(reading), Tone.ALARM, impact_text(reading, brief=True))
    if not reading.declared:
        return CardText(numbers, "external" if reading.external else "no servers", Tone.PLAIN)
    state, tone = state_text(reading)
    worst = short_name(reading.speaks_for, reading.label)
    return CardText(numbers, f"{worst}: {state}", tone, f"{worst}: {state_text(reading, brief=True)[0]}")


def _without_tank(reading: NodeReading, numbers: str, usual: str, tone: Tone) -> CardText:
    if reading.impacted:
        return CardText(numbers, impact_text(reading), _weight(reading), impact_text(reading, brief=True))
    return CardText(numbers, f"{usual} · old" if reading.stale else usual, tone, usual)


def numbers_text(reading: NodeReading) -> str:
    """Give capacity as `2,600 → 2,210`, or `1,840` where nothing changes."""
    if reading.after is None:
        return f"{reading.in_service:,}"
    return f"{reading.in_service:,} → {reading.after:,}"


def state_text(reading: NodeReading, brief: bool = False) -> tuple[str, Tone]:
    """Give the headroom of the worst scope in words; a zone or cell is named, the region goes without saying."""
    floor, its = ("", "") if brief else (" floor", "its ")
    if reading.verdict is ScopeVerdict.UNKNOWN or reading.headroom is None:
        return "no floor stated", Tone.UNKNOWN
    where = f"{reading.worst.place}: " if reading.worst.place else ""
    then = " when done" if reading.pending and not reading.leaving else ""
    if reading.is_below:
        return f"{where}{-reading.headroom:,} below{floor}{then}", Tone.ALARM
    above = f"{reading.headroom:,} above{floor}{then}" if reading.headroom else f"at {its}floor{then}"
    if reading.verdict is ScopeVerdict.TIGHT:
        tight = "" if brief and then else ": tight"  # a sign says that it is
        return f"{where}{above}{tight}", Tone.CAUTION
    return f"{where}{above}", Tone.PLAIN


def impact_text(reading: NodeReading, brief: bool = False) -> str:
    """Say what the node can no longer get, or give nothing when it is not impacted."""
    if not reading.impacted:
        return ""
    if reading.serves is not None:
        return _partial_text(reading)
    word = "already impacted" if reading.already else "impacted"
    only = ", ".join(reading.operations)
    needs = f"needs {reading.impacted[1]}" if len(reading.impacted) > 1 else ""
    if brief and needs:
        return f"{only}: {needs}" if only else needs
    said = f"{only} {word}" if only else word
    return f"{said}: {needs}" if needs else said


def _weight(reading: NodeReading) -> Tone:
    """Give how grave it is that something it needs is down: what serves in part is less so."""
    return Tone.ALARM if reading.serves is None else Tone.CAUTION


def _partial_text(reading: NodeReading) -> str:
    """Say what a node serves of all that it is for."""
    if reading.serves:
        return f"in part: {', '.join(reading.serves)}"
    return f"in part: no {', '.join(reading.operations)}" if reading.operations else "in part"


@dataclass(frozen=True, slots=True)
class CardTelling:
    """Everything that is known of a node: what it is called, in the description too where that differs, and *parts* of it."""

    label: str
    name: str
    parts: tuple[str, ...] = ()

    def lines(self) -> tuple[str, ...]:
        """Give it a fact a line, the name first."""
        return (self.label if self.label == self.name else f"{self.label} ({self.name})", *self.parts)

    def line(self) -> str:
        """Give all of it in one line."""
        return PART.join(self.lines())


NOTHING_TOLD = CardTelling("", "")
"""What is told of no node."""


def facts(reading: NodeReading, needs: tuple[str, ...] = (), needed_by: tuple[str, ...] = ()) -> CardTelling:
    """Say everything about a node, for tooltip, status line and screen reader."""
    said: list[str] = []
    if reading.inside:
        said.append(f"{reading.inside:,} inside, {reading.troubled:,} not as they should be")
        if reading.declared:
            said.append(f"worst: {reading.speaks_for}, {numbers_text(reading)}: {state_text(reading)[0]}")
    elif reading.external:
        said.append("external, no capacity here")
    elif not reading.declared:
        said.append("no servers")
    else:
        floor = "no floor stated" if reading.floor is None else f"floor {reading.floor:,}"
        said.append(f"{numbers_text(reading)} of {reading.declared:,} declared, {floor}: {state_text(reading)[0]}")
        if reading.pending:
            said.append(f"{reading.pending:,} of these already leaving")
    if reading.impacted:
        said.append(impact_text(reading) + (f" ({' → '.join(reading.impacted)})" if len(reading.impacted) > 2 else ""))
    if reading.restart is not None:
        said.append(restart_note(reading.restart, reading.time_zone))
    if reading.stale:
        said.append("old: the source is silent")
    if reading.illustrative:
        said.append("model values")
    if needs:
        said.append(f"needs {', '.join(needs)}")
    if needed_by:
        said.append(f"needed by {', '.join(needed_by)}")
    return CardTelling(reading.label, reading.name, tuple(said))


def close_texts(reading: NodeReading) -> tuple[str, ...]:
    """Give the one line under the name on a close card: capacity and headroom, from the longest to the shortest way to say it."""
    if reading.inside:
        count = f"{reading.troubled:,} of {reading.inside:,}" if reading.troubled else f"{reading.inside:,} inside"
        return (f"{count} · {_signed(reading)}", count) if reading.headroom is not None else (count,)
    if reading.serves is not None and not reading.is_below:
        whole = impact_text(reading) if reading.external else f"{numbers_text(reading)} · in part"
        return whole, "in part", "part"
    if reading.external:
        return ("impacted", "hit") if reading.impacted else ("external", "ext")
    if not reading.declared:
        return ("no servers", "none")
    headroom = _signed(reading) or "no floor"
    left = reading.in_service if reading.after is None else reading.after
    if reading.impacted and not reading.is_below:
        return (f"{numbers_text(reading)} · impacted", f"{left:,} · impacted", "impacted")
    if reading.restart is not None:
        note, stage = (say(reading.restart, reading.time_zone) for say in (restart_note, restart_stage))
        return (f"{left:,} · {note}", note, stage, headroom)
    whole = f"{numbers_text(reading)} · {headroom}"
    near = (f"{left:,}\u2009{headroom}", f"{_rounded(left)}\u2009{_rounded_headroom(reading) or headroom}", headroom)
    return (whole, *near) if reading.after is None else (whole, f"→ {left:,} · {headroom}", *near)


def _rounded(number: int) -> str:
    """Give a number of thousands as `2.9k`, never more than it is."""
    return f"{number // 100 / 10:.1f}k" if number >= THOUSAND else f"{number:,}"


def _rounded_headroom(reading: NodeReading) -> str:
    """Round headroom of the region as a whole, of which thousands are no reason to worry; nothing for any other."""
    if reading.verdict is ScopeVerdict.UNKNOWN or not reading.headroom or reading.headroom < 0 or reading.worst.place:
        return ""
    return f"+{_rounded(reading.headroom)}"


def one_line(reading: NodeReading) -> str:
    """Give the number beside the name where there is one line: of what breaks, is tight or is impacted; else nothing.

    Where it is of the end of what is carried out, an arrow stands before it; what a plan would do is marked by its colours.
    """
    if reading.is_below or reading.verdict is ScopeVerdict.TIGHT:
        return f"→ {_signed(reading)}" if reading.after is not None and not reading.planned else _signed(reading)
    return "impacted" if reading.impacted else ""


def _signed(reading: NodeReading) -> str:
    """Give headroom as `+44` or `−10`, with the zone or cell that it is of; nothing where no floor is stated."""
    if reading.verdict is ScopeVerdict.UNKNOWN or reading.headroom is None:
        return ""
    where = f"{reading.worst.place} " if reading.worst.place else ""
    sign = "−" if reading.headroom < 0 else "+" if reading.headroom else ""
    return f"{where}{sign}{abs(reading.headroom):,}"
