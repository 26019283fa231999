"""What is said where a step, or a whole run, does not keep to what its playbook declared."""

from console.words.findings.wording import said, servers
from topology.playbook.unmet import (
    AnotherSubsystem,
    HeadroomShort,
    MoreServers,
    NoFloorToKeep,
    OutAlready,
    SubsystemOut,
    SubsystemTouched,
    TakesLonger,
)
from topology.region.sentences.changes import place

DECLARED = "what the playbook declares"


def _more_servers(facts: MoreServers) -> str:
    verb = "removes" if facts.action == "remove" else "restores"
    more = facts.count - facts.most
    return f"the step expects at most {servers(facts.most)}, this {verb} {facts.count:,}: {more:,} more"


def _out_already(facts: OutAlready) -> str:
    over = facts.out - facts.most
    may = f"at most {servers(facts.most)} may be out of service before it starts"
    return f"{may}; {facts.out:,} are: {over:,} more"


def _subsystem_out(facts: SubsystemOut) -> str:
    are = "is" if facts.count == 1 else "are"
    return f"{servers(facts.count)} of {facts.subsystem} {are} out of service, which the playbook does not expect"


def _another_subsystem(facts: AnotherSubsystem) -> str:
    serve = "serves" if facts.count == 1 else "serve"
    return (
        f"{servers(facts.count)} of the {facts.total:,} {serve} {facts.subsystem}, which the step does not expect: "
        f"{facts.subsystem} {facts.in_service:,} → {facts.after:,}"
    )


def _no_floor_to_keep(facts: NoFloorToKeep) -> str:
    where = place(facts.subsystem, facts.scope)
    if facts.in_service is None or facts.after is None:
        return f"{facts.subsystem} states no floor, so its headroom cannot be judged"
    change = f"{where} {facts.in_service:,} → {facts.after:,}"
    return f"the step expects headroom of at least {facts.amount} in {where}, which states no floor: {change}"


def _headroom_short(facts: HeadroomShort) -> str:
    where, short = place(facts.subsystem, facts.scope), facts.least - facts.headroom
    least = f"{facts.least:,} ({facts.share} of the floor)" if facts.share else f"{facts.least:,}"
    if facts.in_service is None or facts.after is None:
        return f"headroom of at least {least} is expected in {where}; there is {facts.headroom:,}: {short:,} short"
    change = f"{where} {facts.in_service:,} → {facts.after:,}"
    return (
        f"the step expects headroom of at least {least} in {where}, this leaves {facts.headroom:,}: "
        f"{short:,} short ({change}, floor {facts.floor:,})"
    )


def _takes_longer(facts: TakesLonger) -> str:
    longer, most = _time(facts.minutes - facts.most), _time(facts.most)
    return f"it is expected to take at most {most}, and takes {_time(facts.minutes)}: {longer} longer"


def _time(minutes: float) -> str:
    return f"{minutes * 60:,.0f} s" if minutes < 1 else f"{minutes:,.1f}".removesuffix(".0") + " min"


WORDINGS = (
    said(MoreServers, _more_servers, DECLARED, lambda facts: f"at most {servers(facts.most)}"),
    said(OutAlready, _out_already, DECLARED, lambda facts: f"at most {servers(facts.most)} out of service"),
    said(SubsystemOut, _subsystem_out, DECLARED, lambda facts: f"all of {facts.subsystem} in service"),
    said(
        SubsystemTouched,
        lambda facts: f"{facts.subsystem} was touched, which the playbook does not expect",
        DECLARED,
        "other servers",
    ),
    said(
        AnotherSubsystem,
        _another_subsystem,
        DECLARED,
        lambda facts: f"servers that do not support {facts.subsystem}",
    ),
    said(
        NoFloorToKeep,
        _no_floor_to_keep,
        DECLARED,
        lambda facts: "a floor" if facts.in_service is None else "a floor in the description",
    ),
    said(
        HeadroomShort,
        _headroom_short,
        DECLARED,
        lambda facts: f"headroom of at least {facts.least:,} in {place(facts.subsystem, facts.scope)}",
    ),
    said(TakesLonger, _takes_longer, DECLARED, lambda facts: f"at most {_time(facts.most)}"),
)
