"""The menus of a program of the desktop: every entry does something, says whether it is on, and can be reached by key."""

from collections import Counter
from pathlib import Path

from PySide6.QtCore import QMimeData, QUrl
from PySide6.QtWidgets import QApplication, QCheckBox, QComboBox

from console.app.session import Session
from console.window.actions import ACTIONS, REPLAY_ACTIONS
from console.window.desktop.preferences import PreferencesDialog
from console.window.desktop.recent import remember_region
from console.window.desktop.scaling import next_scale
from console.window.frame.base_window import region_in
from console.window.main_window import MainWindow
from console.window.settings import MOST_RECENT
from tests.console.window.whole_window import play, until


def test_that_keys_are_given_once_and_all_but_what_the_palette_is_for_have_one() -> None:
    keys = Counter(entry.shortcut for entry in ACTIONS if entry.shortcut)
    assert [key for key, times in keys.items() if times > 1] == []
    without = {entry.id for entry in (*ACTIONS, *REPLAY_ACTIONS) if not entry.shortcut}
    assert without == {"theme.system", "theme.night", "theme.day", "theme.contrast", "news", "about", "trainee"}


def test_that_every_entry_of_the_menus_is_heard_by_somebody(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario(session: Session, window: MainWindow) -> None:
        board = session.panels
        known = {*board.choices.handlers(), *board.desktop.handlers(), *board.lower}
        plain = {"command", "confirm", "copy_servers", "quit", "topology", "preview", "find", "fit", "layout", "help"}
        assert {entry.id for entry in ACTIONS if not entry.command} - plain <= known

    play(qapp, tmp_path, scenario)


def test_that_what_has_nothing_to_act_on_is_grey_while_the_menu_is_open_and_its_key_is_heard_later(
    qapp: QApplication, tmp_path: Path
) -> None:
    async def scenario(session: Session, window: MainWindow) -> None:
        board = session.panels
        await until(lambda: session.workspace.view is not None)
        board.desktop.states.show()
        grey = {name for name, action in board.actions.items() if not action.isEnabled()}
        assert grey == {"stop", "pause", "resume", "confirm", "copy_plan", "copy_servers"}
        board.desktop.states.let_go()
        assert all(action.isEnabled() for action in board.actions.values())

    play(qapp, tmp_path, scenario)


def test_that_the_theme_in_use_is_marked_and_another_counts_at_once(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario(session: Session, window: MainWindow) -> None:
        board = session.panels
        for name in ("contrast", "day", "night", "system"):
            board.choose(f"theme.{name}")
            board.desktop.states.show()
            marked = [one for one, action in board.actions.items() if one.startswith("theme.") and action.isChecked()]
            assert marked == [f"theme.{name}"]
            assert window.theme.name == ("night" if name == "system" else name)

    play(qapp, tmp_path, scenario)


def test_that_the_preferences_show_what_is_and_take_what_is_chosen(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario(session: Session, window: MainWindow) -> None:
        board = session.panels
        board.choose("preferences")
        dialog = board.desktop.dialog
        assert isinstance(dialog, PreferencesDialog)
        theme, motion = dialog.fields["theme"], dialog.fields["reduced_motion"]
        assert isinstance(theme, QComboBox)
        assert isinstance(motion, QCheckBox)
        assert not motion.isChecked()
        theme.setCurrentIndex(theme.findData("day"))
        theme.activated.emit(theme.currentIndex())
        motion.click()
        assert window.theme.name == "day"
        assert board._settings.value.reduced_motion
        assert board._settings.value.theme == "day"
        dialog.reject()

    play(qapp, tmp_path, scenario)


def test_that_recent_regions_are_kept_newest_first_and_each_once(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario(session: Session, window: MainWindow) -> None:
        settings = session.panels._settings
        for number in (*range(MOST_RECENT + 3), 4):
            remember_region(settings, f"file:/regions/{number}.toml")
        session.panels.desktop.recent.fill()
        titles = [action.text() for action in session.panels.desktop.recent._menu.actions() if action.text()]
        assert titles[0] == "&1 file:/regions/4.toml"
        assert titles[1] == f"&2 file:/regions/{MOST_RECENT + 2}.toml"
        assert len(titles) == MOST_RECENT + 1

    play(qapp, tmp_path, scenario)


def test_that_a_region_may_be_dropped_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "region.toml").touch()
    for path, taken in ((tmp_path / "region.toml", True), (tmp_path, True), (tmp_path / "picture.png", False)):
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(path))])
        assert region_in(data) == (str(path) if taken else "")
    both = QMimeData()
    both.setUrls([QUrl.fromLocalFile(str(tmp_path))] * 2)
    assert region_in(both) == ""


def test_that_scale_goes_by_steps_and_stops_at_the_ends() -> None:
    assert [next_scale(100, 1), next_scale(110, 1), next_scale(200, 1), next_scale(100, -1)] == [110, 125, 200, 100]


def test_that_the_title_says_what_is_being_carried_out(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario(session: Session, window: MainWindow) -> None:
        session.panels.type("remove 40 servers from storage")
        bar = session.panels.preview.confirm_bar
        await until(lambda: session.workspace.view is not None and session.workspace.view.work.plan is not None)
        bar.field.setText("40")
        await until(lambda: bool(bar.try_confirm()))
        await until(lambda: "removing" in window.windowTitle())
        assert window.windowTitle().startswith("SIMULATION · us-east-1 · removing ")
        assert window.windowTitle().split(" · ")[2].endswith("/40")
        session.panels.stop()
        await until(lambda: len(window.windowTitle().split(" · ")) == 3)

    play(qapp, tmp_path, scenario)


def test_that_pages_and_topology_go_to_windows_of_their_own_and_come_back(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario(session: Session, window: MainWindow) -> None:
        board, before = session.panels, window.tabs.count()
        board.choose("journal")
        board.choose("detach")
        assert window.tabs.count() == before - 1
        apart = window.tabs.away[0]
        assert board.journal.window() is apart
        apart.close()
        assert [window.tabs.tabText(number) for number in range(3)] == ["Fleet map", "Journal", "Alarms"]
        board.choose("detach_topology")
        assert board.topology.window() is not window
        board.choose("detach_topology")
        assert board.topology.window() is window
        assert board.topology.isVisible()

    play(qapp, tmp_path, scenario)


def test_that_dialogs_and_links_have_the_colours_of_the_theme(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario(session: Session, window: MainWindow) -> None:
        for name in ("day", "night"):
            session.panels.set_theme(name)
            assert qapp.palette().link().color() == window.theme.plan
            assert qapp.palette().window().color() == window.theme.panel

    play(qapp, tmp_path, scenario)
