"""The audit: what a playbook lets through, what would make it safe, and what was not looked at."""

import tomllib
from dataclasses import replace
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import resources
from console.reports.audit_json import audit_builtins, audit_json
from console.words.findings.found import found_sentence, origin_words, stopped_words
from console.words.findings.table import sentence
from tests.profiles import examples
from tests.topology.planning.conftest import described
from tests.topology.strategies import Shape, state_of, states
from topology.audit.auditing import audit
from topology.audit.limits import AuditLimit, BeyondAudit, InputsLeftOut, InputsUnusable
from topology.audit.origins import AtEdge, SlipOf
from topology.audit.report import AuditReport, Found, FoundKind
from topology.audit.runs import moved
from topology.command.grammar.syntax import Planned
from topology.command.grammar.vocabulary import vocabulary_of
from topology.command.parse import parse
from topology.command.slips import LAYOUTS, SlipKind
from topology.fleet.state import Freshness, State
from topology.planning.plan import ScopeVerdict
from topology.planning.preview import preview
from topology.playbook.model import Playbook
from topology.playbook.reading import read_playbook
from topology.region.description import read_region

HEAD = 'format = 1\n[playbook]\nname = "p"\ntitle = "T"\npurpose = "P"\n[undo]\ncommand = "undo"\n'


def small(**keys: str) -> State:
    """100 of index (floor 80; 28 of them shared with billing), 34 of billing (floor 4), 20 of placement (floor 10)."""
    return state_of(read_region(described(**keys), "small.toml"))


def embedded() -> State:
    return state_of(read_region(resources.text("regions/s3-us-east-1/region.toml"), "embedded"))


def bundled(*names: str) -> list[Playbook]:
    wanted = names or sorted(path.stem for path in resources.path("playbooks").iterdir())
    return [read_playbook(resources.text(f"playbooks/{name}.toml"), name) for name in wanted]


def count(**keys: str) -> str:
    lines = "".join(f"{key} = {value}\n" for key, value in keys.items())
    return f'[[parameter]]\nname = "count"\ntype = "count"\n{lines}'


def step(command: str, expects: str = "") -> str:
    return f"[[step]]\ncommand = '{command}'\n" + (f"expects = {{ {expects} }}\n" if expects else "")


def playbook(*parts: str) -> Playbook:
    return read_playbook(HEAD + "".join(parts), "p")


def audited(*parts: str, state: State | None = None) -> AuditReport:
    return audit([playbook(*parts)], state or small())


def kinds(report: AuditReport) -> list[FoundKind]:
    return [one.kind for one in report.found]


def the(kind: FoundKind, report: AuditReport) -> Found:
    [found] = [one for one in report.found if one.kind is kind]
    return found


TAKE = step("remove {count} servers from index", "servers_at_most = 90")


def test_that_the_playbook_of_2017_is_one_slip_from_a_broken_floor_and_the_others_are_not() -> None:
    report = audit(bundled(), embedded())
    assert kinds(report) == [FoundKind.SLIP_BREAKS, FoundKind.NO_EXPECTS]
    assert {one.playbook for one in report.found} == {"debug-slow-billing"}
    found = report.found[0]
    assert found.step == 2
    assert found.inputs[0].is_slip
    assert found.inputs[0].effect.subsystem == "placement"
    assert "front-end" in found.inputs[0].impacted
    assert [one.toml for one in found.remedies] == ["most = 34", "expects = { headroom_at_least = 0 }"]
    origins = {origin_words(one) for one in found.inputs}
    assert "count 50 for 5: a zero added" in origins
    assert "count at its most, zone az6" in origins


@pytest.mark.parametrize("zone", ["az1", "az2", "az4", "az6"])
def test_that_the_bound_it_computes_for_the_playbook_of_2017_is_the_largest(zone: str) -> None:
    state = embedded()
    broken = [
        any(
            effect.verdict is ScopeVerdict.BREAKS
            for effect in preview(state, read(state, f"remove {number} from billing in {zone}")).effects
        )
        for number in (34, 36)
    ]
    assert broken == [False, True]


def read(state: State, text: str) -> Planned:
    command = parse(text, vocabulary_of(state)).command
    assert isinstance(command, Planned)
    return command


