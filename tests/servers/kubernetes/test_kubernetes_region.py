"""A live region on a real Kubernetes, as its operator has it: trusted, looked at, previewed, and acted on to the end."""

import asyncio
import io
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from console.operating.live.desk import LiveDesk
from console.operating.refusal import RefusedError
from console.operating.regions import address_of, folder_of, open_link
from console.terminal.checks.check_command import check_command
from console.terminal.preview_command import preview_command
from console.terminal.trust_command import trust_command
from console.words.anew.looking import looks_sentence
from tests.servers.kubernetes.control_plane import needs_control_plane
from tests.servers.kubernetes.shop import Kubelets, Shop
from tests.servers.kubernetes.sources import until
from topology.command.grammar.syntax import Planned
from topology.command.grammar.vocabulary import vocabulary_of
from topology.command.parse import parse
from topology.execution.progress import Phase
from topology.fleet.state import State
from topology.links.fleet_source import ResyncNeeded
from topology.planning.guards.not_evaluated import LoadMovedAway
from topology.planning.plan import Confirmation, Effort, Plan, Verdict
from topology.planning.preview import preview
from topology.records.journal import Journal
from topology.region.server_states import ServerState

pytestmark = needs_control_plane()
BUDGETS = "/apis/policy/v1/namespaces/shop/poddisruptionbudgets"
TEXT = """format = 1
[region]
name = "shop-eu"
time_zone = "Europe/Berlin"
zones = ["az1", "az2"]
[source]
fleet = "kubernetes:{user}"
read_only = false
[policy]
pace = "600/min"
largest_command = 6
wave = 1
[[subsystem]]
name = "blue"
match = "pool/blue"
floor = {nodes}
[[subsystem]]
name = "index"
match = "deployment/shop/index"
floor = "25%"
[[subsystem]]
name = "billing"
match = "deployment/shop/billing"
{billing}
"""


@pytest.fixture
def roomy(empty_shop: Shop) -> Iterator[Shop]:
    """A shop whose budgets let several nodes go at once."""
    with Kubelets(empty_shop.plane):
        empty_shop.open(budgets=False)
        empty_shop.budget("index", 4)
        empty_shop.budget("billing", 1)
        empty_shop.settle()
        yield empty_shop


def described(
    folder: Path,
    *,
    user: str = "op1",
    read_only: str = "false",
    nodes: int = 3,
    wave: int = 1,
    billing: str = "floor = 1",
) -> Path:
    path = folder / "shop.toml"
    path.write_text(TEXT.format(user=user, nodes=nodes, billing=billing))
    err = io.StringIO()
    assert trust_command(path, True, io.StringIO(), io.StringIO(), err) == 0, err.getvalue()
    return path


def said(path: Path, text: str) -> tuple[int, str]:
    out, err = io.StringIO(), io.StringIO()
    code = preview_command(text, str(path), False, out, err, live=True)
    return code, out.getvalue() + err.getvalue()


@asynccontextmanager
async def at_work(path: Path) -> AsyncIterator[tuple[LiveDesk, State, Journal]]:
    """Open a region as the console does, and follow it."""
    address = address_of(str(path))
    folder = folder_of(address)
    link, journal = open_link(address, folder), Journal.open(folder)
    desk = LiveDesk(link, journal, "op1", folder)
    box = [await link.load()]

    async def follow() -> None:
        while True:
            try:
                async for batch in link.events(box[0].revision):
                    box[0].fold(batch)
                    desk.heard(batch)
            except ResyncNeeded:
                fresh = await link.load()
                for name in ("region", "fleet", "revision", "time", "freshness"):
                    setattr(box[0], name, getattr(fresh, name))
                desk.follow(box[0])

    desk.follow(box[0])
    following = asyncio.ensure_future(follow())
    try:
        yield desk, box[0], journal
    finally:
        following.cancel()
        await desk.aclose()
        await link.aclose()
        journal.close()


