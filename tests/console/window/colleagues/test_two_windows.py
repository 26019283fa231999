"""Two operators, two whole windows on one region file: one asks, the other looks, approves, withdraws, stops."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication
from qasync import QEventLoop

from console.app import session as sessions
from console.app.session import Session
from console.kit.theme import load_fonts, load_theme
from console.operating.regions import address_of, open_link
from console.window.main_window import MainWindow
from console.window.settings import SettingsStore
from tests.console.window.whole_window import until
from topology.execution.progress import Phase

REGION = """\
format = 1
[region]
name = "shop"
zones = ["az1"]
[policy]
pace = "1000/min"
largest_command = 60
wave = 4
[approval]
more_than = "10%"
break_glass = ["share"]
[[subsystem]]
name = "index"
floor = 40
[[subsystem]]
name = "billing"
floor = 5
[[pool]]
name = "index"
count = 80
supports = ["index"]
[[pool]]
name = "billing"
count = 40
supports = ["billing"]
"""
ASKED = "remove 12 servers from index"
Scenario = Callable[[Session, Session], Awaitable[None]]
Play = Callable[[Scenario], None]


@pytest.fixture
def play(qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Play:
    qapp.setStyle("Fusion")
    load_fonts()
    region = tmp_path / "shop.toml"
    region.write_text(REGION)

    def open_one(name: str) -> Session:
        monkeypatch.setattr(sessions, "operators_name", lambda *_: name)
        settings = SettingsStore(QSettings(str(tmp_path / f"{name}.ini"), QSettings.Format.IniFormat))
        window = MainWindow(load_theme("night"), settings)
        link = open_link(address_of(str(region)), tmp_path / "acts")
        return Session(window, settings, link, tmp_path / "acts")

    async def main(scenario: Scenario) -> None:
        ana, ben = open_one("ana"), open_one("ben")
        for one in (ana, ben):
            one._window.show()
            one.start()
        try:
            async with asyncio.timeout(60):
                for one in (ana, ben):
                    await one.workspace.follower.loaded.wait()
                await until(lambda: ana.workspace.view is not None and ben.workspace.view is not None)
                await until(lambda: _view(ana).strip.operators == 2 == _view(ben).strip.operators)
                await scenario(ana, ben)
        finally:
            for one in (ana, ben):
                await one.aclose()
                one._window.let_close()
                qapp.removeEventFilter(one.panels.escape)
                one._window.deleteLater()

    def run(scenario: Scenario) -> None:
        with asyncio.Runner(loop_factory=lambda: QEventLoop(qapp)) as runner:
            runner.run(main(scenario))

    return run


def _view(session: Session):
    view = session.workspace.view
    assert view is not None
    return view


async def confirm(session: Session, text: str) -> str:
    """Type a command, wait until it may be confirmed, type the count and confirm; gives what the button said."""
    bar = session.panels.preview.confirm_bar
    session.panels.type(text)
    await until(lambda: bar._plan is not None and str(_view(session).work.reading.command) == text and bar.armed())
    bar.field.setText(str(bar._plan.count))  # type: ignore[union-attr]
    await until(bar.button.isEnabled)
    said = bar.button.text()
    assert bar.try_confirm()
    return said


def notices(session: Session) -> list[str]:
    return [one.text for one in session._window.notices.notices()]


def submit(session: Session, text: str) -> None:
    session.panels.type(text)
    session.panels._submitted(text)


async def approved(ana: Session, ben: Session) -> None:
    assert await confirm(ana, ASKED) == "Ask ben to approve removing 12"
    await until(lambda: any("ana asks for approval 1" in text for text in notices(ben)))
    said = await confirm(ben, 'approve 1 because "seen it"')
    assert said == "Approve removing 12 for ana"
    await until(lambda: any("ben approved request 1" in text for text in notices(ana)))


def test_that_what_one_asks_another_approves_and_the_first_then_does(play: Play) -> None:
    async def scenario(ana: Session, ben: Session) -> None:
        await approved(ana, ben)
        assert (await confirm(ana, ASKED)).startswith("Remove 12 servers")
        await until(lambda: ana.desk.progress is not None and ana.desk.progress.phase is Phase.FINISHED)
        assert ana.desk.progress is not None
        assert ana.desk.progress.done == 12

    play(scenario)


def test_that_an_approval_without_a_reason_is_not_given(play: Play) -> None:
    async def scenario(ana: Session, ben: Session) -> None:
        await confirm(ana, ASKED)
        await until(lambda: any("ana asks" in text for text in notices(ben)))
        await confirm(ben, "approve 1")
        await until(lambda: any('say why: approve 1 because "..."' in text for text in notices(ben)))

    play(scenario)


def test_that_a_decline_is_told_with_its_reason(play: Play) -> None:
    async def scenario(ana: Session, ben: Session) -> None:
        await confirm(ana, ASKED)
        await until(lambda: any("ana asks" in text for text in notices(ben)))
        submit(ben, 'decline 1 because "not now"')
        await until(lambda: any("ben declined request 1" in text and "not now" in text for text in notices(ana)))
        assert not any("ana asks" in text for text in notices(ben))

    play(scenario)


def test_that_breaking_glass_alarms_the_others_and_acts(play: Play) -> None:
    async def scenario(ana: Session, ben: Session) -> None:
        ana.panels.type(ASKED)
        await until(lambda: _view(ana).work.plan is not None)
        assert await confirm(ana, 'break-glass because "fire"') == "Break glass: removing 12"
        await until(lambda: any("ana broke glass for request 1" in text for text in notices(ben)))
        await until(lambda: ana.desk.progress is not None and ana.desk.progress.phase is Phase.FINISHED)

    play(scenario)


def test_that_others_see_what_is_previewed_unless_that_is_hidden(play: Play) -> None:
    async def scenario(ana: Session, ben: Session) -> None:
        def previewed() -> list[str]:
            return [one.command for one in _view(ben).gathering.colleagues if one.operator == "ana"]

        ana.panels.type("remove 3 servers from billing")
        await until(lambda: previewed() == ["remove 3 servers from billing"])
        ana.panels.choose("shows_preview")
        await until(lambda: previewed() == [""])

    play(scenario)


def test_that_anothers_execution_is_shown_changes_a_preview_and_can_be_stopped(play: Play) -> None:
    async def scenario(ana: Session, ben: Session) -> None:
        ben.panels.type("remove 2 servers from billing")
        await until(lambda: _view(ben).work.plan is not None)
        await confirm(ana, "remove 4 servers from billing at 1/min")
        band = ben.panels.panels.others
        await until(lambda: len(band.rows()) == 1)
        await until(lambda: any("What ana does changes what you preview: billing" in text for text in notices(ben)))
        row = band.rows()[0]
        assert row.title.text() == "ana: remove 4 servers from billing at 1/min"
        row.button.click()
        await until(lambda: ana.desk.progress is not None and ana.desk.progress.phase is Phase.STOPPED)
        await until(band.isHidden)

    play(scenario)


def test_that_undoing_what_another_did_says_whose_it_was(play: Play) -> None:
    async def scenario(ana: Session, ben: Session) -> None:
        await confirm(ana, "remove 4 servers from billing")
        await until(lambda: ana.desk.progress is not None and ana.desk.progress.phase is Phase.FINISHED)
        entry = ana.desk.progress.entry  # type: ignore[union-attr]
        ben.workspace.read_entries()
        assert await confirm(ben, f"undo {entry}") == f"Undo ana's entry {entry}"
        await until(lambda: ben.desk.progress is not None and ben.desk.progress.phase is Phase.FINISHED)

    play(scenario)


def test_that_what_a_console_left_stays_on_show_until_it_is_taken_over(play: Play) -> None:
    async def scenario(ana: Session, ben: Session) -> None:
        ben.panels.type("remove 2 servers from billing")
        await until(lambda: _view(ben).work.plan is not None)
        await confirm(ana, "remove 4 servers from billing at 1/min")
        band = ben.panels.panels.others
        await until(lambda: len(band.rows()) == 1)
        ana.desk._holding.let_go()  # type: ignore[attr-defined] # her console is gone, and nothing of it is told
        await until(lambda: any("ana's console is gone in the middle of entry 1" in text for text in notices(ben)))
        await until(lambda: band.rows()[0].button.text() == "Take over …")
        ben.panels.type("")
        await until(lambda: notices(ben) == [notices(ben)[0]])
        assert ben._window.notices.height() > 20
        submit(ben, "take-over 1")
        await until(lambda: any("was cut off" in text or "Resume" in text for text in notices(ben)))
        await until(band.isHidden)
        assert not any("console is gone" in text for text in notices(ben))

    play(scenario)


def test_that_two_escapes_stop_what_another_carries_out_where_nothing_runs_here(play: Play) -> None:
    async def scenario(ana: Session, ben: Session) -> None:
        await confirm(ana, "remove 4 servers from billing at 1/min")
        await until(lambda: len(ben.panels.panels.others.rows()) == 1)
        ben.panels.escape.stop.emit()
        await until(lambda: ana.desk.progress is not None and ana.desk.progress.phase is Phase.STOPPED)

    play(scenario)


def test_that_two_escapes_stop_what_another_has_begun_before_it_is_shown_here(
    play: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def looks_away() -> None:
        """Nothing is seen of what others do."""

    async def scenario(ana: Session, ben: Session) -> None:
        monkeypatch.setattr(ben.desk.colleagues, "look", looks_away)
        await confirm(ana, "remove 4 servers from billing at 1/min")
        await until(lambda: ana.desk.running is not None and bool(ana.desk.running.entry))
        assert not ben.panels.panels.others.rows()
        ben.panels.escape.stop.emit()
        await until(lambda: ana.desk.progress is not None and ana.desk.progress.phase is Phase.STOPPED)

    play(scenario)
