"""What the subcommands that check, keep or publish answer with --json fits its schema, and says what the text says."""

import asyncio
import json
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from console.app.cli import main
from console.operating.access import ledger_path
from console.operating.regions import address_of, file_of, folder_of, stated_source
from console.terminal.schemas.reports import schemas
from tests.topology.status_page.regions import TEXT
from topology.execution.journal_entries import Kind
from topology.records.clock import SteadyClock
from topology.records.journal import Journal
from topology.records.ledger.file_ledger import FileLedger

LIVE = """
format = 1
[region]
name = "racks"
zones = ["az1"]
[source]
fleet = "exec:/bin/true"
[[subsystem]]
name = "web"
floor = 1
"""


@pytest.fixture(autouse=True)
def own_folders(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("STATE", "CONFIG", "DATA"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / name))


@pytest.fixture
def live(tmp_path: Path) -> str:
    (tmp_path / "racks.toml").write_text(LIVE)
    return str(tmp_path / "racks.toml")


def answer(name: str, words: list[str], capsys: pytest.CaptureFixture[str], status: int = 0) -> Any:
    capsys.readouterr()
    assert main(words) == status
    return fitting(name, capsys.readouterr().out)


def fitting(name: str, text: str) -> Any:
    values = json.loads(text)
    jsonschema.validate(values, schemas()[name], jsonschema.Draft202012Validator)
    return values


def test_that_a_journal_that_was_checked_is_told_and_fits(capsys: pytest.CaptureFixture[str]) -> None:
    with closing(Journal.open(folder_of(address_of(None)))) as journal:
        journal.append(Kind.NOTED, "op", command="remove 1 server from billing", servers=("billing-0001",))
    told = answer("verified", ["journal", "verify", "--json"], capsys)
    assert (told["format"], told["ok"], told["count"]) == (1, True, 1)


def test_that_a_saved_plan_is_told_as_saved_and_as_judged_now(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = str(tmp_path / "plan.json")
    assert main(["plan", "save", "remove 400 servers from billing", "--out", path]) == 1
    told = answer("plan", ["plan", "show", path, "--json"], capsys, 1)
    other = str(tmp_path / "other.json")
    kept = answer("plan", ["plan", "save", "remove 4 servers from billing", "--out", other, "--json"], capsys)
    assert (kept["path"], kept["saved"]["verdict"]) == (other, "clear")
    assert told["saved"]["verdict"] == told["now"]["verdict"] == "blocked"


def test_that_trust_asks_nothing_and_says_what_it_would_open(live: str, capsys: pytest.CaptureFixture[str]) -> None:
    before = answer("trust", ["trust", live, "--json"], capsys, 1)
    assert not before["trusted"]
    assert any("/bin/true" in fact for fact in before["facts"])
    assert answer("trust", ["trust", live, "--json", "--yes"], capsys)["trusted"]
    assert answer("trust", ["trust", live, "--json"], capsys)["trusted"]


def test_that_a_ledger_is_told_in_numbers(live: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    address = address_of(live)
    path = ledger_path(folder_of(address), stated_source(file_of(address)))

    async def begin() -> None:
        ledger = FileLedger(path, SteadyClock())
        await ledger.open("racks", ())
        await ledger.aclose()

    asyncio.run(begin())
    told = answer("ledger", ["ledger", "check", live, "--json"], capsys)
    assert (told["did"], told["region"], told["unfinished"]) == ("check", "racks", 0)
    copy = str(tmp_path / "copy.db")
    assert answer("ledger", ["ledger", "backup", live, "--file", copy, "--json"], capsys)["did"] == "backup"


def test_that_the_steps_of_an_adapter_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["adapter", "check", "--yes", "--json", "--kills", "1", "--", sys.executable, "-c", "pass"]
    told = answer("adapter", words, capsys, 1)
    assert not told["good"]
    assert told["program"][1:] == ["-c", "pass"]
    assert "FAILED" in {step["verdict"] for step in told["steps"]}


def test_that_a_page_is_told_target_by_target(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a").mkdir()
    targets = ""
    for name in ("a", "nowhere"):
        targets += f'[[status_page.targets]]\nname = "{name}"\nto = "folder:{tmp_path / name}"\nground = "{name}"\n'
    path = tmp_path / "shop.toml"
    path.write_text(TEXT[: TEXT.index("[[status_page.targets]]")] + targets)
    region = ["--region", str(path), "--json"]

    told = answer("status-page", ["status-page", "publish", *region], capsys, 1)
    assert [(one["name"], bool(one["trouble"]), one["revision"]) for one in told["targets"]] == [
        ("a", False, 1),
        ("nowhere", True, None),
    ]
    assert not answer("status-page", ["status-page", "drill", *region], capsys, 1)["good"]
    built = answer("status-page", ["status-page", "build", str(tmp_path / "page"), *region], capsys)
    assert Path(built["path"]).read_text().startswith("<!DOCTYPE html>")


def test_that_serving_takes_no_json(tmp_path: Path) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["status-page", "serve", "--json"])
    assert ended.value.code == 2


def test_that_the_menu_entry_is_told_put_there_and_taken_away(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    printed = answer("desktop-entry", ["desktop-entry", "--json"], capsys)
    assert f"TryExec={printed['program']}\n" in printed["entry"]
    assert printed["files"] == []
    put = answer("desktop-entry", ["desktop-entry", "--install", "--json"], capsys)["files"]
    assert len(put) == 3
    assert all(Path(path).is_file() and tmp_path in Path(path).parents for path in put)
    assert answer("desktop-entry", ["desktop-entry", "--remove", "--json"], capsys)["files"] == put
    assert answer("desktop-entry", ["desktop-entry", "--remove", "--json"], capsys)["files"] == []


def test_that_a_bundle_is_told_shown_and_written_without_a_question(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = str(tmp_path / "help.zip")
    told = answer("support-bundle", ["support-bundle", path, "--json"], capsys, 1)
    assert not told["written"]
    shown = answer("support-bundle", ["support-bundle", path, "--json", "--show"], capsys)
    assert "underkeel" in next(part["text"] for part in shown["parts"] if part["name"] == "about.txt")
    assert not Path(path).exists()
    assert answer("support-bundle", ["support-bundle", path, "--json", "--yes"], capsys)["written"]
    assert Path(path).is_file()
    assert main(["support-bundle", path, "--json", "--yes"]) == 2
