"""What an audit of playbooks found, in words: what breaks, what does not fit, which expectation and which bound is missing."""

from console.words.findings.wording import said
from topology.audit.facts import (
    DoesNotFit,
    ExpectsNothing,
    IdleSubsystems,
    InputsBreak,
    LooseHeadroom,
    LooseMinutes,
    LooseServers,
    NamesLeftOut,
    NoInputReads,
    NoMost,
    NothingForParameter,
    RefusesRest,
    RunsBreak,
    SafestMost,
)
from topology.command.grammar.reading import listed
from topology.region.sentences.counting import first_of


def _inputs_break(facts: InputsBreak) -> str:
    slips = f", {facts.slips:,} of them one slip from a usual value" if facts.slips else ""
    although = " although it states what it expects" if facts.expects else ""
    return f"{facts.breaking:,} of {facts.evaluated:,} inputs that it accepts break a floor{although}{slips}"


def _runs_break(facts: RunsBreak) -> str:
    return (
        f"no step breaks a floor alone, but after the steps before it step {facts.step} does, in {facts.breaking:,} of "
        f"{facts.played:,} whole runs"
    )


def _no_most(facts: NoMost) -> str:
    return f"{facts.parameter} has no most, so {'anything up to 100%' if facts.percent else 'any count'} is accepted"


def _loose_servers(facts: LooseServers) -> str:
    return f"servers_at_most = {facts.limit:,} refuses nothing: no input that it accepts takes more than {facts.most:,}"


def _loose_minutes(facts: LooseMinutes) -> str:
    return (
        f"takes_at_most of {facts.limit:,.3g} min refuses nothing: no input takes longer than {facts.longest:,.3g} min"
    )


def _loose_headroom(facts: LooseHeadroom) -> str:
    name = facts.subsystem
    return f"headroom_at_least of {facts.amount} in {name} refuses nothing: no input touches {name}"


def _largest_safe(facts: SafestMost) -> str:
    sign = "%" if facts.percent else ""
    before = "none is stated" if facts.before is None else f"it is {facts.before:,}{sign} now"
    usual = "" if facts.usual is None else f"; it is below the usual {facts.usual:,}{sign}"
    return f"the largest {facts.parameter} that keeps every floor, whatever else is given ({before}){usual}"


def _names_left_out(facts: NamesLeftOut) -> str:
    return f"leaves out {first_of(facts.names, len(facts.names), count=facts.count)}, with which a floor breaks"


WORDINGS = (
    said(InputsBreak, _inputs_break),
    said(RunsBreak, _runs_break),
    said(DoesNotFit, lambda facts: f"does not fit {facts.region}: {facts.problem}"),
    said(
        NothingForParameter,
        lambda facts: (
            f"no input makes a command: {facts.region} has nothing that its parameter {facts.parameter} could be"
        ),
    ),
    said(NoInputReads, lambda facts: f"no input makes a command: {facts.error}"),
    said(NoMost, _no_most),
    said(ExpectsNothing, lambda facts: f"{facts.command} expects nothing of its plan"),
    said(LooseServers, _loose_servers),
    said(LooseMinutes, _loose_minutes),
    said(
        IdleSubsystems,
        lambda facts: f"only_subsystems allows {listed(facts.subsystems, 'and')}, which no input touches",
    ),
    said(LooseHeadroom, _loose_headroom),
    said(SafestMost, _largest_safe),
    said(NamesLeftOut, _names_left_out),
    said(
        RefusesRest,
        lambda _: "refuses whatever would break a floor, also what was not looked at, before anything leaves",
    ),
)