def test_that_a_wide_bound_is_found_and_the_largest_safe_one_computed() -> None:
    report = audited(count(least="1", most="30", default="2"), TAKE)
    found = the(FoundKind.SLIP_BREAKS, report)
    assert [one.toml for one in found.remedies] == ["most = 20", "headroom_at_least = 0"]
    assert "(it is 30 now)" in sentence(found.remedies[0].facts)
    assert (
        audited(
            count(least="1", most="20", default="2"), step("remove {count} from index", "servers_at_most = 20")
        ).found
        == ()
    )


def test_that_a_usual_value_above_the_safe_bound_is_said() -> None:
    report = audited(count(most="30", default="2", usual="[25]"), TAKE)
    assert "it is below the usual 25" in sentence(the(FoundKind.SLIP_BREAKS, report).remedies[0].facts)


def test_that_a_floor_that_no_slip_reaches_is_still_found() -> None:
    report = audited(count(least="1", most="25"), TAKE)
    found = the(FoundKind.BREAKS, report)
    assert found.command == "remove 25 servers from index"
    assert found.inputs[0].run == "run p count=25"
    assert found.inputs[0].origin == (AtEdge("count", most=True),)
    assert origin_words(found.inputs[0]) == "count at its most"
    assert "although it states what it expects" in found_sentence(found)


def test_that_an_expectation_that_refuses_what_breaks_is_enough() -> None:
    report = audited(count(most="30", default="2"), step("remove {count} servers from index", "headroom_at_least = 0"))
    assert report.found == ()
    [judged] = [one for one in report.playbooks[0].steps if one.number == 1]
    assert judged.breaking == judged.held > 0
    assert judged.worst is not None
    assert stopped_words(judged.worst).startswith("the step expects headroom of at least 0 in index")


def test_that_slips_that_the_bounds_refuse_are_counted_and_not_found() -> None:
    report = audited(count(least="2", most="5", default="2"), step("remove {count} from index", "servers_at_most = 5"))
    assert report.found == ()
    assert report.playbooks[0].steps[0].refused > 0


def test_that_the_keyboard_decides_which_slips_there_are() -> None:
    text = [count(least="1", most="15", default="4"), step("remove {count} from placement", "servers_at_most = 15")]
    for layout, expected in (("qwerty", False), ("number-pad", True)):
        report = audit([playbook(*text)], small(), LAYOUTS[layout])
        runs = {one.run for one in report.found[0].inputs if one.is_slip}
        assert ("run p count=14" in runs) is expected, layout
        assert report.layout == layout


def test_that_names_with_which_every_number_breaks_are_left_out() -> None:
    zone = '[[parameter]]\nname = "zone"\ntype = "zone"\ndefault = "az1"\n'
    state = small(index='zone_floor = "100%"', placement="", pool="")
    command = step("remove {count} servers from billing in {zone}", "servers_at_most = 9")
    report = audit([playbook(count(least="9", most="9", default="9"), zone, command)], state)
    assert [one.toml for one in report.found[0].remedies] == ["headroom_at_least = 0"]
    what = '[[parameter]]\nname = "what"\ntype = "subsystem"\ndefault = "billing"\n'
    report = audited(what, step("remove 11 servers from {what}", "servers_at_most = 11"))
    [remedy, _] = the(FoundKind.BREAKS, report).remedies
    assert remedy.toml == 'among = ["billing", "index"]'
    assert sentence(remedy.facts) == "leaves out placement, with which a floor breaks"


def test_that_steps_that_break_a_floor_together_are_found() -> None:
    half = step("remove {count} servers from index", "servers_at_most = 15")
    report = audited(count(least="1", most="15", default="2"), half, half)
    found = the(FoundKind.RUN_BREAKS, report)
    assert found.step == 2
    assert found.command == "run p count=15"
    assert found.inputs[0].effect.after == 70
    back = step("restore all to index", "servers_at_most = 15")
    assert audited(count(least="1", most="15", default="2"), half, back, half).found == ()


def test_that_a_whole_run_ends_where_a_step_is_refused() -> None:
    half = step("remove {count} servers from index", "headroom_at_least = 0")
    report = audited(count(least="1", most="15", default="2"), half, half)
    assert report.found == ()
    assert report.playbooks[0].runs > 0


