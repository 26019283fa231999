"""What menus and keys do to the window and beside it: theme, scale, keyboard, motion, pictures, incidents. No act on a region."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from PySide6.QtCore import QObject, QSize, Qt
from PySide6.QtWidgets import QFileDialog

from console.kit.theme import Theme
from console.panels.topology.view import TopologyView
from console.window.desktop.desktop_choices import DesktopChoices
from console.window.frame.offering import offer_choices
from console.window.frame.opening import ask_for_region, open_region_apart
from console.window.frame.plan_file import PlanFile
from console.window.main_window import MainWindow
from console.window.settings import KEYBOARDS, SCALES, SettingsStore
from console.window.workspace import Workspace
from topology.command.slips.keyboards import LAYOUTS
from topology.fleet.state import State
from topology.region.sentences.clock import by_clock


def clock_of(state: State | None) -> str:
    """Give the time of a region, or of this machine where none is known yet."""
    if state is None:
        return datetime.now(UTC).strftime("%H:%M:%S UTC")
    return by_clock(state.region.time_zone, state.time, "%H:%M:%S")


def caption_of(state: State, clock: str) -> str:
    """Say of which region, revision and time a saved picture is."""
    day = by_clock(state.region.time_zone, state.time, "%Y-%m-%d")
    return f"{state.region.name} · revision {state.revision:,} · {day} {clock} {state.region.time_zone}"


class WindowChoices(QObject):
    """Each method is what one action does."""

    def __init__(
        self,
        window: MainWindow,
        workspace: Workspace,
        settings: SettingsStore,
        topology: TopologyView,
        theme: Callable[[], Theme],
        set_reduced_motion: Callable[[bool], None],
    ) -> None:
        super().__init__(window)
        self.description: Path | None = None
        """The file that describes the region; None where nobody said which."""
        self.desktop: DesktopChoices | None = None
        """What takes theme and scale, once it is there."""
        self.region_address = ""
        """What a new window on the same region is opened with; empty where there is none."""
        self._window = window
        self._workspace = workspace
        self._settings = settings
        self._topology = topology
        self._theme = theme
        self._set_reduced_motion = set_reduced_motion
        self.plan_file = PlanFile(
            lambda: workspace.state,
            workspace.bench.guards,
            lambda work: workspace.jobs.start("To open a plan", work),
            workspace.suggested.emit,
            workspace.tell,
            workspace.tell_failure,
        )

    def handlers(self) -> dict[str, Callable[[], object]]:
        """Give what each action does, by its id."""
        return {
            "open": self.open_region,
            "new_window": self._new_window,
            "open_plan": lambda: self.plan_file.choose(self._window),
            "incidents": self._choose_incident,
            "standing": self._show_standing,
            "record": self._choose_folder,
            "save_topology": self._save_topology,
            "scale": self._ask_scale,
            "keyboard": self._ask_keyboard,
            "motion": self._change_motion,
            "shows_preview": self._change_shows_preview,
            "full_screen": self._change_full_screen,
        }

    def save_session(self, folder: str) -> None:
        """Save what happened since the region was loaded as the folder of an incident."""
        workspace, follower = self._workspace, self._workspace.follower
        if follower.recorder is None:
            workspace.tell_failure("The region is not loaded yet, so there is nothing to save.")
            return
        # What is of incidents is loaded by who asks for it: no window on a region waits for it.
        from console.operating.incidents.recording import NotSavedError, save_session

        try:
            save_session(follower.recorder, self.description, Path(folder), follower.feed.now())
        except NotSavedError as error:
            workspace.tell_failure(str(error))
            return
        cut = " It was so long that its end is missing." if follower.recorder.full else ""
        workspace.tell(f"Saved: {folder}; underkeel replay shows it.{cut}")

    def _save_topology(self) -> None:
        """Ask where to and how large, and save; the console goes on meanwhile."""
        from console.panels.topology.drawing.saving import ask_where

        state = self._workspace.state
        if state is None or self._topology.arrangement.scene is None:
            self._workspace.tell_failure("There is no topology to save yet: wait until the region is loaded.")
            return
        ask_where(
            self._window,
            f"{state.region.name}-topology",
            self._topology.drawing.picture_size(),
            lambda path, size: self._write_topology(Path(path), size),
        )

    def _write_topology(self, out: Path, size: QSize) -> None:
        state = self._workspace.state
        if state is None:
            return
        from console.panels.topology.drawing.saving import SaveError

        try:
            self._topology.drawing.save(out, caption_of(state, clock_of(state)), size, self._topology.look.way)
        except SaveError as error:
            self._workspace.tell_failure(f"The topology was not saved: {error}.")
        else:
            self._workspace.tell(f"The topology is in {out}, {size.width():,} × {size.height():,}.")

    def open_region(self) -> None:
        """Ask for a region; it opens in a program of its own, which cannot reach this one's."""
        ask_for_region(self._window, self.open_apart)

    def open_apart(self, address: str) -> None:
        """Open a region in a program of its own."""
        if not open_region_apart(address):
            self._workspace.tell_failure(f"{address} could not be opened; in a terminal: underkeel {address}")

    def take_preference(self, field: str, value: str) -> None:
        """Take what was chosen in the preferences; it counts at once."""
        taken: dict[str, Callable[[], object]] = {
            "keyboard": lambda: self._set_keyboard(value),
            "reduced_motion": self._change_motion,
            "shows_preview": self._change_shows_preview,
            "notifies": lambda: self._settings.change(notifies=bool(value)),
        }
        if self.desktop is not None:
            taken["theme"] = lambda: self.desktop.choose_theme(value) if self.desktop is not None else None
            taken["scale"] = lambda: self._set_scale(value)
        taken[field]()

    def _new_window(self) -> None:
        if self.region_address:
            self.open_apart(self.region_address)
        else:
            self._workspace.tell_failure("A replay has one window: an incident is opened again by Ctrl+I.")

    def _choose_incident(self) -> None:
        """Let the operator choose an incident; it opens in a program of its own, which cannot reach this one's region."""
        from console.panels.incident_picker.incident_picker import IncidentPicker

        self.picker = IncidentPicker(self._theme(), self._window)
        self.picker.chosen.connect(self._open_incident)
        self.picker.standing_wanted.connect(self._show_standing)
        self.picker.open()

    def _show_standing(self) -> None:
        """Show where the trainee stands, and ask what has come back."""
        from console.operating.access import data_folder
        from console.operating.incidents.standing import StandingFile
        from console.panels.standing.standing_dialog import StandingDialog

        today = datetime.now().astimezone().date()
        self.standing = StandingDialog(self._theme(), StandingFile(data_folder()), today, self._window)
        self.standing.open()

    def _open_incident(self, name: str) -> None:
        from console.panels.incident_picker.incident_picker import open_apart

        if not open_apart(name):
            sentence = f"The replay of {name} could not be started; in a terminal: underkeel replay {name}"
            self._workspace.tell_failure(sentence)

    def _choose_folder(self) -> None:
        dialog = QFileDialog(self._window, "Save the session as an incident: name a new folder")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self.save_session)
        dialog.open()

    def _ask_scale(self) -> None:
        choices = ((str(scale), f"{scale} %") for scale in SCALES)
        current = str(self._settings.value.scale)
        offer_choices(self._window, "Scale", choices, current, self._set_scale)

    def _set_scale(self, scale: str) -> None:
        if self.desktop is not None:
            self.desktop.scale_to(int(scale))

    def _ask_keyboard(self) -> None:
        choices = ((name, LAYOUTS[name].title) for name in KEYBOARDS)
        offer_choices(self._window, "Slips on a keyboard", choices, self._settings.value.keyboard, self._set_keyboard)

    def _set_keyboard(self, name: str) -> None:
        self._settings.change(keyboard=name)
        self._workspace.set_keyboard(name)
        self._workspace.tell(f"Slips are looked for on a {LAYOUTS[name].title} keyboard.")

    def _change_shows_preview(self) -> None:
        shows = not self._settings.value.shows_preview
        self._settings.change(shows_preview=shows)
        self._workspace.shows_preview = shows
        self._workspace.refresh()
        self._workspace.tell(f"Other operators {'see' if shows else 'do not see'} what you preview.")

    def _change_motion(self) -> None:
        reduced = not self._settings.value.reduced_motion
        self._settings.change(reduced_motion=reduced)
        self._set_reduced_motion(reduced)
        self._workspace.tell("Motion is reduced." if reduced else "Motion is shown.")

    def _change_full_screen(self) -> None:
        if self._window.isFullScreen():
            self._window.showNormal()
        else:
            self._window.showFullScreen()
