"""The region's own check, compared with counting by hand, and refused for every reason there is."""

import ast
from collections.abc import Callable
from dataclasses import replace
from math import ceil
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import topology.links.check.recount
from console.words.findings.lowered import lowered_sentence
from console.words.refusals.table import refusal_sentence
from topology.fleet.lowered import GuardedBy, GuardNumber, MoreLowered, NumberLowered, ToldChange
from topology.links.check.pace import first_moment
from topology.links.check.recount import judge_removal, judge_restore
from topology.links.check.scene import Scene
from topology.links.ledger import Departed
from topology.links.protocol import Answer, Wave
from topology.refusals.at_act import BelowFloor, NotAcknowledged, TooManyServers
from topology.region.description import read_region
from topology.region.region import Region
from topology.region.server_states import ServerState

START = 1_700_000_000.0
LOWERED = NumberLowered(GuardNumber(GuardedBy.FLOOR, "index"), 5, 1)
SERVING, REMOVED, FAILED = ServerState.IN_SERVICE, ServerState.REMOVED, ServerState.FAILED


def described(policy: str = 'pace = "1000/min"\nlargest_command = "100%"', subsystem: str = "floor = 0") -> Region:
    text = f'format = 1\n[region]\nname = "r"\nzones = ["a", "b"]\n[policy]\n{policy}\n'
    text += f'[[subsystem]]\nname = "index"\n{subsystem}\n'
    text += '[[subsystem]]\nname = "spare"\nfloor = 0\n'
    text += '[[pool]]\nname = "index"\ncount = 8\nsupports = ["index"]\ncells_per_zone = 2\n'
    text += '[[pool]]\nname = "spare"\ncount = 4\nsupports = ["spare"]\n'
    return read_region(text, "r.toml")


def scene_of(region: Region, **options: object) -> Scene:
    position = {name: number for number, name in enumerate(region.roster.names)}
    return Scene(region, region.roster.state.copy(), position, START, **options)  # type: ignore[arg-type]


def wave_of(region: Region, *names: str, **options: object) -> Wave:
    supports = []
    for name in names:
        known = name in region.roster.names
        profile = region.roster.profiles[region.roster.profile[region.roster.names.index(name)]] if known else ()
        supports.append(tuple(region.subsystems[number].name for number, _ in profile))
    return Wave("e", 1, "pat", names, tuple(supports), **options)  # type: ignore[arg-type]


INDEX = tuple(f"index-000{number}" for number in range(1, 9))


def refused(region: Region, *names: str, **options: object) -> list[tuple[str, str]]:
    judgement = judge_removal(scene_of(region, **options), wave_of(region, *names))
    assert bool(judgement.refusals) == (not judgement.allowed)
    assert {answer for _, answer in judgement.answers} <= {Answer.REFUSED if judgement.refusals else Answer.DONE}
    return [(refusal.code, refusal_sentence(refusal)) for refusal in judgement.refusals]


def test_that_the_check_shares_no_code_with_planning_or_the_fleets_counters() -> None:
    check = Path(topology.links.check.recount.__file__).parent
    for module in (*check.glob("[rps]*.py"), check.parent / "ledger.py"):
        tree = ast.parse(module.read_text())
        imported = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
        assert not imported & {"topology.fleet.fleet", "topology.graph.graph", "topology.fleet.state"}
        assert not any(name and name.startswith("topology.planning") for name in imported)


def test_that_a_wave_that_keeps_every_floor_is_allowed() -> None:
    assert refused(described(subsystem='floor = 6\nzone_floor = "75%"\ncell_floor = "50%"'), *INDEX[:2]) == []


@pytest.mark.parametrize(
    ("floors", "sentence"),
    [
        ("floor = 7", "index 8 → 6, floor 7: 1 below"),
        ('floor = "90%"', "index 8 → 6, floor 8: 2 below"),
        ('floor = 0\nzone_floor = "100%"', "index in zone:a 4 → 3, floor 4: 1 below"),
        ('floor = 0\ncell_floor = "51%"', "index in cell:a/c1 2 → 1, floor 2: 1 below"),
    ],
)
def test_that_a_floor_in_any_scope_is_kept_and_the_sentence_says_which(floors: str, sentence: str) -> None:
    found = refused(described(subsystem=floors), *INDEX[:2])
    assert ("floor", sentence) in found
    assert {code for code, _ in found} == {"floor"}


