"""`underkeel ledger`: checked, copied and put back; what is missing or damaged is one sentence."""

import asyncio
import io
from pathlib import Path

import pytest

from console.operating.access import ledger_path
from console.operating.regions import address_of, file_of, folder_of, stated_source
from console.terminal.ledger_command import ledger_command
from topology.records.clock import SteadyClock
from topology.records.journal import Journal
from topology.records.ledger.file_ledger import FileLedger


def said(verb: str, region: str, copy: Path | None = None) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    return ledger_command(verb, region, copy, out, err), out.getvalue(), err.getvalue()


@pytest.fixture
def region(tmp_path: Path) -> str:
    path = tmp_path / "shop.toml"
    path.write_text("format = 1\n")
    return str(path)


def test_that_before_the_first_act_nothing_is_wrong_with_a_ledger(region: str) -> None:
    code, out, err = said("check", region)
    assert (code, err) == (0, "")
    assert out.endswith(
        "there is no ledger yet: nothing was carried out on this region from here yet, and nothing is wrong\n"
    )


def test_that_a_ledger_that_is_gone_is_one_sentence(region: str) -> None:
    Journal.open(folder_of(address_of(region))).close()
    code, _, err = said("check", region)
    assert code == 2
    assert err.count("\n") == 1


def test_that_there_is_nothing_to_copy_before_the_first_act(region: str, tmp_path: Path) -> None:
    assert said("backup", region, tmp_path / "copy.db")[0] == 2
    assert not (tmp_path / "copy.db").exists()


@pytest.mark.parametrize(
    ("verb", "line"),
    [
        ("backup", "copy it with etcdctl --endpoints h1:2379 snapshot save FILE, which needs an administrator of etcd"),
        ("check", "ask it with etcdctl --endpoints h1:2379 endpoint status, and each console says what it cannot read"),
        (
            "restore",
            "stop its members, put each back with etcdutl snapshot restore FILE, start them, and before any console type "
            """etcdctl --endpoints h1:2379 put /shop/ledger/doubt '"put back from a copy"': """
            "then nothing leaves until somebody acknowledged it",
        ),
    ],
)
def test_that_of_a_ledger_in_etcd_the_lines_to_type_are_said(tmp_path: Path, verb: str, line: str) -> None:
    path = tmp_path / "shop.toml"
    source = '[source]\nfleet = "exec:/usr/lib/racks/adapter"\nledger = "etcd://h1:2379,h2:2379/shop/ledger/"\n'
    path.write_text(f'format = 1\n[region]\nname = "shop"\nzones = ["az1"]\n{source}')
    what = f"etcd://h1:2379,h2:2379/shop/ledger/, not a file: {line}."
    assert said(verb, str(path)) == (2, "", f"The ledger of {path} is {what}\n")


def test_that_a_copy_is_asked_for(region: str) -> None:
    assert said("backup", region) == (2, "", "underkeel ledger backup: say with --file which copy.\n")


def test_that_a_ledger_is_copied_damaged_and_put_back(region: str, tmp_path: Path) -> None:
    address = address_of(region)
    path = ledger_path(folder_of(address), stated_source(file_of(address)))

    async def begin() -> None:
        ledger = FileLedger(path, SteadyClock())
        await ledger.open("haproxy vm /run/x", ())
        await ledger.aclose()

    asyncio.run(begin())
    assert said("check", region)[0] == 0
    copy = tmp_path / "copy.db"
    assert said("backup", region, copy)[0] == 0
    code, out, _ = said("restore", region, copy)
    assert code == 0
    assert "acknowledge" in out
    copy.write_bytes(b"no ledger")
    code, _, err = said("restore", region, copy)
    assert code == 2
    assert str(copy) in err
    assert said("check", region)[0] == 0
