"""What the guards of policy say: paces, the largest command, change freezes, protected servers."""

from console.words import writing as words
from console.words.findings.wording import said, servers
from topology.fleet.obstacles import ObstacleKind
from topology.planning.guards.policy.beside import OthersHoldCredentials
from topology.planning.guards.policy.frozen import InFreeze
from topology.planning.guards.policy.obstacles import InTheWay
from topology.planning.guards.policy.pace import TakesTime, Used, WindowUsed
from topology.planning.guards.policy.protected import MOST_NAMED, ProtectedServers, ProtectedSubsystem
from topology.planning.guards.policy.too_large import TooManyAtOnce
from topology.region.sentences.clock import by_clock
from topology.region.sentences.counting import counted, first_of

TIME = "time to notice a mistake"
PROTECTED = ("what the description protects", "other servers")


def _takes_time(facts: TakesTime) -> str:
    whose = f" of {facts.subsystem}" if facts.subsystem else ""
    minutes = _minutes(facts.servers / facts.per_minute)
    length = f"{servers(facts.servers)}{whose} at {facts.per_minute:,}/min: takes {minutes}"
    return "; ".join([length, *(_usage(facts, one) for one in facts.used)])


def _usage(facts: TakesTime, one: Used) -> str:
    whose = f"of {one.subsystem} " if one.subsystem else ""
    used = f"earlier removals took {one.used:,} {whose}in the last minute"
    if one.next_at is None:
        return f"{used}, so {one.per_minute - one.used:,} can leave at once"
    return f"{used}, so the next is possible at {by_clock(facts.time_zone, one.next_at)}"


def _window_used(facts: WindowUsed) -> str:
    use = facts.use
    whose = f" of {use.subsystem}" if use.subsystem else ""
    said = f"{use.used:,} of the {use.most:,} servers{whose} that may leave in {_length(use.seconds)} have left"
    if use.next_at is not None:
        return f"{said}, so the next is possible at {by_clock(facts.time_zone, use.next_at)}"
    if use.takes > facts.free:
        return f"{said}: {facts.free:,} can leave before the window is full, {use.takes - facts.free:,} wait"
    return said


def _length(seconds: float) -> str:
    return f"{seconds / 3600:g} h" if seconds >= 3600 else f"{seconds / 60:g} min"


def _minutes(minutes: float) -> str:
    return "less than a minute" if minutes < 1 else words.duration(minutes * 60)


def _in_freeze(facts: InFreeze) -> str:
    reason = f" ({facts.reason})" if facts.reason else ""
    what = "nothing is removed" if facts.removes else "only what gives capacity back is done"
    return f"a change freeze{reason} is in force until {_end(facts)}: {what}"


def _end(facts: InFreeze) -> str:
    return f"{facts.until:%Y-%m-%d %H:%M %Z}"


def _too_many(facts: TooManyAtOnce) -> str:
    rule = f"{facts.share} of the {facts.listed:,} listed" if facts.share else "the policy"
    return f"{servers(facts.wanted)} in one command; at most {facts.limit:,} may move in one ({rule})"


def _protected_servers(facts: ProtectedServers) -> str:
    are = "is" if facts.count == 1 else "are"
    return f"{first_of(facts.servers, MOST_NAMED, count=facts.count)} {are} protected: no command may take them"


_IN_THE_WAY = {
    ObstacleKind.STAYS: ("stay there, for they belong to the server", "stays there, for it belongs to the server"),
    ObstacleKind.LEAVING: ("end already, and are waited for", "ends already, and is waited for"),
    ObstacleKind.HELD: (
        "have finalizers, and stay until whoever set those has removed them",
        "has finalizers, and stays until whoever set those has removed them",
    ),
    ObstacleKind.SCRATCH: (
        "lose what they keep on the server (emptyDir)",
        "loses what it keeps on the server (emptyDir)",
    ),
    ObstacleKind.UNHEALTHY: (
        "are not ready, and are not evicted while their budget is not met either",
        "is not ready, and is not evicted while its budget is not met either",
    ),
    ObstacleKind.UNOWNED: (
        "have no owner, so nobody would make them anew; move or delete them first",
        "has no owner, so nobody would make it anew; move or delete it first",
    ),
    ObstacleKind.CONTESTED: (
        "have several budgets, so they are never evicted",
        "has several budgets, so it is never evicted",
    ),
}
"""What is said of several pods, and of one."""


_REFUSED = (ObstacleKind.UNOWNED, ObstacleKind.CONTESTED)


def _in_the_way(facts: InTheWay) -> str:
    rest = facts.count - len(facts.names)
    named = ", ".join(facts.names) + (f" and {rest:,} more" if rest > 0 else "")
    more = f" ({facts.more})" if facts.more else ""
    what = _IN_THE_WAY[facts.what][facts.count == 1]
    return f"{counted(facts.count, 'pod')} on {servers(facts.servers)} {what}{more}: {named}"


WORDINGS = (
    said(
        InTheWay,
        _in_the_way,
        lambda facts: "what runs on these servers",
        lambda facts: "servers without such pods" if facts.what in _REFUSED else "",
    ),
    said(
        TakesTime,
        _takes_time,
        TIME,
        lambda facts: "waiting until the last minute's removals no longer count" if facts.used else "",
    ),
    said(
        WindowUsed,
        _window_used,
        TIME,
        lambda facts: (
            f"at most {servers(facts.free)}" if facts.free else "waiting until earlier removals no longer count"
        ),
    ),
    said(InFreeze, _in_freeze, "the region while it is frozen", lambda facts: f"waiting until {_end(facts)}"),
    said(
        TooManyAtOnce,
        _too_many,
        "the region from one large step",
        lambda facts: f"at most {servers(facts.limit)} in one command",
    ),
    said(
        OthersHoldCredentials,
        lambda facts: (
            f"others hold credentials for {facts.source}: what they do between the last look and the act is not seen"
        ),
        "floors that others may break meanwhile",
    ),
    said(ProtectedServers, _protected_servers, *PROTECTED),
    said(
        ProtectedSubsystem,
        lambda facts: f"{facts.subsystem} is protected: no command may take its servers",
        *PROTECTED,
    ),
)