def command(state: State, text: str) -> Planned:
    read = parse(text, vocabulary_of(state)).command
    assert read is not None
    return read  # type: ignore[return-value]


def planned(state: State, text: str) -> Plan:
    return preview(state, command(state, text))


def states_of(state: State, *names: str) -> set[ServerState]:
    return {ServerState(state.fleet.state[state.fleet.position[name]]) for name in names}


def units_of(state: State, subsystem: str) -> int:
    row = state.fleet.scopes.region_row[state.region.index[subsystem]]
    return int(state.fleet.capacity[row])


async def carried_out(desk: LiveDesk, state: State, plan: Plan, text: str) -> None:
    await desk.confirm(plan, command(state, text), Confirmation(plan.digest, Effort.COUNT))
    async with asyncio.timeout(90):
        await desk.run()
    assert desk.progress is not None
    assert desk.progress.phase is Phase.FINISHED, desk.progress.sentence


def test_that_the_main_job_is_done_on_the_real_thing_and_an_undo_gives_no_pods_back(
    tmp_path: Path, roomy: Shop
) -> None:
    path = described(tmp_path)

    async def work() -> None:
        async with at_work(path) as (desk, state, journal):
            assert planned(state, "remove 4 servers from blue").verdict is Verdict.BLOCKED
            plan = planned(state, "remove 2 servers from blue")
            assert plan.verdict is not Verdict.BLOCKED, plan.findings
            await carried_out(desk, state, plan, "remove 2 servers from blue")
            assert await asyncio.to_thread(roomy.cordoned) == sorted(plan.servers)
            await until(lambda: not any(roomy.on(name) for name in plan.servers))
            await until(roomy.is_settled)
            await until(lambda: states_of(state, *plan.servers) == {ServerState.REMOVED})
            undo = desk.undo_plan(state)
            assert {effect.subsystem: effect.after - effect.in_service for effect in undo.effects} == {"blue": 2}
            assert LoadMovedAway() in undo.not_evaluated
            await carried_out(desk, state, undo, "undo")
            assert await asyncio.to_thread(roomy.cordoned) == []
            kinds = [entry.kind.value for entry in journal.entries()]
            assert kinds.count("finished") == 2

    asyncio.run(work())


def test_that_all_of_a_zone_is_emptied_wave_by_wave_and_no_budget_is_ever_broken(tmp_path: Path, roomy: Shop) -> None:
    path = described(tmp_path)
    lowest = dict.fromkeys(("index", "billing"), 99)

    async def watch() -> None:
        while True:
            for name, (healthy, _) in (await asyncio.to_thread(roomy.healthy)).items():
                lowest[name] = min(lowest[name], healthy)
            await asyncio.sleep(0.02)

    async def work() -> None:
        watching = asyncio.ensure_future(watch())
        try:
            async with at_work(path) as (desk, state, _):
                plan = planned(state, "remove servers n0, n2, n4")
                await carried_out(desk, state, plan, "remove servers n0, n2, n4")
                assert await asyncio.to_thread(roomy.cordoned) == ["n0", "n2", "n4"]
                await until(lambda: not any(roomy.on(name) for name in ("n0", "n2", "n4")))
        finally:
            watching.cancel()
        assert 12 > lowest["index"] >= 4
        assert lowest["billing"] >= 1

    asyncio.run(work())


def test_that_all_of_a_zone_goes_in_the_largest_stages_that_are_safe(tmp_path: Path, roomy: Shop) -> None:
    path = described(tmp_path, nodes=3)
    roomy.plane.patch(f"{BUDGETS}/index", {"spec": {"minAvailable": 8}})
    roomy.settle()
    text = "remove all from blue in az1 by rack"

    async def work() -> None:
        stages = []
        async with at_work(path) as (desk, state, _):
            async with asyncio.timeout(120):
                while len(out := await asyncio.to_thread(roomy.cordoned)) < 3:
                    plan = planned(state, text)
                    assert plan.verdict is not Verdict.BLOCKED, (out, plan.findings)
                    await carried_out(desk, state, plan, text)
                    stages.append(len(plan.servers))
                    await until(roomy.is_settled)
                    await until(lambda: units_of(state, "index") == 12 and units_of(state, "billing") == 6)
            assert await asyncio.to_thread(roomy.cordoned) == ["n0", "n2", "n4"]
            assert 1 < len(stages) <= 3
            healthy = await asyncio.to_thread(roomy.healthy)
            assert all(count >= least for count, least in healthy.values())

    asyncio.run(work())


