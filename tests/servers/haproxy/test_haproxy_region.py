"""A live region on a real HAProxy, as its operator has it: trusted, looked at, previewed, and acted on to the end."""

import asyncio
import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from console.operating.live.desk import LiveDesk
from console.operating.regions import address_of, folder_of, open_link
from console.operating.state_reading import read_state
from console.operating.trusting.trust import Trust
from console.terminal.checks.check_command import check_command
from console.terminal.preview_command import preview_command
from console.terminal.trust_command import trust_command
from tests.servers.haproxy.rig import Rig, needs_servers, running
from topology.command.grammar.syntax import Planned
from topology.command.grammar.vocabulary import vocabulary_of
from topology.command.parse import parse
from topology.fleet.state import State
from topology.planning.plan import Confirmation, Effort, Plan, Verdict
from topology.planning.preview import preview
from topology.records.journal import Journal
from topology.region.description import RegionError
from topology.region.server_states import ServerState

pytestmark = needs_servers()
SERVERS = [f"s{number:02}" for number in range(12)]
TEXT = """format = 1
[region]
name = "shop-eu"
time_zone = "Europe/Berlin"
zones = ["az1"]
[source]
fleet = "haproxy:{address}"
read_only = {read_only}
[[place]]
match = "127.0.0.0/8"
zone = "az1"
[policy]
pace = "600/min"
largest_command = 6
wave = 3
[[subsystem]]
name = "web"
floor = 8
"""


@pytest.fixture(params=[True, False], ids=["lua", "plain"])
def rig(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Rig]:
    folder = tmp_path / "rig"
    folder.mkdir()
    with running(folder, {"web": SERVERS}, lua=request.param) as found:
        yield found


def described(folder: Path, rig: Rig, *, read_only: str = "false", more: str = "") -> Path:
    path = folder / "shop.toml"
    path.write_text(TEXT.format(address=rig.address, read_only=read_only) + more)
    return path


def said(path: Path, text: str, *, live: bool = True) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    code = preview_command(text, str(path), False, out, err, live=live)
    return code, out.getvalue(), err.getvalue()


def trusted(path: Path) -> Path:
    assert trust_command(path, True, io.StringIO(), io.StringIO(), io.StringIO()) == 0
    return path


def test_that_nothing_is_opened_before_it_is_trusted(tmp_path: Path, rig: Rig) -> None:
    path = described(tmp_path, rig)
    code, _, err = said(path, "remove 2 servers from web")
    assert code == 2
    assert f"underkeel trust {path}" in err
    code, _, err = said(path, "remove 2 servers from web", live=False)
    assert code == 2
    assert "add --live" in err


def test_that_a_preview_counts_what_really_serves(tmp_path: Path, rig: Rig) -> None:
    path = trusted(described(tmp_path, rig))
    code, out, _ = said(path, "remove 4 servers from web")
    assert code in (0, 3)
    assert "12" in out
    rig.ask("set server web/s00 state maint")
    code, out, _ = said(path, "remove 4 servers from web")
    assert code == 1
    assert "floor" in out


def test_that_a_preview_says_who_can_act_beside_it(tmp_path: Path, rig: Rig) -> None:
    path = trusted(described(tmp_path, rig))
    out = io.StringIO()
    preview_command("remove 2 servers from web", str(path), True, out, io.StringIO(), live=True)
    open_to_others = "others who hold HAProxy's socket, its agents and its reloads can act beside this"
    assert any(open_to_others in line for line in json.loads(out.getvalue())["not_evaluated"])


def test_that_a_changed_source_is_asked_about_again(tmp_path: Path, rig: Rig) -> None:
    path = trusted(described(tmp_path, rig))
    path.write_text(path.read_text().replace("read_only = false", "read_only = true"))
    assert said(path, "remove 1 server from web")[0] == 2


def test_that_check_names_a_backend_that_the_description_does_not_know(tmp_path: Path, rig: Rig) -> None:
    path = trusted(described(tmp_path, rig))
    path.write_text(path.read_text().replace('name = "web"', 'name = "index"'))
    out, err = io.StringIO(), io.StringIO()
    assert check_command([path], out, err, live=True) == 2
    assert "web" in err.getvalue()


def test_that_a_dead_haproxy_is_one_sentence(tmp_path: Path, rig: Rig) -> None:
    path = trusted(described(tmp_path, rig))
    rig.kill_haproxy()
    code, _, err = said(path, "remove 1 server from web")
    assert code == 2
    assert "could not be reached" in err


def test_that_the_region_is_only_looked_at_in_the_terminal_by_type(tmp_path: Path, rig: Rig) -> None:
    path = trusted(described(tmp_path, rig))
    state = read_state(str(path), live=True)
    assert isinstance(state, State)
    assert rig.serving() == 12


def test_that_the_main_job_is_done_on_the_real_thing(tmp_path: Path, rig: Rig) -> None:
    path = trusted(described(tmp_path, rig))
    address = address_of(str(path))
    folder = folder_of(address)

    async def work() -> None:
        link = open_link(address, folder)
        journal = Journal.open(folder)
        desk = LiveDesk(link, journal, "op1", folder)
        state = await link.load()

        async def follow() -> None:
            async for batch in link.events(state.revision):
                state.fold(batch)
                desk.heard(batch)

        following = asyncio.ensure_future(follow())
        try:
            desk.follow(state)
            assert planned(state, "remove 5 servers from web").verdict is Verdict.BLOCKED
            plan = planned(state, "remove 4 servers from web")
            await desk.confirm(
                plan, command(state, "remove 4 servers from web"), Confirmation(plan.digest, Effort.COUNT)
            )
            async with asyncio.timeout(30):
                await desk.run()
            assert rig.serving() == 8
            out = set(plan.servers)
            assert {name.removeprefix("web/") for name, bits in rig.admin().items() if bits} == out
            undo = desk.undo_plan(state)
            assert set(undo.servers) == out
            await desk.confirm(undo, command(state, "undo"), Confirmation(undo.digest, Effort.COUNT))
            async with asyncio.timeout(30):
                await desk.run()
                while rig.serving() < 12 or (state.fleet.state != ServerState.IN_SERVICE).any():  # noqa: ASYNC110 - HAProxy has its checks
                    await asyncio.sleep(0.05)
            kinds = [entry.kind.value for entry in journal.entries()]
            assert kinds.count("intent") == 2
            assert kinds.count("finished") == 2
        finally:
            following.cancel()
            await desk.aclose()
            await link.aclose()
            journal.close()

    asyncio.run(work())


def command(state: State, text: str) -> Planned:
    read = parse(text, vocabulary_of(state)).command
    assert read is not None
    return read  # type: ignore[return-value]


def planned(state: State, text: str) -> Plan:
    return preview(state, command(state, text))


def test_that_a_region_whose_file_states_no_source_has_nothing_live(tmp_path: Path) -> None:
    with pytest.raises(RegionError, match="states no"):
        read_state(None, live=True)
    assert not Trust().path.exists()