def test_that_a_refusal_carries_the_facts_of_its_sentence() -> None:
    region = described(subsystem='floor = 0\nzone_floor = "100%"')
    position = {name: number for number, name in enumerate(region.roster.names)}
    scene = Scene(region, np.full(len(region.roster), SERVING, np.uint8), position, START)
    found = judge_removal(scene, wave_of(region, *INDEX[:2])).refusals
    assert BelowFloor("index", "zone:a", 4, 3, 4) in [one.facts for one in found]
    half = described('pace = "1000/min"\nlargest_command = "50%"')
    found = judge_removal(replace(scene, region=half), wave_of(half, *half.roster.names[:7])).refusals
    assert [(one.code, one.facts) for one in found] == [("too-large", TooManyServers(7, 6, 12))]


def test_that_thousands_are_grouped_in_sentences() -> None:
    region = read_region(
        'format = 1\n[region]\nname = "r"\nzones = ["a"]\n[policy]\npace = "9/min"\nlargest_command = 9\n'
        '[[subsystem]]\nname = "index"\nfloor = "100%"\n'
        '[[pool]]\nname = "index"\ncount = 2600\nsupports = ["index:2"]\n',
        "r.toml",
    )
    assert refused(region, "index-0001") == [("floor", "index 5,200 → 5,198, floor 5,200: 2 below")]


def test_that_a_scope_that_is_below_already_does_not_hinder_others_but_loses_nothing_more() -> None:
    region = described(subsystem="floor = 9")
    assert refused(region, "spare-0001") == []
    assert [code for code, _ in refused(region, INDEX[0])] == ["floor"]


@pytest.mark.parametrize(
    ("policy", "subsystem", "word"),
    [
        ('pace = "1/min"\nlargest_command = "50%"', "", "floor"),
        ('largest_command = "50%"', "floor = 0", "pace"),
        ('pace = "1/min"', "floor = 0", "largest_command"),
    ],
)
def test_that_what_is_not_stated_is_refused_as_unknown(policy: str, subsystem: str, word: str) -> None:
    found = refused(described(policy, subsystem), INDEX[0])
    assert [code for code, _ in found] == ["unknown"]
    assert word in found[0][1]


def test_that_silence_an_unacknowledged_description_and_a_stop_refuse() -> None:
    region = described()
    assert refused(region, INDEX[0], silence="nobody answers")[0][0] == "unknown"
    assert refused(region, INDEX[0], unacknowledged=(LOWERED,)) == [
        ("unknown", f"nobody has acknowledged yet: {lowered_sentence(LOWERED)}")
    ]
    many = (LOWERED, MoreLowered(1_200), ToldChange("the clock leapt"))
    (refusal,) = judge_removal(scene_of(region, unacknowledged=many), wave_of(region, INDEX[0])).refusals
    said = f"{lowered_sentence(LOWERED)}; and 1,200 more; the clock leapt"
    assert refusal_sentence(refusal) == f"nobody has acknowledged yet: {said}"
    assert refusal.facts == NotAcknowledged(many)
    assert refused(region, INDEX[0], stopped={"e"})[0][0] == "stopped"
    assert refused(region, INDEX[0], stopped={"another"}) == []


def test_that_a_freeze_refuses_from_its_beginning_up_to_its_end() -> None:
    text = '\n[[freeze]]\nfrom = 2023-11-14T22:13:20Z\nuntil = 2023-11-14T22:13:21Z\nreason = "quarter end"'
    region = described('pace = "9/min"\nlargest_command = 9' + text)
    position = {name: number for number, name in enumerate(region.roster.names)}
    for time, codes in ((START - 0.001, []), (START, ["frozen"]), (START + 0.999, ["frozen"]), (START + 1, [])):
        scene = Scene(region, region.roster.state, position, time)
        assert [found.code for found in judge_removal(scene, wave_of(region, INDEX[0])).refusals] == codes


def test_that_protected_servers_and_subsystems_never_leave() -> None:
    region = described(subsystem="floor = 0\nprotected = true")
    assert refused(region, INDEX[0])[0][0] == "protected"
    assert refused(region, "spare-0001") == []
    plain = described()
    plain.roster.protected[plain.roster.names.index("spare-0002")] = True
    assert refused(plain, "spare-0002") == [
        ("protected", "spare-0002 may never be removed: protected by the description")
    ]


def test_that_every_server_must_be_there_once_in_service_and_support_what_the_plan_saw() -> None:
    region = described()
    scene = scene_of(region)
    scene.states[scene.position["index-0002"]] = FAILED
    wave = wave_of(region, "index-0001", "index-0001", "index-0002", "gone-0001")
    messages = [refusal_sentence(refusal) for refusal in judge_removal(scene, wave).refusals]
    assert [message.split(";")[0] for message in messages] == [
        "index-0001 is listed twice",
        "gone-0001 is not a server of r",
        "index-0002 is failed",
    ]
    other = Wave("e", 1, "pat", ("index-0001",), (("index", "billing"),))
    assert [refusal.code for refusal in judge_removal(scene, other).refusals] == ["stale"]


