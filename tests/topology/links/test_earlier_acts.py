"""Acts files written by version 0.1 (`earlier/*.sql`): what it said of them (`earlier/*.json`) is what is known today."""

import asyncio
import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from console.words.findings.lowered import lowered_sentences
from console.words.refusals.table import refusal_sentence
from topology.execution.journal_entries import JournalHead
from topology.links.simulated.simulated import acts_path
from topology.region.server_states import ServerState

EARLIER = Path(__file__).with_name("earlier")


@pytest.mark.parametrize("kind", ["sim", "file"])
def test_that_an_acts_file_of_version_0_1_is_read_with_all_that_it_says(bench: Any, kind: str) -> None:
    """Waves, drains under way, their order, the pace, a stop, what went back, a lowered floor, and a journal's head."""
    expected = json.loads((EARLIER / f"{kind}.json").read_text())
    name = "sim:small" if kind == "sim" else f"file:{bench.path.resolve()}"
    path = acts_path(bench.folder / "acts", name)
    path.parent.mkdir()
    with closing(sqlite3.connect(path)) as database:
        database.executescript((EARLIER / f"{kind}.sql").read_text())
    bench.clock.time = expected["time"]
    if kind == "file":
        bench.describe(bench.text.replace("floor = 12", "floor = 11"))

    async def scenario() -> None:
        link = bench.sim() if kind == "sim" else bench.file()
        state = await link.load()
        names, fleet = state.region.roster.names, state.fleet
        states = {names[at]: ServerState(one).name.lower() for at, one in enumerate(fleet.state.tolist()) if one != 1}
        assert states == expected["states"]
        assert [names[at] for at in (-fleet.left).argsort(kind="stable")[:3]] == expected["last_out"]
        assert fleet.usage_since(link.now() - 60)[0] == expected["left_in_a_minute"]
        assert list(lowered_sentences(state.unacknowledged)) == expected["unacknowledged"]
        for operation, answers in expected["outcomes"].items():
            outcome = await link.outcome(operation)
            assert [[server, answer.value] for server, answer in outcome.answers] == answers
        assert [[one.code, refusal_sentence(one)] for one in (await link.outcome("u.1")).refusals] == expected[
            "refusals"
        ]
        assert await link.kept_head("journal") == JournalHead(*expected["head"])
        stopped = await link.remove(bench.wave("index-0010", execution="f"))
        assert [one.code for one in stopped.refusals] == expected["stopped"]
        wave = bench.wave("index-0010", "index-0011", "index-0012", "index-0013", execution="h")
        assert (await link.remove(wave)).not_before == expected["not_before"]
        await link.aclose()

    asyncio.run(asyncio.wait_for(scenario(), 30))
