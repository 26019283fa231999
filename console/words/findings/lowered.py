"""What guards less than was accepted, in words: on screen, in the journal, and in a finding."""

from collections.abc import Iterable

from topology.fleet.lowered import (
    ClockAhead,
    ClockSkewed,
    FreezeLifted,
    GuardedBy,
    GuardNumber,
    LedgerDoubt,
    LoweredGuard,
    MoreLowered,
    NumberLowered,
    RestoredCopy,
    ServersUnprotected,
    SubsystemLost,
)
from topology.region.sentences.clock import moment_at
from topology.region.sentences.counting import first_of

MOST_NAMED = 5

_NUMBERS = {
    GuardedBy.FLOOR: "{whose} floor",
    GuardedBy.DECLARED: "{whose} declared",
    GuardedBy.PROTECTED_SERVERS: "protected servers",
    GuardedBy.PROTECTED: "{whose} protected",
    GuardedBy.APPROVERS: "operators who approve",
    GuardedBy.GROUP_APPROVERS: "members of {whose} who approve",
    GuardedBy.SECOND_PERSON: "second person for {whose}",
    GuardedBy.PACE: "{whose} pace a minute",
    GuardedBy.PACE_WITHIN: "{whose} pace within {hours:g} h",
    GuardedBy.CEILING: "{whose} ceiling",
    GuardedBy.LARGEST_COMMAND: "largest command",
    GuardedBy.WAVE: "wave",
    GuardedBy.STALE_AFTER: "stale after, in seconds",
    GuardedBy.SHARE: "share of a scope that one operator may take, in tenths of a percent",
    GuardedBy.LIFTED: "{whose} lifted by an approval",
    GuardedBy.OTHER: "{whose}",
}


def lowered_sentence(change: LoweredGuard) -> str:
    """Say what guards less, without a full stop."""
    if isinstance(change, NumberLowered):
        return f"{_number(change.number)} {_value(change.before)} → {_value(change.now)}"
    if isinstance(change, FreezeLifted):
        return f"no freeze any more from {_moment(change.start)} to {_moment(change.until)}"
    if isinstance(change, ServersUnprotected):
        verb = "is" if change.count == 1 else "are"
        return f"{first_of(change.servers, len(change.servers), count=change.count)} {verb} not protected any more"
    if isinstance(change, SubsystemLost):
        return f"{change.subsystem} had {change.units:,} units and has no server in the fleet any more"
    if isinstance(change, MoreLowered):
        return f"and {change.count:,} more"
    return doubt_sentence(change)


def doubt_sentence(doubt: LedgerDoubt) -> str:
    """Say what a ledger doubts, and what to do, without a full stop."""
    match doubt:
        case ClockAhead(seconds=seconds):
            return f"the clock of this machine leapt {_span(seconds)} ahead; see that it is right, then acknowledge"
        case ClockSkewed(seconds=seconds):
            where = "ahead of" if seconds > 0 else "behind"
            return (
                f"the clock of this machine is {abs(seconds):,.0f} s {where} the other consoles'; pace and leases do not go "
                "by it; see which is right, then acknowledge"
            )
        case RestoredCopy(made=made):
            copy = f"a copy of {_moment(made)}"
            return f"the ledger was put back from {copy}; see that nothing done since is under way, then acknowledge"
        case _:
            return doubt.text


def _span(seconds: float) -> str:
    units = ((86_400.0, "days"), (3_600.0, "hours"), (60.0, "minutes"))
    return next((f"{seconds / size:,.1f} {name}" for size, name in units if seconds >= 2 * size), f"{seconds:,.0f} s")


def lowered_sentences(changes: Iterable[LoweredGuard]) -> tuple[str, ...]:
    """Say each of them."""
    return tuple(map(lowered_sentence, changes))


def not_acknowledged(changes: Iterable[LoweredGuard]) -> str:
    """Say that these wait for somebody to acknowledge them, the first few of them by name."""
    return f"nobody has acknowledged yet: {'; '.join(lowered_sentences(changes)[:MOST_NAMED])}"


def _number(number: GuardNumber) -> str:
    said = _NUMBERS[number.by].format(whose=number.whose, hours=number.hours).strip()
    return f"{said} in {number.scope}" if number.scope else said


def _value(value: float | None) -> str:
    return "none" if value is None else f"{value:,.0f}"


def _moment(seconds: float) -> str:
    return moment_at(seconds).strftime("%Y-%m-%d %H:%M:%S UTC")