def test_that_a_step_without_expectations_and_a_number_without_bound_are_found() -> None:
    report = audited(count(default="2"), step("remove {count} servers from placement"))
    assert kinds(report) == [FoundKind.SLIP_BREAKS, FoundKind.NO_EXPECTS, FoundKind.NO_BOUND]
    assert "(none is stated)" in sentence(report.found[0].remedies[0].facts)
    assert found_sentence(report.found[2]) == "count has no most, so any count is accepted"


@pytest.mark.parametrize(
    ("expects", "said"),
    [
        ("servers_at_most = 10", "servers_at_most = 10 refuses nothing: no input that it accepts takes more than 5"),
        ("servers_at_most = 9", ""),
        ('takes_at_most = "30 s"', "takes_at_most of 0.5 min refuses nothing: no input takes longer than 0.25 min"),
        ('takes_at_most = "20 s"', ""),
        ('only_subsystems = ["index", "placement"]', "only_subsystems allows placement, which no input touches"),
        ("headroom_at_least = { billing = 3 }", "headroom_at_least of 3 in billing refuses nothing"),
        ("headroom_at_least = { index = 3 }", ""),
        ("headroom_at_least = 0", ""),
    ],
)
def test_that_an_expectation_too_loose_to_matter_is_found(expects: str, said: str) -> None:
    report = audited(count(most="5", default="2"), step("remove {count} servers from index", expects))
    messages = [found_sentence(one) for one in report.found]
    assert all(one.kind is FoundKind.LOOSE for one in report.found)
    assert len(messages) == bool(said)
    assert not said or messages[0].startswith(said)


def test_that_an_expectation_that_lets_a_break_through_is_loose_however_near_it_is() -> None:
    report = audited(count(most="30", default="2"), step("remove {count} servers from index", "servers_at_most = 30"))
    assert kinds(report) == [FoundKind.SLIP_BREAKS, FoundKind.LOOSE]


def test_that_a_floor_that_is_not_stated_and_a_silent_source_are_found_once() -> None:
    text = described().replace('name = "placement"\nfloor = "50%"', 'name = "placement"')
    state = state_of(read_region(text, "small.toml"))
    own = step("remove 1 server from placement", "headroom_at_least = 0")
    found = the(FoundKind.UNKNOWN, audited(own, own.replace("1 server", "2 servers"), state=state))
    assert found_sentence(found).startswith("placement states no floor")
    state = small()
    state.freshness = Freshness(age_s=900.0)
    report = audited(step("remove 1 server from index", "servers_at_most = 1"), state=state)
    assert kinds(report) == [FoundKind.UNKNOWN]
    assert found_sentence(report.found[0]).startswith("the newest fact is 900 s old")
    assert report.found[0].playbook == ""
    state.freshness = Freshness(connected=False, reason="it hung up")
    assert "small does not answer: it hung up" in found_sentence(the(FoundKind.UNKNOWN, audited(own, state=state)))


def test_that_a_playbook_for_another_region_is_found_unfit() -> None:
    report = audited(step("remove 1 server from biling", "servers_at_most = 1"))
    assert "no subsystem is called biling" in found_sentence(the(FoundKind.UNFIT, report))
    assert report.playbooks[0].steps[0].evaluated == 0


def test_that_bounds_set_by_another_parameter_are_followed() -> None:
    limit = '[[parameter]]\nname = "limit"\ntype = "count"\nleast = 5\nmost = 15\ndefault = 5\n'
    command = step("remove {count} from placement at {limit}/min", "servers_at_most = 15")
    report = audited(count(least="1", most='"{limit}"', default="2"), limit, command)
    runs = {one.run for one in report.found[0].inputs}
    assert "run p count=15 limit=15" in runs
    assert "run p count=15" not in runs  # limit is 5 then


def test_that_a_condition_that_does_not_hold_now_is_said() -> None:
    report = audited(
        "[before]\nheadroom_at_least = { index = 21 }\n", step("remove 1 from index", "servers_at_most = 1")
    )
    assert any(
        one.startswith("p would not start now") and "there is 20: 1 short" in one
        for one in map(sentence, report.not_evaluated)
    )


def test_that_findings_are_ranked_the_worst_first() -> None:
    near = replace(playbook(count(least="1", most="22"), TAKE), name="near")
    far = replace(playbook(count(least="1", most="60"), TAKE), name="far")
    report = audit([near, far], small())
    worst = [one.playbook for one in report.found if one.kind is FoundKind.BREAKS]
    assert worst == ["far", "near"]
    assert [one.kind for one in report.found] == sorted(kinds(report), key=list(FoundKind).index)


