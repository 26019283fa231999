"""What is said when a plan that was confirmed cannot be begun: it no longer holds, or the operator's effort is short."""

from console.words.findings.wording import said, servers
from topology.planning.guards.confirming.effort import CountNotTyped
from topology.planning.guards.confirming.stale import (
    MOST_NAMED,
    AnotherPlan,
    AnotherRegion,
    NoneComesBack,
    ServersChanged,
    SupportsOthers,
)
from topology.region.sentences.counting import first_of

STALE = ("what was shown is what is done", "a preview of the region as it is now")


def _servers_changed(facts: ServersChanged) -> str:
    names = first_of(tuple(map(str, facts.changed)), MOST_NAMED, count=facts.count)
    return f"since revision {facts.revision:,} {servers(facts.count)} of the list changed: {names}"


def _supports_others(facts: SupportsOthers) -> str:
    return f"{facts.server} supported {', '.join(facts.before)}, and now supports {', '.join(facts.now)}"


WORDINGS = (
    said(
        CountNotTyped,
        lambda facts: f"the plan has cautions: type the number of its servers, {facts.servers:,}, to confirm it",
        "a plan with cautions from one keystroke",
        lambda facts: f"typing {facts.servers}",
    ),
    said(AnotherPlan, lambda _: "what was confirmed is not the plan on show: look at it again", *STALE),
    said(
        AnotherRegion,
        lambda facts: f"the plan's digest is not that of its servers in {facts.region}: plan it again",
        *STALE,
    ),
    said(NoneComesBack, lambda facts: f"none of {servers(facts.servers)} can be put back any more", *STALE),
    said(ServersChanged, _servers_changed, *STALE),
    said(SupportsOthers, _supports_others, *STALE),
)
"""A verdict that is worse now is said in the table, since its reasons are findings of any kind."""
