"""A guard of an organisation's own: brought along from outside, it adds its findings and takes none away."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from console.words.finding_codes import caution_words
from console.words.findings.table import message, protects, satisfied_by, sentence
from console.words.plan import headline, unavailable
from console.words.plan_json import plan_json
from tests.topology.planning.conftest import Ask, Make
from topology.command.grammar.syntax import Planned
from topology.command.grammar.vocabulary import vocabulary_of
from topology.command.parse import parse
from topology.execution.execution import Execution, Rules
from topology.execution.progress import Ended, Send
from topology.fleet.state import State
from topology.planning.facts import SpokenFacts, Words
from topology.planning.guards.case import Case
from topology.planning.guards.guard import Guard
from topology.planning.guards.table import GUARDS
from topology.planning.plan import Confirmation, Effort, Finding, Plan, Severity, Verdict
from topology.planning.preview import Planner, check_confirmation, judge, preview
from topology.playbook.unmet import GUARD as EXPECTS

WORDS = Words("a launch is on", "a launch is near", "during the launch")


@dataclass(frozen=True, slots=True)
class LaunchOn(SpokenFacts):
    kind: ClassVar[str] = "own-launch"
    words: ClassVar[Words] = WORDS
    servers: int

    def sentence(self) -> str:
        return f"a launch is on, and {self.servers} servers would go"


def launch(severity: Severity, order: int = 85) -> Guard:
    def ask(case: Case) -> Iterator[Finding]:
        yield Finding("launch", severity, LaunchOn(len(case.choice.servers)))

    return Guard("launch", severity, order, held_at_act=False, ask=ask)


def planned(state: State, text: str, *guards: Guard) -> Plan:
    command = parse(text, vocabulary_of(state)).command
    assert isinstance(command, Planned)
    plan = preview(state, command, guards)
    assert Planner(state.region, guards).preview(state, command) == plan
    assert judge(state, command, plan.servers, guards).findings == plan.findings
    return plan


def test_that_a_guard_from_outside_refuses_in_its_own_words(make: Make, ask: Ask) -> None:
    state = make()
    plan = planned(state, "remove 6 from billing", launch(Severity.BLOCK))
    assert ask(state, "remove 6 from billing").verdict is Verdict.CLEAR
    assert plan.verdict is Verdict.BLOCKED
    assert headline(plan).title == "Blocked: a launch is on"
    assert unavailable(plan) == "unavailable during the launch"
    assert message(plan.findings[0]) == "a launch is on, and 6 servers would go"
    assert plan.largest_safe is None


def test_that_a_guard_from_outside_cautions_in_its_own_words(make: Make) -> None:
    plan = planned(make(), "remove 6 from billing", launch(Severity.CAUTION))
    assert plan.verdict is Verdict.CAUTION
    assert headline(plan).title == "Caution: a launch is near"
    assert caution_words("launch", plan) == "a launch is near"


def test_that_a_guard_from_outside_takes_its_place_and_takes_nothing_away(make: Make, ask: Ask) -> None:
    state = make()
    alone = ask(state, "remove 21 from placement")
    for order in (5, 45, 200):
        plan = planned(state, "remove 21 from placement", launch(Severity.BLOCK, order))
        assert tuple(one for one in plan.findings if one.code != "launch") == alone.findings
    assert plan.codes()[-1] == "launch"
    assert planned(state, "remove 21 from placement", launch(Severity.BLOCK, 5)).codes()[0] == "launch"


def test_that_a_guard_from_outside_is_asked_again_when_a_plan_is_confirmed(make: Make) -> None:
    state = make()
    command = parse("remove 6 from billing", vocabulary_of(state)).command
    assert isinstance(command, Planned)
    plan = preview(state, command)
    word = Confirmation(plan.digest, Effort.KEY)
    assert check_confirmation(state, plan, command, word) == ()
    (stale,) = check_confirmation(state, plan, command, word, (launch(Severity.BLOCK),))
    assert stale.code == "stale"
    assert "a launch is on" in message(stale)


def test_that_a_guard_from_outside_is_asked_again_before_each_wave(make: Make) -> None:
    class Own(Rules):
        guards = (launch(Severity.BLOCK),)
        say = staticmethod(sentence)

    state = make()
    command = parse("remove 6 from billing", vocabulary_of(state)).command
    assert isinstance(command, Planned)
    plan = preview(state, command)
    sent = Execution.of(plan, "one", "ana", state).step(state.time, state)
    assert isinstance(sent, Send)
    held = Execution.of(plan, "two", "ana", state, rules=Own()).step(state.time, state)
    assert isinstance(held, Ended)
    assert "a launch is on" in held.why


def test_that_findings_of_a_guard_from_outside_survive_json(make: Make) -> None:
    plan = planned(make(), "remove 6 from billing", launch(Severity.CAUTION))
    assert Plan.from_json(plan.to_json()) == Plan.from_json(plan_json(plan)) == plan


def test_that_a_plan_that_an_earlier_version_saved_is_read_with_its_words(make: Make) -> None:
    plan = planned(make(), "remove 27 from billing")
    body = json.loads(plan_json(plan))
    del body["not_evaluated_facts"]
    for finding in body["findings"]:
        del finding["facts"]
    read = Plan.from_json(json.dumps(body).encode())
    words = [
        (one.code, one.severity, message(one), one.scope, protects(one), satisfied_by(one)) for one in plan.findings
    ]
    assert [
        (one.code, one.severity, message(one), one.scope, protects(one), satisfied_by(one)) for one in read.findings
    ] == words
    assert [sentence(one) for one in read.not_evaluated] == [sentence(one) for one in plan.not_evaluated]
    assert headline(read).title == headline(plan).title


def test_that_no_two_guards_stand_in_one_place() -> None:
    orders = [guard.order for guard in (*GUARDS, EXPECTS)]
    assert len(set(orders)) == len(orders)
    assert len({guard.code for guard in (*GUARDS, EXPECTS)}) == len(orders)
