"""A region beside which a real Prometheus sees who calls whom, as its operator has it: drawn, told, and never judged by."""

import asyncio
import io
from collections.abc import Callable
from pathlib import Path

import pytest

from console.operating.explanation import explanation
from console.operating.observing.adopting import adoption
from console.operating.regions import address_of, folder_of, open_to_look
from console.operating.state_reading import read_state
from console.terminal.checks.check_command import check_command
from console.terminal.facts.explain_command import explain_command
from console.words.anew.sentences import anew_sentence
from tests.servers.prometheus.regions import described
from tests.servers.prometheus.rig import PrometheusRig, needs_prometheus, otel
from topology.command.grammar.adoption import Adopt
from topology.command.grammar.syntax import Explain
from topology.command.grammar.vocabulary import vocabulary_of
from topology.command.parse import parse
from topology.fleet.observed import undeclared
from topology.fleet.state import State
from topology.graph.graph import graph_of
from topology.links.live import observing
from topology.links.live.link import LiveLink
from topology.links.prometheus.reader import PrometheusReader
from topology.links.protocol import ResyncNeeded
from topology.planning.answers import answer_text
from topology.planning.guards.not_evaluated import ObservedNeeds
from topology.planning.plan import Plan
from topology.planning.preview import Planner, preview
from topology.region.region import Dependency

pytestmark = needs_prometheus()
CALLS = {otel("front-end", "index"): 40.0, otel("index", "placement-svc"): 9.0, otel("index", "redis"): 3.0}


def planned(state: State, text: str) -> Plan:
    command = parse(text, vocabulary_of(state)).command
    assert command is not None
    return preview(state, command)


def looked(path: Path, rig: PrometheusRig, is_so: Callable[[State], bool]) -> State:
    """Look as the terminal does, until it is so."""
    found: list[State] = []

    def look() -> bool:
        found[:] = [read_state(str(path), live=True)]
        return is_so(found[0])

    rig.wait(look, "it never became so")
    return found[0]


def has_edges(state: State) -> bool:
    assert state.observed is not None
    return len(state.observed.edges(state.region)) >= len(CALLS)


def test_that_what_was_seen_is_drawn_as_observed_and_judged_by_nothing(
    tmp_path: Path, prometheus: PrometheusRig
) -> None:
    prometheus.exporter.calls(CALLS)
    path = described(tmp_path, prometheus)

    state = looked(path, prometheus, has_edges)

    region = state.region
    assert set(undeclared(region)) == {("index", "placement"), ("index", "redis")}
    assert Dependency("index", "placement", "soft", observed=True) in region.dependencies
    assert region.subsystem("redis").external
    assert Dependency("front-end", "index") in region.dependencies
    # All of placement would break its floor, and the guard of needs speaks of those alone who were stated to need it.
    plan = planned(state, "remove 4 servers from placement")
    assert [one.code for one in plan.findings if one.code == "impact"] == []
    assert ObservedNeeds(("index",)) in plan.not_evaluated
    assert graph_of(region).dependents("placement") == ()

    stated = path.read_text() + '[[dependency]]\nfrom = "index"\nto = "placement"\n'
    path.write_text(stated)
    state = looked(path, prometheus, lambda one: ("index", "placement") not in undeclared(one.region))
    assert graph_of(state.region).dependents("placement") == ("index",)
    plan = planned(state, "remove 4 servers from placement")
    assert [one.subsystem for one in plan.findings if one.code == "impact"] == ["placement"]


def test_that_explain_and_check_tell_what_is_stated_and_what_was_seen(
    tmp_path: Path, prometheus: PrometheusRig
) -> None:
    prometheus.exporter.calls(CALLS)
    path = described(tmp_path, prometheus)
    looked(path, prometheus, has_edges)

    out, err = io.StringIO(), io.StringIO()
    assert explain_command("index", str(path), False, out, err, live=True) == 0
    rows = [line.strip() for line in out.getvalue().splitlines()]
    assert any(row.startswith("called by  front-end") and row.endswith("stated as hard") for row in rows)
    assert any(row.startswith("called by  placement") and "never" in row and "stated as hard" in row for row in rows)
    assert any(row.startswith("calls      redis") and row.endswith("not stated") for row in rows)
    assert "soft, observed" in out.getvalue()
    assert "the newest sample was" in out.getvalue()

    out, err = io.StringIO(), io.StringIO()
    assert check_command([path], out, err, live=True) == 0
    said = out.getvalue()
    assert "index was seen calling placement (" in said
    assert "which is not stated: adopt index needs placement" in said
    assert "placement is stated to need index, and no call was seen within 7 days" in said
    assert "front-end is stated to need index" not in said


