"""An assistant is answered what the terminal answers, by a real client over a real pipe, and has no way to act."""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from contextlib import closing
from pathlib import Path
from typing import Any, get_type_hints

import pytest
from mcp import Client
from mcp.client.stdio import StdioServerParameters

from console.operating.regions import address_of, folder_of
from console.terminal.assistant.questions import Questions
from console.terminal.assistant.server import server_for
from tests.folders import ROOT
from topology.execution.journal_entries import Kind
from topology.records.journal import Journal

Use = Callable[[Client], Awaitable[Any]]


def _in_process(use: Use, region: str | None = None) -> Any:
    async def run() -> Any:
        async with Client(server_for(Questions(region))) as client:
            return await use(client)

    return asyncio.run(run())


def _over_a_pipe(use: Use, home: Path) -> Any:
    async def run() -> Any:
        words = ["-P", "-m", "console.app.cli", "mcp"]
        env = {"PYTHONPATH": str(ROOT), "HOME": str(home), "XDG_STATE_HOME": str(home)}
        async with Client(StdioServerParameters(command=sys.executable, args=words, env=env)) as client:
            return await use(client)

    return asyncio.run(run())


def test_that_a_real_client_is_answered_over_a_pipe_and_nothing_is_written(tmp_path: Path) -> None:
    async def ask(client: Client) -> Any:
        return await client.call_tool("preview", {"command": "remove 400 servers from billing"})

    answer = _over_a_pipe(ask, tmp_path)

    assert answer.structured_content["verdict"] == "blocked"
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_that_every_tool_says_that_it_only_reads() -> None:
    async def ask(client: Client) -> Any:
        return (await client.list_tools()).tools

    tools = _in_process(ask)

    assert [one.name for one in tools] == ["preview", "headroom", "explain", "restart", "audit", "journal"]
    assert all(one.annotations.read_only_hint and not one.annotations.destructive_hint for one in tools)
    assert all(one.description for one in tools)


@pytest.mark.parametrize("name", ["confirm", "remove", "act", "undo", "stop", "announce"])
def test_that_an_act_asked_for_is_no_tool(name: str) -> None:
    async def ask(client: Client) -> Any:
        return await client.call_tool(name, {"command": "remove 1 server from billing"})

    try:
        assert _in_process(ask).is_error
    except Exception as error:  # noqa: BLE001 - whichever the library answers an unknown tool with
        assert name in str(error)


@pytest.mark.parametrize("command", ["undo", "stop", "acknowledge floor of index", "confirm", "run drain-rack"])
def test_that_a_command_that_is_no_plan_is_refused_with_the_reason(command: str) -> None:
    async def ask(client: Client) -> Any:
        return await client.call_tool("preview", {"command": command})

    answer = _in_process(ask)

    assert answer.is_error
    assert answer.content[0].text


def test_that_what_answers_holds_the_name_of_a_region_and_nothing_that_could_act() -> None:
    assert get_type_hints(Questions) == {"region": str | None, "live": bool}


def test_that_the_journal_is_read_and_stays_as_it_is(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    with closing(Journal.open(folder_of(address_of(None)))) as journal:
        journal.append(Kind.NOTED, "op", command="remove 1 server from billing")
        head = journal.head

    async def ask(client: Client) -> Any:
        return (await client.call_tool("journal", {"limit": 1_000_000})).structured_content

    assert [one["operator"] for one in _in_process(ask)["entries"]] == ["op"]
    with closing(Journal.open(folder_of(address_of(None)), read_only=True)) as journal:
        assert journal.head == head


def test_that_a_schema_is_a_resource() -> None:
    async def ask(client: Client) -> Any:
        return await client.read_resource("underkeel://schema/region")

    assert "urn:underkeel:region:1" in _in_process(ask).contents[0].text