def test_that_an_empty_wave_is_refused() -> None:
    assert refused(described())[0][0] == "nothing-matches"
    judgement = judge_restore(scene_of(described()), wave_of(described()))
    assert not judgement.allowed
    assert judgement.refusals[0].code == "nothing-matches"


def test_that_an_execution_takes_no_more_than_the_largest_command_in_all() -> None:
    region = described('pace = "9/min"\nlargest_command = "50%"')
    assert refused(region, *INDEX[:2], taken={"e": 4, "other": 6}) == []
    found = refused(region, *INDEX[:2], taken={"e": 5})
    assert found[0] == (
        "too-large",
        "this execution would take 7 servers of 12 in all; one command may take 6: 1 too many",
    )


def test_that_a_wave_that_fits_no_minute_is_refused_rather_than_put_off_for_ever() -> None:
    region = described('pace = "2/min"\nlargest_command = "50%"')
    assert refused(region, *INDEX[:3]) == [
        ("pace", "the wave takes 3 servers of r, where 2 a minute may leave; send waves of at most 2")
    ]
    wave = wave_of(region, *INDEX[:2], pace_per_minute=1)
    assert [found.code for found in judge_removal(scene_of(region), wave).refusals] == ["pace"]
    slow = described('pace = "9/min"\nlargest_command = "50%"', 'floor = 0\npace = "1/min"')
    assert [code for code, _ in refused(slow, *INDEX[:2])] == ["pace"]
    assert refused(slow, "spare-0001", "spare-0002", INDEX[0]) == []


def test_that_too_soon_is_not_a_refusal_and_names_the_moment() -> None:
    region = described('pace = "3/min"\nlargest_command = "50%"')
    departed = (Departed(START - 50, "other", ("spare-0001",)), Departed(START - 10, "other", ("spare-0002", "gone")))
    judgement = judge_removal(scene_of(region, departed=departed), wave_of(region, INDEX[0]))
    assert judgement.refusals == ()
    assert judgement.not_before == START + 10
    assert not judgement.allowed


def test_that_each_pace_has_its_own_window() -> None:
    region = described('pace = "9/min"\nlargest_command = "50%"', 'floor = 0\npace = "2/min"')
    departed = (Departed(START - 40, "other", INDEX[:2]), Departed(START - 20, "e", ("spare-0001",)))
    scene = scene_of(region, departed=departed)
    assert judge_removal(scene, wave_of(region, INDEX[3])).not_before == START + 20
    assert judge_removal(scene, wave_of(region, "spare-0002")).allowed
    assert judge_removal(scene, wave_of(region, "spare-0002", pace_per_minute=1)).not_before == START + 40


@given(
    st.lists(st.tuples(st.integers(0, 150), st.integers(1, 6)), max_size=12),
    st.integers(1, 6),
    st.integers(1, 8),
)
def test_that_the_first_moment_named_is_the_first_that_fits_by_trying_every_second(
    left: list[tuple[int, int]], count: int, pace: int
) -> None:
    count = min(count, pace)
    region = described(f'pace = "{pace}/min"\nlargest_command = 99')
    departed = tuple(
        Departed(START - before, "o", tuple(f"gone-{number}" for number in range(gone)))
        for before, gone in sorted(left, reverse=True)
    )
    moment = first_moment(scene_of(region, departed=departed), wave_of(region, *INDEX[:count]))

    def fits(time: float) -> bool:
        return sum(len(gone.servers) for gone in departed if time - gone.time < 60) + count <= pace

    assert moment == next(START + second for second in range(400) if fits(START + second))


def test_that_a_restore_is_all_or_nothing_and_takes_only_what_was_removed() -> None:
    region = described()
    scene = scene_of(region)
    scene.states[scene.position["index-0001"]] = REMOVED
    scene.states[scene.position["index-0002"]] = FAILED
    assert judge_restore(scene, wave_of(region, "index-0001")).allowed
    judgement = judge_restore(scene, wave_of(region, "index-0001", "index-0002"))
    assert not judgement.allowed
    assert refusal_sentence(judgement.refusals[0]).startswith("index-0002 is failed")
    assert not judge_restore(scene, wave_of(region, "index-0003")).allowed


def test_that_a_restore_beyond_the_ceiling_is_refused_and_an_undo_is_not() -> None:
    region = described(subsystem="floor = 0\nceiling = 7")
    scene = scene_of(region)
    scene.states[scene.position["index-0001"]] = REMOVED
    plain, undo = wave_of(region, "index-0001"), wave_of(region, "index-0001", undo=True)
    assert refusal_sentence(judge_restore(scene, plain).refusals[0]) == "index 7 → 8, ceiling 7: 1 above"
    assert judge_restore(scene, undo).allowed


