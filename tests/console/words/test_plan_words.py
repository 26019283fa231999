"""The words of a verdict: one for every code at every weight, none doubled, and every code that weighs in the box."""

from dataclasses import replace

import pytest

from console.words.finding_codes import block_words, caution_words
from console.words.findings.table import has_words
from console.words.plan import cannot_be_confirmed, headline, largest_label, line_under, time_needed, unavailable
from tests.topology.findings import finding
from topology.planning.facts import FindingFacts
from topology.planning.guards.capacity.tight import EndsTight
from topology.planning.guards.dependents.self_observation import ObserverTouched, PublisherTouched
from topology.planning.guards.meaning.too_few_match import MoreThanMatch
from topology.planning.guards.meaning.unknown import SourceLost, SourceSilent
from topology.planning.guards.table import GUARDS
from topology.planning.plan import Effect, Finding, Impact, LargestSafe, Plan, ScopeVerdict, Severity, Verdict
from topology.playbook.unmet import GUARD as EXPECTS
from topology.region.scope import WHOLE, Scope

ENTRIES = {guard.code: guard for guard in (*GUARDS, EXPECTS)}
BLOCK, CAUTION = Severity.BLOCK, Severity.CAUTION


def plan(verdict: Verdict, *findings: Finding, effects: tuple[Effect, ...] = ()) -> Plan:
    names = tuple(f"index-{number:04}" for number in range(48))
    return Plan("remove 48 servers from index", "remove", 7, verdict, names, effects, (), findings, None, (), "d" * 64)


NEVER = {
    BLOCK: {guard.code for guard in ENTRIES.values() if guard.worst is not BLOCK},
    CAUTION: {"effort", "restart"},  # an objection at the act, which no plan has; and what is only a note
}


def test_that_all_facts_of_a_guard_have_words() -> None:
    own = [kind for kind in FindingFacts.kinds.values() if kind.__module__.startswith("topology.")]
    assert len(own) > len(ENTRIES)
    assert [kind for kind in own if not has_words(kind)] == []


@pytest.mark.parametrize(
    ("code", "severity"), [(code, weight) for weight, never in NEVER.items() for code in sorted(ENTRIES.keys() - never)]
)
def test_that_every_code_has_words_at_every_weight_it_can_have(code: str, severity: Severity) -> None:
    judged = plan(Verdict.BLOCKED if severity is BLOCK else Verdict.CAUTION, finding(code, severity))
    said = block_words(code, judged) if severity is BLOCK else caution_words(code, judged)
    assert said not in ("", code, "a message of its own")
    assert said in headline(judged).title


def test_that_an_undo_that_leaves_servers_out_says_so_in_words() -> None:
    undo = replace(plan(Verdict.CAUTION, finding("too-few-match", CAUTION)), action="restore", undoes=3)
    assert headline(undo).title == "Caution: some servers cannot come back"


def test_that_all_that_weighs_is_in_the_box_of_the_verdict_in_words_and_never_as_a_code() -> None:
    cautions = tuple(finding(code, CAUTION) for code in ("pace", "tight", "tight", "collateral", "impact", "self"))
    judged = replace(plan(Verdict.CAUTION, *cautions, finding("restart", Severity.NOTE)), shared=34)
    assert headline(judged).below == (
        "48 servers leave; 34 of them also serve other subsystems · a floor ends tight"
        " · also takes from other subsystems · a hard need ends at its floor · an observer or this console depends on it"
    )
    two = plan(Verdict.CAUTION, finding("pace", CAUTION), finding("unusual", CAUTION))
    assert headline(two).below == "48 servers leave"  # the title has said it


def test_that_a_blocked_plan_says_its_other_reasons_below_the_first() -> None:
    judged = plan(Verdict.BLOCKED, finding("frozen", BLOCK), finding("too-large", BLOCK), finding("unusual", CAUTION))
    assert headline(judged).title == "Blocked: a change freeze is in force"
    assert headline(judged).below == "48 servers leave · more than one command may take · far more than usual"


def test_that_whoever_watches_and_needs_what_leaves_is_named() -> None:
    path = ("Status board", "front-end")
    watching = Finding("self", CAUTION, ObserverTouched("Status board", path))
    publishing = Finding("self", CAUTION, PublisherTouched("", ("front-end",)))
    judged = plan(Verdict.CAUTION, watching, publishing)
    assert headline(judged).title == "Caution: Status board and this console need what is being removed"
    assert headline(plan(Verdict.CLEAR)).below == "48 servers leave"