def test_that_progress_rises_to_the_total() -> None:
    told: list[tuple[int, int, str]] = []
    audit(bundled("drain-rack", "retire-cell"), embedded(), progress=lambda *now: told.append(now))
    steps = [done for done, _, _ in told]
    assert steps == list(range(len(told)))
    assert {total for _, total, _ in told} == {len(told) - 1}
    assert told[0][2] == "drain-rack"


def test_that_the_state_is_left_as_it_was() -> None:
    state = small()
    half = step("remove 10 servers from index", "servers_at_most = 10")
    before = (state.fleet.state.copy(), state.fleet.capacity.copy(), state.revision, len(state.fleet.departures))
    audited(half, half, state=state)
    assert np.array_equal(before[0], state.fleet.state)
    assert np.array_equal(before[1], state.fleet.capacity)
    assert before[2:] == (state.revision, len(state.fleet.departures))


@given(states(), st.data())
def test_that_playing_a_plan_counts_like_the_facts_it_stands_for(state: State, data: st.DataObject) -> None:
    names = [one.name for one in state.region.subsystems if not one.external]
    text = f"remove {data.draw(st.integers(1, 9))} from {data.draw(st.sampled_from(names))}"
    plan = preview(state, read(state, text))
    capacity = state.fleet.capacity.copy()
    after = moved(state, plan)
    counted = after.fleet.capacity.copy()
    after.fleet.recount()
    assert np.array_equal(counted, after.fleet.capacity)
    assert np.array_equal(capacity, state.fleet.capacity)


def breaks(state: State, text: str) -> bool:
    return any(one.verdict is ScopeVerdict.BREAKS for one in preview(state, read(state, text)).effects)


@settings(max_examples=examples(60))
@given(states(Shape(protection=False)), st.integers(1, 3), st.integers(0, 12))
def test_that_it_finds_exactly_what_trying_everything_finds(state: State, least: int, more: int) -> None:
    names = [one.name for one in state.region.subsystems if not one.external]
    bounds = count(least=str(least), most=str(least + more))
    what = '[[parameter]]\nname = "what"\ntype = "subsystem"\n'
    report = audited(bounds, what, step("remove {count} servers from {what}", "servers_at_most = 15"), state=state)
    tried = {
        (number, name): breaks(state, f"remove {number} from {name}")
        for number in range(least, least + more + 1)
        for name in names
    }
    found = [one for one in report.found if one.kind in (FoundKind.BREAKS, FoundKind.SLIP_BREAKS)]
    assert bool(found) == any(tried.values())
    if not found:
        return
    [hazard] = found
    safe = [n for n in range(least, least + more + 1) if not any(tried[n, name] for name in names)]
    bound = [one.toml for one in hazard.remedies if one.toml.startswith("most")]
    assert bound == ([f"most = {max(safe)}"] if safe else [])
    good = [name for name in sorted(names) if not any(tried[n, name] for n in range(least, least + more + 1))]
    among = [tomllib.loads(one.toml)["among"] for one in hazard.remedies if one.toml.startswith("among")]
    assert among == ([good] if good and not safe else [])


@settings(max_examples=examples(30))
@given(states(Shape(missing_floors=True)), st.integers(1, 15))
def test_that_expecting_headroom_leaves_nothing_that_breaks(state: State, most: int) -> None:
    what = '[[parameter]]\nname = "what"\ntype = "subsystem"\n'
    command = step("remove {count} servers from {what}", "headroom_at_least = 0")
    report = audited(count(least="1", most=str(most)), what, command, state=state)
    assert not {FoundKind.BREAKS, FoundKind.SLIP_BREAKS, FoundKind.RUN_BREAKS}.intersection(kinds(report))


def test_that_a_report_survives_json_and_another_format_is_refused() -> None:
    report = audit(bundled("debug-slow-billing"), embedded())
    assert AuditReport.from_json(report.to_json()) == report
    with pytest.raises(ValueError, match="has format 2"):
        AuditReport.from_json(report.to_json().replace(b'"format":1', b'"format":2'))