def test_that_an_undo_leaves_out_only_what_cannot_come_back() -> None:
    region = described()
    scene = scene_of(region, silence="nobody answers", unacknowledged=(LOWERED,))
    for name, state in (
        ("index-0001", REMOVED),
        ("index-0002", FAILED),
        ("index-0003", ServerState.DRAINING),
        ("index-0004", ServerState.JOINING),
    ):
        scene.states[scene.position[name]] = state
    judgement = judge_restore(scene, wave_of(region, *INDEX[:5], "gone-0001", "index-0001", undo=True))
    done = [answer is Answer.DONE for _, answer in judgement.answers]
    assert done == [True, False, True, False, False, False, False]
    assert [refusal_sentence(refusal) for refusal in judgement.refusals] == [
        "index-0002 failed and cannot come back before it is repaired",
        "index-0004 is joining already",
        "index-0005 is in service already",
        "gone-0001 is not a server of r any more and cannot come back",
        "index-0001 is listed twice",
    ]


amounts = st.one_of(st.integers(0, 9).map(str), st.integers(0, 100).map(lambda share: f'"{share}%"'))
pools = st.lists(
    st.tuples(
        st.integers(1, 7),
        st.sampled_from(['"x"', '"y"', '"x", "y"', '"x:3"', '"y", "x:2"']),
        st.sampled_from(["spread", "a", "b"]),
        st.integers(1, 3),
    ),
    min_size=1,
    max_size=4,
)


@st.composite
def regions(draw: Callable[..., object]) -> Region:
    text = (
        'format = 1\n[region]\nname = "r"\nzones = ["a", "b"]\n[policy]\npace = "999/min"\nlargest_command = "100%"\n'
    )
    for name in ("x", "y"):
        text += f'[[subsystem]]\nname = "{name}"\nfloor = {draw(amounts)}\n'
        for key in ("zone_floor", "cell_floor"):
            if draw(st.booleans()):
                text += f"{key} = {draw(amounts)}\n"
        if draw(st.booleans()):
            text += f"declared = {draw(st.integers(1, 30))}\n"
    for number, (count, supports, zone, cells) in enumerate(draw(pools)):  # type: ignore[arg-type, var-annotated]
        text += f'[[pool]]\nname = "p{number}"\ncount = {count}\nsupports = [{supports}]\n'
        text += f'zones = "{zone}"\ncells_per_zone = {cells}\n'
    return read_region(text, "r.toml")


def breaks_by_hand(region: Region, states: list[int], leaving: set[int]) -> set[tuple[str, str]]:
    """Count one server after another, the slow way."""
    roster, found = region.roster, set()
    for number, subsystem in enumerate(region.subsystems):
        listed: dict[str, int] = {}
        had: dict[str, int] = {}
        left: dict[str, int] = {}
        for server in range(len(roster)):
            zone, cell, _ = roster.racks[roster.rack[server]]
            for own, units in roster.profiles[roster.profile[server]]:
                if own != number:
                    continue
                for scope in ("region", f"zone:{zone}", f"cell:{zone}/{cell}"):
                    listed[scope] = listed.get(scope, 0) + units
                    if states[server] == SERVING:
                        had[scope] = had.get(scope, 0) + units
                        if server not in leaving:
                            left[scope] = left.get(scope, 0) + units
        for scope, declared in listed.items():
            kind = scope.split(":")[0]
            stated = {"region": subsystem.floor, "zone": subsystem.zone_floor, "cell": subsystem.cell_floor}[kind]
            if stated is None:
                continue
            base = subsystem.declared if kind == "region" and subsystem.declared is not None else declared
            floor = ceil(stated.value * base / 100) if stated.percent else stated.value
            if left.get(scope, 0) < had.get(scope, 0) and left.get(scope, 0) < floor:
                found.add((subsystem.name, scope))
    return found


@given(regions(), st.data())
def test_that_the_recount_finds_the_floors_that_counting_by_hand_finds(region: Region, data: st.DataObject) -> None:
    size = len(region.roster)
    states = data.draw(st.lists(st.sampled_from([1, 1, 1, 3, 4]), min_size=size, max_size=size))
    serving = [server for server in range(size) if states[server] == SERVING]
    leaving = data.draw(st.sets(st.sampled_from(serving), min_size=1)) if serving else set()
    if not leaving:
        return
    position = {name: number for number, name in enumerate(region.roster.names)}
    scene = Scene(region, np.array(states, np.uint8), position, START)
    names = [region.roster.names[server] for server in sorted(leaving)]
    judgement = judge_removal(scene, wave_of(region, *names))
    assert {refusal.code for refusal in judgement.refusals} <= {"floor"}
    found = {(refusal.facts.subsystem, refusal.facts.scope) for refusal in judgement.refusals}
    assert found == breaks_by_hand(region, states, leaving)
    assert judgement.allowed == (not found)