def test_that_without_an_answer_it_is_unknown_who_calls_whom_and_everything_else_is_told(
    tmp_path: Path, own_prometheus: PrometheusRig
) -> None:
    path = described(tmp_path, own_prometheus)
    out, err = io.StringIO(), io.StringIO()
    assert check_command([path], out, err, live=True) == 0
    assert "it is not known who calls whom: Prometheus at" in out.getvalue()
    assert "is stated to need" not in out.getvalue()

    own_prometheus.kill()
    out, err = io.StringIO(), io.StringIO()
    assert check_command([path], out, err, live=True) == 0
    assert "could not be reached" in out.getvalue()
    assert "is stated to need" not in out.getvalue()


async def followed(link: LiveLink, state: State) -> str:
    """Fold facts until the region has to be loaded again; gives why."""
    async with asyncio.timeout(30):
        try:
            async for batch in link.events(state.revision):
                state.fold(batch)
        except ResyncNeeded as fact:
            return "" if fact.why is None else anew_sentence(fact.why)
    return ""


def test_that_a_call_that_is_seen_later_is_a_note_and_stays_when_prometheus_dies(
    tmp_path: Path, own_prometheus: PrometheusRig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(PrometheusReader, "each_s", 0.3)
    monkeypatch.setattr(observing, "REREAD_EACH_S", 0.0)
    path = described(tmp_path, own_prometheus)

    async def watch() -> None:
        link = open_to_look(address_of(str(path)), folder_of(address_of(str(path))))
        assert isinstance(link, LiveLink)
        try:
            state = await link.load()
            seen = link.observed()
            assert seen is not None
            assert "is unknown" in seen.unknown
            assert undeclared(state.region) == ()

            own_prometheus.exporter.calls({otel("index", "placement-svc"): 5.0})
            assert "saw calls along 1 edge, drawn as observed" in await followed(link, state)
            state = await link.load()
            assert undeclared(state.region) == (("index", "placement"),)

            own_prometheus.exporter.calls({otel("index", "placement-svc"): 5.0, otel("index", "redis"): 5.0})
            assert await followed(link, state) == "index was seen calling redis for the first time."

            own_prometheus.kill()
            async with asyncio.timeout(20):
                while not (seen := link.observed()) or not seen.unknown:  # noqa: ASYNC110 - nothing tells
                    await asyncio.sleep(0.1)
            assert "could not be reached" in seen.unknown
            edges = seen.edges((await link.load()).region)
            assert edges["index", "placement"].per_s is None
            assert edges["index", "placement"].seen_s is not None
        finally:
            await link.aclose()

    asyncio.run(watch())


def test_that_adopt_gives_the_lines_and_writes_nothing(tmp_path: Path, prometheus: PrometheusRig) -> None:
    prometheus.exporter.calls(CALLS)
    path = described(tmp_path, prometheus)
    state = looked(path, prometheus, has_edges)
    before = path.read_bytes()

    command = parse("adopt index needs placement", vocabulary_of(state)).command
    assert command == Adopt("index", "placement")
    found = adoption(state, command)

    assert found.lines == '[[dependency]]\nfrom = "index"\nto = "placement"\n'
    assert "in no file yet" in answer_text(found.answer)
    assert path.read_bytes() == before
    assert adoption(state, Adopt("front-end", "index")).lines == ""
    assert "change that line rather than add one" in answer_text(
        adoption(state, Adopt("front-end", "index", "soft")).answer
    )
    outside = answer_text(adoption(state, Adopt("index", "redis", "soft")).answer)
    assert 'redis is not described: it wants [[subsystem]] name = "redis", external = true, too.' in outside
    path.write_text(path.read_text() + found.lines)
    assert check_command([path], io.StringIO(), io.StringIO(), live=True) == 0
    again = looked(path, prometheus, has_edges)
    assert ("index", "placement") not in undeclared(again.region)
    assert "Seen calls" in answer_text(explanation(again, Planner(again.region), Explain("index")))
