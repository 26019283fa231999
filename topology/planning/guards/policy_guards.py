"""Guards of what may be done at all: amounts, protected servers, change freezes, pace."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import NamedTuple

from topology.fleet.fleet import PACE_WINDOW_S
from topology.planning.guards.case import Case, block, clock, servers, some
from topology.planning.guards.pace_windows import uses
from topology.planning.plan import Finding, Severity


def too_large(case: Case) -> Iterator[Finding]:
    """One command moves more servers than the policy allows for one."""
    policy, listed = case.region.policy, len(case.region.roster)
    limit = policy.largest_count(listed)
    if limit is None or case.choice.wanted <= limit:
        return
    share = (
        f"{policy.largest_command} of the {listed:,} listed"
        if str(policy.largest_command).endswith("%")
        else "the policy"
    )
    yield block(
        "too-large",
        f"{servers(case.choice.wanted)} in one command; at most {limit:,} may move in one ({share})",
        protects="the region from one large step",
        satisfied_by=f"at most {servers(limit)} in one command",
    )


def protected(case: Case) -> Iterator[Finding]:
    """The command takes servers, or takes from a subsystem, that no command may take."""
    roster, chosen = case.region.roster, case.choice.servers
    names = tuple(roster.names[server] for server in chosen[roster.protected[chosen]].tolist())
    if names:
        message = f"{some(names)} {'is' if len(names) == 1 else 'are'} protected: no command may take them"
        yield _protected(case, message, None)
    for effect in case.effects:
        if effect.scope == "region" and effect.leaving and case.region.subsystem(effect.subsystem).protected:
            message = f"{effect.subsystem} is protected: no command may take its servers"
            yield _protected(case, message, effect.subsystem)


def _protected(case: Case, message: str, subsystem: str | None) -> Finding:
    return Finding(
        "protected",
        case.weight,
        message,
        subsystem,
        protects="what the description protects",
        satisfied_by="other servers",
    )


def frozen(case: Case) -> Iterator[Finding]:
    """A change freeze is in force, by the link's time: nothing is removed, and putting back is said to fall into it."""
    now = datetime.fromtimestamp(case.state.time, UTC)
    for freeze in case.region.freezes:
        if freeze.start <= now < freeze.until:
            until = f"{freeze.until:%Y-%m-%d %H:%M %Z}"
            reason = f" ({freeze.reason})" if freeze.reason else ""
            what = "nothing is removed" if case.removes else "only what gives capacity back is done"
            yield Finding(
                "frozen",
                case.weight,
                f"a change freeze{reason} is in force until {until}: {what}",
                protects="the region while it is frozen",
                satisfied_by=f"waiting until {until}",
            )


class Limit(NamedTuple):
    """A pace that a removal is held to: for everything (*subsystem* None) or for one subsystem."""

    subsystem: str | None
    servers: int
    per_minute: int
    used: int
    """Servers that earlier acts took from it in the last minute."""


def limits(case: Case) -> tuple[Limit, ...]:
    """Give every pace that the removal is held to; none where nothing leaves or no pace is known."""
    count, policy = len(case.choice.servers), case.region.policy
    if not count or not case.removes:
        return ()
    used, used_by = case.state.fleet.usage_since(case.state.time - PACE_WINDOW_S)
    found = []
    if policy.pace_per_minute is not None:
        found.append(Limit(None, count, policy.pace_per_minute, used))
    if case.intent.pace is not None:  # holds this command back, whatever others took
        found.append(Limit(None, count, case.intent.pace, 0))
    for number, leaving in sorted(case.shift.servers.items()):
        pace = case.region.subsystems[number].pace_per_minute
        if pace is not None:
            found.append(Limit(case.region.subsystems[number].name, leaving, pace, used_by.get(number, 0)))
    return tuple(found)


def slowest(found: tuple[Limit, ...]) -> Limit:
    """Give the limit that makes a removal take longest."""
    return max(found, key=lambda limit: limit.servers / limit.per_minute)


def pace(case: Case) -> Iterator[Finding]:
    """How long it takes at the allowed pace, and whether earlier removals already use some of it."""
    found = limits(case)
    if not found:
        return
    rule = slowest(found)
    whose = f" of {rule.subsystem}" if rule.subsystem else ""
    length = (
        f"{servers(rule.servers)}{whose} at {rule.per_minute:,}/min: takes {_minutes(rule.servers / rule.per_minute)}"
    )
    used = [limit for limit in found if limit.used]
    severity = Severity.CAUTION if used else Severity.NOTE
    yield Finding(
        "pace",
        severity,
        "; ".join([length, *(_usage(case, limit) for limit in used)]),
        rule.subsystem,
        protects="time to notice a mistake",
        satisfied_by="waiting until the last minute's removals no longer count" if used else "",
    )


def longer_windows(case: Case) -> Iterator[Finding]:
    """A window longer than a minute is used already, or cannot take all of the removal at once."""
    for use in uses(case):
        free = max(0, use.most - use.used)
        if use.seconds == PACE_WINDOW_S or (not use.used and use.takes <= free):
            continue
        whose = f" of {use.subsystem}" if use.subsystem else ""
        said = f"{use.used:,} of the {use.most:,} servers{whose} that may leave in {_length(use.seconds)} have left"
        if use.next_at is not None:
            said += f", so the next is possible at {clock(case.region, use.next_at)}"
        elif use.takes > free:
            said += f": {free:,} can leave before the window is full, {use.takes - free:,} wait"
        # A day's window is used by every act of the day: as a caution it would soon be read by nobody.
        much = use.takes > free or 2 * (use.used + use.takes) > use.most
        yield Finding(
            "pace",
            Severity.CAUTION if much else Severity.NOTE,
            said,
            use.subsystem,
            protects="time to notice a mistake",
            satisfied_by=f"at most {servers(free)}" if free else "waiting until earlier removals no longer count",
        )


def _length(seconds: float) -> str:
    return f"{seconds / 3600:g} h" if seconds >= 3600 else f"{seconds / 60:g} min"


def _usage(case: Case, limit: Limit) -> str:
    whose = f"of {limit.subsystem} " if limit.subsystem else ""
    used = f"earlier removals took {limit.used:,} {whose}in the last minute"
    if limit.used < limit.per_minute:
        return f"{used}, so {limit.per_minute - limit.used:,} can leave at once"
    return f"{used}, so the next is possible at {clock(case.region, _next_possible(case, limit))}"


def _next_possible(case: Case, limit: Limit) -> float:
    """Give the time at which enough earlier departures are a minute old for one more."""
    number = None if limit.subsystem is None else case.region.index[limit.subsystem]
    left, begin = limit.used, case.state.time - PACE_WINDOW_S
    for departure in case.state.fleet.departures:
        if departure.time > begin:
            left -= departure.servers if number is None else departure.per_subsystem.get(number, 0)
            if left < limit.per_minute:
                return departure.time + PACE_WINDOW_S
    return case.state.time + PACE_WINDOW_S


def _minutes(minutes: float) -> str:
    return "less than a minute" if minutes < 1 else f"{minutes:,.1f}".removesuffix(".0") + " min"
