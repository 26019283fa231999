"""`underkeel serve-demo`: a region in an etcd that one can try consoles on, from the first line to the last."""

import asyncio
import io
import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from console.operating.regions import address_of, folder_of, open_link
from console.terminal.preview_command import preview_command
from console.terminal.schemas.reports import schemas
from console.terminal.trust_command import trust_command
from tests.servers.etcd.cluster import Cluster, needs_etcd
from tests.topology.links.live.rig import until
from topology.links.protocol import Answer, Wave
from topology.region.server_states import ServerState

pytestmark = needs_etcd()


@pytest.fixture
def plain_cluster(tmp_path: Path) -> Iterator[Cluster]:
    folder = tmp_path / "etcd"
    folder.mkdir()
    made = Cluster(folder, 1, secure=False)
    try:
        made.start()
        yield made
    finally:
        made.stop()


def serving(cluster: Cluster, *words: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "console.app.cli", "serve-demo", cluster.address("/t/demo/"), *words]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def said(program: subprocess.Popen[str], lines: int) -> list[str]:
    assert program.stdout is not None
    return [program.stdout.readline() for _ in range(lines)]


def test_that_a_served_region_is_trusted_previewed_acted_on_by_one_console_and_seen_by_another(
    plain_cluster: Cluster, tmp_path: Path
):
    path = tmp_path / "demo.toml"
    program = serving(plain_cluster, "--out", str(path))
    try:
        written, seeded, agents = said(program, 3)
        assert f"underkeel trust {path}" in written
        assert seeded.startswith("14,106 servers were put to etcd://127.0.0.1:")
        assert agents.startswith("The agents of ")
        assert trust_command(path, True, io.StringIO(), io.StringIO(), io.StringIO()) == 0
        out = io.StringIO()
        assert preview_command("remove 4 servers from billing", str(path), False, out, out, live=True) in (0, 3)
        asyncio.run(asyncio.wait_for(_acted_and_seen(path), 60))
    finally:
        program.send_signal(signal.SIGINT)
        out, err = program.communicate(timeout=20)
    assert (program.returncode, out, err) == (0, "The agents are gone.\n", "")


def fitting(line: str) -> Any:
    values = json.loads(line)
    jsonschema.validate(values, schemas()["serve-demo"], jsonschema.Draft202012Validator)
    return values


async def _acted_and_seen(path: Path) -> None:
    address = address_of(str(path))
    one, other = open_link(address, folder_of(address)), open_link(address, folder_of(address))
    state = await one.load()
    seen = await other.load()
    name = next(one for one in state.region.roster.names if one.startswith("billing"))
    at = state.fleet.position[name]
    profile = state.region.roster.profiles[state.region.roster.profile[at]]
    supports = tuple(state.region.subsystems[number].name for number, _ in profile)
    outcome = await one.remove(Wave("E", 1, "ana", (name,), (supports,)))
    assert outcome.servers(Answer.DONE) == (name,)

    async def follow() -> None:
        async for batch in other.events(seen.revision):
            seen.fold(batch)

    following = asyncio.ensure_future(follow())
    await until(lambda: seen.fleet.state[at] == ServerState.REMOVED, 20)
    following.cancel()
    await asyncio.gather(following, return_exceptions=True)
    await one.aclose()
    await other.aclose()


def test_that_a_region_that_is_there_is_only_given_agents_and_wrong_words_are_a_sentence(plain_cluster: Cluster):
    for did, expected in (("put", "servers were put to"), ("found", "There is a region at")):
        program = serving(plain_cluster, "--json")
        try:
            first, then = (fitting(line) for line in said(program, 2))
            assert (first["did"], expected in first["sentence"], then["did"]) == (did, True, "serving")
            assert (first["servers"] > 14_000, then["racks"] > 100) == (did == "put", True)
        finally:
            program.terminate()
            out, _ = program.communicate(timeout=20)
        assert fitting(out)["did"] == "ended"
    wrong = [sys.executable, "-m", "console.app.cli", "serve-demo", "etcd://nowhere/"]
    done = subprocess.run(wrong, capture_output=True, text=True, check=False)
    assert (done.returncode, "'nowhere' is no member; each is HOST:PORT" in done.stderr) == (2, True)
