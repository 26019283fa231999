"""The main job on a real system: a HAProxy with real servers behind it, and keys typed into the real window."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.end_to_end.driver import NOTICES, SIDE, Desk
from tests.end_to_end.screens import EVERYWHERE, until
from tests.servers.haproxy.rig import Rig, needs_servers, running
from tests.servers.haproxy.test_haproxy_region import SERVERS, TEXT

pytestmark = needs_servers()
LIVE = "^LIVE · shop-eu · Underkeel"
SHOP = "shop.toml"


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    folder = tmp_path / "rig"
    folder.mkdir()
    with running(folder, {"web": SERVERS}, lua=True) as found:
        yield found


def describe(desk: Desk, rig: Rig, *, read_only: str = "false") -> None:
    (desk.home / SHOP).write_text(TEXT.format(address=rig.address, read_only=read_only))


def test_that_servers_really_leave_and_an_undo_really_gives_them_back(desk: Desk, rig: Rig) -> None:
    describe(desk, rig)
    assert desk.underkeel("trust", SHOP, "--yes").returncode == 0
    console = desk.start(SHOP, title=LIVE)
    console.command("remove 6 servers from web")
    desk.wait_to_see("alarm_ground", SIDE, 1000)
    console.command("remove 3 servers from web")
    desk.wait_until_gone("alarm_ground", SIDE)
    console.confirm_when_ready()
    until(lambda: rig.serving() == 9, "three servers left HAProxy")
    until(lambda: "finished" in desk.kinds(), "the execution is over")
    console.command("undo")
    console.confirm_when_ready()
    until(lambda: rig.serving() == 12, "the servers serve again")
    until(lambda: desk.kinds().count("finished") == 2, "the undo is over")
    assert console.close() == 0


def test_that_a_region_that_is_only_looked_at_cannot_be_acted_on(desk: Desk, rig: Rig) -> None:
    describe(desk, rig, read_only="true")
    assert desk.underkeel("trust", SHOP, "--yes").returncode == 0
    console = desk.start(SHOP, title=LIVE)
    console.command("remove 3 servers from web")
    desk.wait_to_see("plan", SIDE, 30)
    console.key("ctrl+Return", "ctrl+Return")
    assert console.close() == 0
    assert desk.kinds() == []
    assert rig.serving() == 12


def test_that_the_window_asks_before_it_opens_a_source_that_was_never_trusted(desk: Desk, rig: Rig) -> None:
    describe(desk, rig)
    console = desk.start(SHOP, title="^Open a live region")
    console.focus()
    console.key("Return", "Escape")
    assert console.process.wait(15) == 1
    assert "stays closed" in console.said()
    assert rig.serving() == 12


def test_that_a_region_whose_haproxy_is_away_opens_disconnected_and_comes_to_life_by_itself(
    desk: Desk, rig: Rig
) -> None:
    describe(desk, rig)
    assert desk.underkeel("trust", SHOP, "--yes").returncode == 0
    assert desk.start(SHOP, title=LIVE).close() == 0
    rig.kill_haproxy()
    console = desk.start(SHOP, title="^DISCONNECTED · shop-eu · Underkeel")
    desk.wait_to_see("disconnected", EVERYWHERE, 500)
    console.command("remove 3 servers from web")
    desk.wait_to_see("alarm_ground", SIDE, 1000)
    desk.wait_to_see("stale", EVERYWHERE, 200)
    rig.start_haproxy()
    console.wait_for_title(LIVE)
    desk.wait_until_gone("alarm_ground", SIDE)
    console.confirm_when_ready()
    until(lambda: rig.serving() == 9, "three servers left HAProxy")
    until(lambda: "finished" in desk.kinds(), "the execution is over")
    assert console.close() == 0


def test_that_a_killed_console_gives_a_true_account_of_what_haproxy_has(desk: Desk, rig: Rig) -> None:
    describe(desk, rig)
    path = desk.home / SHOP
    path.write_text(path.read_text().replace("wave = 3", "wave = 1").replace('"600/min"', '"60/min"'))
    assert desk.underkeel("trust", SHOP, "--yes").returncode == 0
    console = desk.start(SHOP, title=LIVE)
    console.command("remove 3 servers from web")
    console.confirm_when_ready()
    until(lambda: rig.serving() < 12, "servers leave")
    console.kill()
    gone = {name for name, bits in rig.admin().items() if bits}
    again = desk.start(SHOP, title=LIVE)
    desk.wait_to_see("caution", NOTICES)
    again.command("undo")
    again.confirm_when_ready()
    until(lambda: rig.serving() == 12, "what the killed console took is given back")
    until(lambda: "finished" in desk.kinds(), "the undo is over")
    [recovered] = [entry for entry in desk.journal(SHOP) if entry["kind"] == "recovered"]
    assert {f"web/{name}" for name in recovered["servers"]} == gone
    assert again.close() == 0


def test_that_a_haproxy_killed_in_mid_execution_halts_it_and_nothing_is_sent_again(desk: Desk, rig: Rig) -> None:
    describe(desk, rig)
    path = desk.home / SHOP
    path.write_text(path.read_text().replace("wave = 3", "wave = 1").replace('"600/min"', '"60/min"'))
    assert desk.underkeel("trust", SHOP, "--yes").returncode == 0
    console = desk.start(SHOP, title=LIVE)
    console.command("remove 3 servers from web")
    console.confirm_when_ready()
    until(lambda: rig.serving() == 10, "two servers left")
    rig.kill_haproxy()
    console.wait_for_title("^DISCONNECTED")
    rig.start_haproxy()  # it has forgotten every drain
    console.wait_for_title(LIVE)
    until(lambda: {"finished", "halt"} & set(desk.kinds()), "the execution is over", 40)
    entries = desk.journal(SHOP)
    assert "halt" in [entry["kind"] for entry in entries]
    sent = [name for entry in entries if entry["kind"] == "wave" for name in entry["servers"]]
    assert len(sent) == len(set(sent)), "each was sent once"
    assert rig.serving() == 12
    console.command("remove 2 servers from web")
    console.confirm_when_ready(2)  # typed, since of the pace some is used up
    until(lambda: rig.serving() == 10 and "finished" in desk.kinds(), "another removal is done as ever")
    assert console.close() == 0