def test_that_a_node_whose_pods_changed_since_is_taken_where_no_floor_minds(tmp_path: Path, roomy: Shop) -> None:
    roomy.deployment("rare", 1)
    roomy.settle()
    path = described(tmp_path)
    path.write_text(path.read_text() + '[[subsystem]]\nname = "rare"\nmatch = "deployment/shop/rare"\nfloor = 0\n')
    node = next(name for name in (f"n{number}" for number in range(6)) if any("rare" in pod for pod in roomy.on(name)))

    async def work() -> None:
        async with at_work(path) as (desk, state, _):
            text = f"remove servers {node}"
            plan = planned(state, text)
            assert tuple(sorted({*plan.supports[0]} - {"billing"})) == ("blue", "index", "rare")
            scale = "/apis/apps/v1/namespaces/shop/deployments/rare"
            await asyncio.to_thread(roomy.plane.patch, scale, {"spec": {"replicas": 0}})
            await until(lambda: not any("rare" in pod for pod in roomy.on(node)))
            await carried_out(desk, state, plan, text)
            assert await asyncio.to_thread(roomy.cordoned) == [node]
            await until(lambda: not roomy.on(node))

    asyncio.run(work())


def test_that_pods_that_came_to_a_node_since_it_was_planned_count_against_their_floor(
    tmp_path: Path, roomy: Shop
) -> None:
    path = described(tmp_path)
    path.write_text(path.read_text() + '[[subsystem]]\nname = "rare"\nmatch = "deployment/shop/rare"\nfloor = 1\n')
    roomy.deployment("rare", 0)

    async def work() -> None:
        async with at_work(path) as (desk, state, _):
            plan = planned(state, "remove servers n0")
            assert "rare" not in plan.supports[0]
            scale = "/apis/apps/v1/namespaces/shop/deployments/rare"
            await asyncio.to_thread(roomy.plane.patch, scale, {"spec": {"replicas": 1}})
            await until(lambda: units_of(state, "rare") == 1)
            assert any("rare" in pod for pod in await asyncio.to_thread(roomy.on, "n0"))
            with pytest.raises(RefusedError, match="rare 1 → 0, floor 1: 1 below"):
                await carried_out(desk, state, plan, "remove servers n0")
            assert "n0" not in await asyncio.to_thread(roomy.cordoned)

    asyncio.run(work())


def test_that_a_view_only_account_opens_a_shadow_and_a_budget_alone_is_named_as_floor(
    tmp_path: Path, shop: Shop
) -> None:
    path = described(tmp_path, user="eve", nodes=1, billing="")
    code, out = said(path, "remove 3 servers from blue")

    assert code == 1
    assert "floor 4 by budget shop/billing" in out
    assert (
        "the only floor here is the budget shop/billing, and an upgrade of the nodes by the cluster's provider may"
        in out
    )

    async def look() -> None:
        async with at_work(path) as (desk, _, _):
            assert "may not patch nodes" in looks_sentence(desk.only_looks)

    asyncio.run(look())


def test_that_check_names_what_the_description_does_not_know(tmp_path: Path, shop: Shop) -> None:
    shop.deployment("extra", 1)
    shop.settle()
    path = described(tmp_path)
    out, err = io.StringIO(), io.StringIO()

    assert check_command([path], out, err, live=True) == 2
    assert "deployment/shop/extra" in err.getvalue() + out.getvalue()