def test_that_servers_and_racks_of_one_make_stand_for_the_others() -> None:
    server = '[[parameter]]\nname = "server"\ntype = "server"\n'
    state = small(pool='[[pool]]\nname = "kept"\ncount = 4\nsupports = ["index"]\nprotected = true')
    report = audited(server, step("remove servers {server}", "servers_at_most = 1"), state=state)
    # 4 pools and a protected one, each in one cell of two zones; slips of the first name besides.
    judged = report.playbooks[0].steps[0]
    assert judged.evaluated - judged.slips <= 10
    assert report.evaluated < len(state.region.roster)


def test_that_a_region_without_servers_is_a_finding_for_each_step_that_nothing_fits() -> None:
    text = 'format = 1\n[region]\nname = "r"\nzones = ["az1"]\n[policy]\npace = "60/min"\nlargest_command = "100%"\n'
    state = state_of(read_region(text + '[[subsystem]]\nname = "index"\nfloor = 0\n', "r.toml"))
    report = audit(bundled(), state)
    assert report.evaluated == 0
    assert {one.playbook for one in report.found if one.kind is FoundKind.UNFIT} == {one.name for one in bundled()}


def test_that_a_report_is_read_again_with_its_sentences_and_without() -> None:
    report = audited(count(default="2"), step("remove {count} servers from placement"))
    assert len({type(one.facts) for one in report.found}) == 3
    assert AuditReport.from_json(report.to_json()) == report
    assert AuditReport.from_json(audit_json(report)) == report


def test_that_every_sentence_of_a_report_stands_in_its_json_beside_its_facts() -> None:
    report = audited(count(most="30", default="2"), step("remove {count} servers from index", "headroom_at_least = 0"))
    worst = audit_builtins(report)["playbooks"][0]["steps"][0]["worst"]
    assert worst["origin"] == "count at its most"
    assert worst["origin_facts"] == [{"kind": "audit-at-edge", "parameter": "count", "most": True}]
    assert worst["stopped_by"].startswith("the step expects headroom of at least 0 in index")
    assert worst["stopped_by_facts"]["kind"] == report.playbooks[0].steps[0].worst.stopped_by.kind
    body = audit_builtins(audited(count(default="2"), TAKE))
    assert body["found"][0]["remedies"][0]["why"].endswith("(none is stated)")
    assert body["found"][0]["remedies"][0]["facts"]["kind"] == "audit-largest-safe"
    assert body["not_evaluated"][-1] == "Slips in texts: a text only ends up in a reason."
    assert body["not_evaluated_facts"][-1] == {"kind": "audit-beyond", "limit": "texts"}


@pytest.mark.parametrize(
    "expects", ["", "servers_at_most = 90", "headroom_at_least = 0"], ids=["none", "loose", "that holds"]
)
def test_that_a_report_of_an_earlier_version_says_what_it_said(expects: str) -> None:
    report = audited(
        "[before]\nheadroom_at_least = { index = 21 }\n",
        count(most="30", default="2"),
        step("remove {count} servers from index", expects),
    )
    whole = audit_builtins(report)
    earlier = AuditReport.from_json(msgspec.json.encode(without_facts(whole)))
    assert without_facts(audit_builtins(earlier)) == without_facts(whole)
    assert len(report.not_evaluated) == len(earlier.not_evaluated) > 8


def without_facts(body: Any) -> Any:
    """Leave out what earlier versions did not write."""
    if isinstance(body, list):
        return [without_facts(one) for one in body]
    if not isinstance(body, dict):
        return body
    return {name: without_facts(one) for name, one in body.items() if not name.endswith("facts")}


def test_that_all_that_an_audit_leaves_out_is_said_in_whole_sentences() -> None:
    limits = [BeyondAudit(limit) for limit in AuditLimit]
    left_out = [InputsLeftOut("p", 0, 1200, 500), InputsUnusable("p", 3, 2), *limits]
    said = [sentence(one) for one in left_out]
    assert said[:2] == [
        "p: 1,200 inputs of the undo step, beyond the first 500.",
        "p: 2 inputs of step 3 that make no command.",
    ]
    assert all(one.endswith(".") for one in said)
    assert len(set(said)) == len(left_out)


@pytest.mark.parametrize("slip", SlipKind)
def test_that_every_slip_has_words(slip: SlipKind) -> None:
    assert sentence(SlipOf("count", "50", "5", slip)).startswith("count 50 for 5: ")