def test_that_a_silent_source_is_named_with_its_age() -> None:
    silent = Finding("unknown", BLOCK, SourceSilent(34.0, 10.0))
    judged = plan(Verdict.BLOCKED, silent)
    assert headline(judged).title == "Blocked: the source is silent (34 s old)"
    assert unavailable(judged) == "unavailable while the source is silent"
    both = plan(Verdict.BLOCKED, finding("floor", BLOCK), Finding("unknown", BLOCK, SourceSilent(1_234.0, 10.0)))
    assert headline(both).title == "Blocked: would break a floor; the source is silent (20 min 34 s old)"


def test_that_a_source_that_does_not_answer_is_named() -> None:
    judged = plan(Verdict.BLOCKED, Finding("unknown", BLOCK, SourceLost("use1", "connection refused")))
    assert headline(judged).title == "Blocked: the source does not answer"


@pytest.mark.parametrize(
    ("in_service", "pending", "title"),
    [
        (200, 0, "Caution: index in zone az1 ends 98 above its floor"),
        (106, 0, "Caution: index in zone az1 ends 4 above its floor"),
        (200, 94, "Caution: index in zone az1 ends 4 above its floor"),
    ],
    ids=["becomes", "was", "was-with-what-is-leaving"],
)
def test_that_the_headline_says_where_the_worst_floor_ends(in_service: int, pending: int, title: str) -> None:
    after = in_service - pending - 2
    facts = EndsTight("index", Scope("zone", "az1"), in_service, after, pending, 100, 10)
    assert headline(plan(Verdict.CAUTION, Finding("tight", CAUTION, facts))).title == title


def test_that_those_that_get_tight_and_those_that_stay_are_told_apart() -> None:
    tight = tuple(
        Finding("tight", CAUTION, EndsTight("index", Scope("zone", f"az{number}"), held, held - 2, 0, 100, 10))
        for number, held in ((1, 106), (2, 110), (3, 111))
    )
    assert (
        headline(plan(Verdict.CAUTION, *tight)).title
        == "Caution: index in zone az1 ends 4 above its floor and 2 more get tight"
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


@pytest.mark.parametrize(
    ("codes", "label", "line"),
    [
        (
            ("floor",),
            "Largest that keeps every floor:",
            "48 is 43 more than 5, the largest count that keeps every floor",
        ),
        (
            ("floor", "too-large"),
            "Largest that nothing blocks:",
            "48 is 43 more than 5, the largest count that nothing blocks (more than one command may take)",
        ),
        (("protected",), "Largest that nothing blocks:", "48 is 43 more than 5, the largest count that nothing blocks"),
    ],
)
def test_that_the_largest_keeps_every_floor_only_where_floors_alone_stand_against_more(
    codes: tuple[str, ...], label: str, line: str
) -> None:
    judged = replace(
        plan(Verdict.BLOCKED, *(finding(code, BLOCK) for code in codes)), largest_safe=LargestSafe(5, "remove 5")
    )
    assert largest_label(judged) == label
    assert line_under(judged).startswith(line)
    assert largest_label(plan(Verdict.CLEAR)) == "Largest that nothing blocks:"


def test_that_a_number_that_does_not_exist_is_said_as_it_was_typed() -> None:
    short = Finding("too-few-match", BLOCK, MoreThanMatch(5_000, 420))
    judged = replace(plan(Verdict.BLOCKED, finding("floor", BLOCK), short), largest_safe=LargestSafe(5, "remove 5"))
    assert line_under(judged) == (
        "5,000 is 4,580 more than the 420 that match; the largest count that nothing blocks is 5"
    )


def test_that_the_verdict_calls_those_down_the_line_as_their_cards_do() -> None:
    judged = plan(Verdict.CAUTION, finding("impact", CAUTION))
    judged = replace(judged, impacted=(Impact("lambda", ("lambda", "index")),))
    assert headline(judged, {"lambda": "Lambda"}).title == "Caution: Lambda loses a hard need"
    assert headline(judged).title == "Caution: lambda loses a hard need"


def test_that_the_sentence_under_the_line_can_go_without_names() -> None:
    effect = Effect("billing", WHOLE, 420, 48, 372, 420, 400, -28, ScopeVerdict.BREAKS, True)
    judged = replace(
        plan(Verdict.BLOCKED, finding("floor", BLOCK), effects=(effect,)), largest_safe=LargestSafe(5, "x")
    )
    assert line_under(judged) == "48 is 43 more than 5, the largest count that keeps every floor of billing"
    assert line_under(judged, brief=True) == "48 is 43 more than 5, the largest count that keeps every floor"
