"""The words of a verdict: one for every code at every weight, none doubled, and every code that weighs in the box."""

import ast
import inspect
from dataclasses import replace

import pytest

from console.words.finding_codes import block_words, caution_words
from console.words.plan import cannot_be_confirmed, headline, time_needed, unavailable
from topology.fleet.state import Freshness
from topology.planning import confirmation
from topology.planning.guards import (
    case,
    floor_guards,
    graph_guards,
    knowledge_guards,
    policy_guards,
    restart_guard,
    usual,
)
from topology.planning.guards.table import GUARDS
from topology.planning.plan import Effect, Finding, Plan, ScopeVerdict, Severity, Verdict
from topology.playbook import expects

MODULES = (case, confirmation, floor_guards, graph_guards, knowledge_guards, policy_guards, restart_guard, usual)
MAKERS = ("Finding", "block", "_matches", "_caution")
BLOCK, CAUTION = Severity.BLOCK, Severity.CAUTION


def codes() -> set[str]:
    """Read from the guards' own source which codes they give."""
    found = {expects.CODE}
    for module in MODULES:
        for node in ast.walk(ast.parse(inspect.getsource(module))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in MAKERS and node.args:
                first = node.args[0]
                if isinstance(first, ast.Constant) and isinstance(first.value, str):
                    found.add(first.value)
    return found


def plan(verdict: Verdict, *findings: Finding, effects: tuple[Effect, ...] = ()) -> Plan:
    names = tuple(f"index-{number:04}" for number in range(48))
    return Plan("remove 48 servers from index", "remove", 7, verdict, names, effects, (), findings, None, (), "d" * 64)


def finding(code: str, severity: Severity, message: str = "a message of its own", **more: str) -> Finding:
    return Finding(code, severity, message, **more)  # type: ignore[arg-type]


def test_that_the_codes_are_those_of_the_guards() -> None:
    assert {"floor", "unknown", "nothing-matches", "too-few-match", "pace", "self", "unusual", "stale"} <= codes()
    assert {guard.__module__ for guard in GUARDS} <= {module.__name__ for module in MODULES}


NEVER = {
    BLOCK: {"pace", "tight", "collateral", "impact", "self", "unusual", "restart"},
    CAUTION: {"effort", "restart"},  # an objection at the act, which no plan has; and what is only a note
}


@pytest.mark.parametrize(
    ("code", "severity"), [(code, weight) for weight, never in NEVER.items() for code in sorted(codes() - never)]
)
def test_that_every_code_has_words_at_every_weight_it_can_have(code: str, severity: Severity) -> None:
    judged = plan(Verdict.BLOCKED if severity is BLOCK else Verdict.CAUTION, finding(code, severity))
    said = block_words(code, judged) if severity is BLOCK else caution_words(code, judged)
    assert said not in ("", code, "a message of its own")
    assert said in headline(judged).title


def test_that_an_undo_that_leaves_servers_out_says_so_in_words() -> None:
    undo = replace(plan(Verdict.CAUTION, finding("too-few-match", CAUTION)), action="restore", undoes=3)
    assert headline(undo).title == "Caution: some servers cannot come back"


def test_that_every_code_that_weighs_is_in_the_box_of_the_verdict() -> None:
    cautions = tuple(finding(code, CAUTION) for code in ("pace", "tight", "tight", "collateral", "impact", "self"))
    judged = replace(plan(Verdict.CAUTION, *cautions, finding("restart", Severity.NOTE)), shared=34)
    assert headline(judged).below == (
        "48 servers leave; 34 of them also serve other subsystems · pace, tight, collateral, impact, self"
    )
    assert headline(plan(Verdict.CLEAR)).below == "48 servers leave"


def test_that_a_silent_source_is_named_with_its_age() -> None:
    silent = finding("unknown", BLOCK, "the newest fact is 34 s old; after 10 s the source counts as silent")
    judged = plan(Verdict.BLOCKED, silent)
    assert headline(judged).title == "Blocked: the source is silent (34 s old)"
    assert unavailable(judged) == "unavailable while the source is silent"
    both = plan(
        Verdict.BLOCKED, finding("floor", BLOCK), replace(silent, message=silent.message.replace("34", "1,234"))
    )
    assert headline(both).title == "Blocked: would break a floor; the source is silent (20 min 34 s old)"


def test_that_the_guards_own_sentence_is_known_for_silence() -> None:
    source = inspect.getsource(knowledge_guards.unconditional)
    assert "the newest fact is {freshness.age_s:,.0f} s old" in source
    assert "does not answer{reason}" in source
    assert Freshness(34.0, True).is_silent(10.0)


def test_that_a_source_that_does_not_answer_is_named() -> None:
    judged = plan(Verdict.BLOCKED, finding("unknown", BLOCK, "use1 does not answer: connection refused"))
    assert headline(judged).title == "Blocked: the source does not answer"


@pytest.mark.parametrize(
    ("in_service", "pending", "title"),
    [
        (200, 0, "Caution: 1 floor gets tight"),
        (106, 0, "Caution: 1 floor stays tight"),
        (200, 94, "Caution: 1 floor stays tight"),
    ],
    ids=["becomes", "was", "was-with-what-is-leaving"],
)
def test_that_a_floor_that_was_tight_already_does_not_get_tight(in_service: int, pending: int, title: str) -> None:
    after = in_service - pending - 2
    effect = Effect("index", "zone:az1", in_service, 2, after, 200, 100, after - 100, ScopeVerdict.TIGHT, True, pending)
    tight = Finding("tight", CAUTION, "", "index", "zone:az1", satisfied_by="headroom of 10% of the floor")
    assert headline(plan(Verdict.CAUTION, tight, effects=(effect,))).title == title


def test_that_those_that_get_tight_and_those_that_stay_are_told_apart() -> None:
    effects = tuple(
        Effect("index", f"zone:az{number}", held, 2, held - 2, 200, 100, held - 102, ScopeVerdict.TIGHT, True)
        for number, held in ((1, 106), (2, 110), (3, 111))
    )
    tight = tuple(
        Finding("tight", CAUTION, "", one.subsystem, one.scope, satisfied_by="headroom of 10% of the floor")
        for one in effects
    )
    assert headline(plan(Verdict.CAUTION, *tight, effects=effects)).title == (
        "Caution: 2 floors get tight and 1 floor stays tight"
    )


@pytest.mark.parametrize(
    ("code", "button", "sentence"),
    [
        ("floor", "unavailable while a floor would break", "This plan cannot be confirmed while a floor would break."),
        (
            "too-large",
            "unavailable: more than one command may take",
            "This plan cannot be confirmed: more than one command may take.",
        ),
    ],
)
def test_that_unavailable_is_said_once(code: str, button: str, sentence: str) -> None:
    judged = plan(Verdict.BLOCKED, finding(code, BLOCK))
    assert unavailable(judged) == button
    assert cannot_be_confirmed(judged) == sentence


def test_that_durations_are_in_minutes_and_seconds() -> None:
    assert time_needed(replace(plan(Verdict.CLEAR), pace_per_minute=20, minutes=2.4)) == "2 min 24 s at 20 per minute"
