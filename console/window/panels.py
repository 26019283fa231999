"""The panels of the window and what connects them to the workspace: values down, intents up."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from PySide6.QtCore import QObject, QSize, Qt, QTimer
from PySide6.QtWidgets import QApplication, QFileDialog

from console.kit.theme import Theme, load_theme
from console.operating.mode import StripReading, strip_reading
from console.operating.notice import Notice
from console.operating.recording import NotSavedError, description_path, save_session
from console.panels.audit.auditing import Auditing
from console.panels.audit.panel import AuditPanel
from console.panels.command_line.hints import hint
from console.panels.command_line.line import CommandLine
from console.panels.execution.escape import EscapeTwice
from console.panels.execution.panel import ExecutionPanel
from console.panels.fleet_map.page import FleetMapPage
from console.panels.incident_picker.incident_picker import IncidentPicker, open_apart
from console.panels.journal.panel import JournalPanel
from console.panels.playbooks.panel import PlaybookPanel
from console.panels.preview.panel import PreviewPanel
from console.panels.topology.cards.readings import readings
from console.panels.topology.view import TopologyView
from console.window.actions import ACTIONS, ActionEntry, menu_for
from console.window.frame.messages import MessagesPanel
from console.window.frame.side_panel import SidePanel
from console.window.help_page import help_page
from console.window.main_window import MainWindow
from console.window.settings import KEYBOARDS, SCALES, SettingsStore
from console.window.workspace import Workspace
from console.words import writing as words
from console.words.plan_rows import headroom_rows
from topology.command.grammar.syntax import Control
from topology.command.slips.keyboards import LAYOUTS
from topology.execution.progress import Progress
from topology.fleet.state import State
from topology.planning.answers import Answer
from topology.planning.plan import Plan
from topology.playbook.going import Going

MESSAGE = "message"
"""Key of the notice that shows the last failure."""


def codes_of(plan: Plan | None) -> dict[str, tuple[str, ...]]:
    """Give the codes of the findings about each subsystem, for finding them in the topology."""
    codes: dict[str, tuple[str, ...]] = {}
    for finding in plan.findings if plan is not None else ():
        if finding.subsystem is not None:
            codes[finding.subsystem] = (*codes.get(finding.subsystem, ()), finding.code)
    return codes


def caption_of(state: State, clock: str) -> str:
    """Say of which region, revision and time a saved picture is."""
    day = datetime.fromtimestamp(state.time, UTC).astimezone(words.zone(state.region.time_zone)).strftime("%Y-%m-%d")
    return f"{state.region.name} · revision {state.revision:,} · {day} {clock} {state.region.time_zone}"


class Panels(QObject):
    """Makes every panel, installs them in the window and passes values and intents between them and the workspace."""

    more_actions: tuple[ActionEntry, ...] = ()
    """Actions besides those of every window."""
    description: Path | None = None
    """The file that describes the region, where the address of the link does not say it."""

    def __init__(self, window: MainWindow, workspace: Workspace, settings: SettingsStore, theme: Theme) -> None:
        super().__init__(window)
        self._window = window
        self._workspace = workspace
        self._settings = settings
        self._theme = theme
        motionless = settings.value.reduced_motion
        self.topology = TopologyView(theme)
        self.command = CommandLine(theme)
        self.preview = PreviewPanel(theme, reduced_motion=motionless)
        self.execution = ExecutionPanel(theme)
        self.fleet = FleetMapPage(theme, lambda: workspace.state, lambda: workspace.plan)
        self.journal = JournalPanel(theme)
        self.playbooks = PlaybookPanel(theme, workspace.playbooks, lambda: workspace.vocabulary)
        self.audit = AuditPanel(theme)
        self.messages = MessagesPanel(theme)
        self.auditing = Auditing(workspace.jobs, lambda: workspace.state, self)
        self.escape = EscapeTwice(self)
        self.side = SidePanel(self.execution, self.preview)
        tabs = (
            ("Fleet map", self.fleet),
            ("Journal", self.journal),
            ("Playbooks", self.playbooks),
            ("Audit", self.audit),
            ("Messages", self.messages),
        )
        window.install(self.topology, self.command, self.side, tabs)
        self._pages = tuple(page for _, page in tabs)
        pages = (window.tabs.tabBar(), *self._pages)
        window.set_tab_order((window.notices, self.command, self.preview, self.execution, *pages, self.topology))
        bar, self.actions = menu_for(window, self._chosen, self.more_actions)
        window.setMenuBar(bar)
        self.command.set_history(list(settings.value.history))
        workspace.set_keyboard(settings.value.keyboard)
        self._connect_values()
        self._connect_intents()
        # A window that has the focus already gives it to the first panel that is shown, and they are shown only later.
        QTimer.singleShot(0, self.command, self.command.setFocus)

    def _connect_values(self) -> None:
        workspace = self._workspace
        workspace.region_changed.connect(self._show_region)
        workspace.state_changed.connect(self._show_state)
        workspace.reading_changed.connect(self.command.show_reading)
        workspace.plan_changed.connect(self._show_plan)
        workspace.neighbourhood_changed.connect(self.preview.show_neighbourhood)
        workspace.begun.connect(self._begun)
        workspace.progress_changed.connect(self._show_progress)
        workspace.entries_changed.connect(self._show_entries)
        workspace.answered.connect(self._show_answer)
        workspace.state_changed.connect(self.fleet.refresh)
        workspace.plan_changed.connect(self.fleet.refresh)
        workspace.shown.connect(self._show_subsystem)
        workspace.help_wanted.connect(self._show_help)
        workspace.suggested.connect(self.type)
        workspace.noticed.connect(self._show_notice)
        workspace.notice_over.connect(self._window.notices.drop)
        workspace.playbook_changed.connect(self._show_going)
        workspace.failed.connect(self._show_failure)
        workspace.said.connect(self._show_said)

    def _connect_intents(self) -> None:
        workspace = self._workspace
        self.command.typed.connect(self._typed)
        self.command.submitted.connect(self._submitted)
        self.command.completion_wanted.connect(self._complete)
        self.preview.take_command.connect(self.type)
        self.preview.subsystem_chosen.connect(self._show_subsystem)
        self.preview.said.connect(workspace.tell)
        self.preview.confirm_bar.confirmed.connect(workspace.confirm)
        self.preview.confirm_bar.refused.connect(self.command.reply)
        self.execution.command.connect(self.run)
        self.journal.command.connect(self.run)
        self.playbooks.take_command.connect(self.type)
        self.audit.wanted.connect(self._audit)
        self.audit.take_command.connect(self.type)
        self.auditing.went_on.connect(self.audit.show_step)
        self.auditing.ended.connect(self.audit.show_report)
        self.auditing.failed.connect(self.audit.show_failure)
        self.fleet.take_command.connect(workspace.suggested)
        self.fleet.said.connect(workspace.tell)
        self.fleet.lit_chosen.connect(self._light_on_map)
        self.topology.selected.connect(self._light)
        self.topology.moved.connect(self._keep_positions)
        self.topology.activated.connect(self._subsystem_activated)
        self.topology.failed.connect(self._show_failure)
        self._window.notices.taken.connect(self.run)
        self.escape.first.connect(self.execution.hint_escape)
        self.escape.stop.connect(self._stop)
        application = QApplication.instance()
        if application is not None:
            application.installEventFilter(self.escape)

    def type(self, text: str) -> None:
        """Put text into the command line, as if it was typed."""
        self.command.set_text(text)
        self.command.setFocus()

    def run(self, text: str) -> None:
        """Do what a button's command text says: controls act at once, everything else is typed and previewed."""
        if text in ("stop", "pause", "resume"):
            self._workspace.control(text)
            return
        self.type(text)
        if text == "undo" and self._workspace.desk.is_running:
            self._workspace.submit(text)

    def remember(self) -> None:
        """Keep what should outlive the session."""
        history = tuple(self.command.history())
        self._settings.change(history=history, positions=self._positions())

    def _keep_positions(self) -> None:
        self._settings.change(positions=self._positions())

    def _positions(self) -> dict[str, dict[str, tuple[float, float]]]:
        state = self._workspace.state
        if state is None:
            return self._settings.value.positions
        return {**self._settings.value.positions, state.region.name: self.topology.positions()}

    def set_theme(self, name: str) -> None:
        """Change the theme of everything."""
        self._theme = theme = load_theme(name)
        self._window.set_theme(theme)
        for panel in (self.topology, self.command, self.preview, self.execution, *self._pages):
            panel.set_theme(theme)
        self._settings.change(theme=name)

    def _show_region(self, state: State) -> None:
        self._window.notices.drop(MESSAGE)
        self.topology.show_region(state.region)
        kept = self._settings.value.positions.get(state.region.name)
        if kept:
            self.topology.restore_positions({name: (place[0], place[1]) for name, place in kept.items()})
        self._workspace.read_entries()
        self._show_entries()

    def _show_state(self, state: State) -> None:
        self._window.show_reading(self._strip(state))
        labels = {subsystem.name: subsystem.label for subsystem in state.region.subsystems}
        self.preview.show_calm(headroom_rows(state), labels)
        self.topology.show_capacity(readings(state, self._workspace.plan))
        self.execution.show_time(state.time)

    def _strip(self, state: State) -> StripReading:
        return strip_reading(state, self._workspace.feed, self._workspace.desk.name)

    def _begun(self, text: str) -> None:
        """A plan is being carried out: the line is free for the next command."""
        self.command.remember(text)
        self.command.set_text("")
        self.command.setFocus()

    def _show_plan(self, plan: Plan | None) -> None:
        obstacle = self._workspace.obstacle()
        self.preview.confirm_bar.set_obstacle(obstacle)
        self.preview.show_plan(plan)
        self.command.offer_largest_safe(self.preview.largest_safe())
        self.command.show_sentence(*hint(plan, self._workspace.reading, obstacle))
        self.topology.show_codes(codes_of(plan))
        state = self._workspace.state
        if state is not None:
            self.topology.show_capacity(readings(state, plan))

    def _show_progress(self, progress: Progress | None) -> None:
        state = self._workspace.state
        pace = None if state is None else state.region.policy.pace_per_minute
        self.preview.confirm_bar.set_obstacle(self._workspace.obstacle())
        self.execution.show_progress(progress, None if state is None else state.time, pace)

    def _show_entries(self) -> None:
        state = self._workspace.state
        if state is not None:
            self.journal.show_entries(self._workspace.entries, state.region.time_zone)

    def _show_answer(self, answer: Answer) -> None:
        self.preview.show_message(answer)

    def _show_help(self, verb: str) -> None:
        self.preview.show_message(help_page(verb))

    def _show_subsystem(self, name: str) -> None:
        self.topology.select(name)
        self._light(self.topology.selection or "")

    def _light(self, name: str) -> None:
        """Let the servers of a subsystem stand out on the fleet map; a closed box has none of its own."""
        state = self._workspace.state
        self.fleet.light(name if state is not None and name in state.region.index else "")

    def _light_on_map(self, name: str) -> None:
        """What stands out on the map is what is selected in the topology, even where a closed box stands for it there."""
        self.topology.select(name or None)
        self.fleet.light(name)

    def _subsystem_activated(self, name: str) -> None:
        self.type(f"explain {name}")
        self._submitted(f"explain {name}")

    def _show_going(self, going: Going) -> None:
        current = going.step.number if going.step is not None else None
        self.playbooks.show_run(going.run, current, {done.number: done.sentence for done in going.done})

    def _show_notice(self, notice: Notice) -> None:
        self._say(notice.kind, notice.text)
        self._window.notices.show_notice(notice)

    def _show_failure(self, sentence: str) -> None:
        self._say("alarm", sentence)
        self._window.notices.show_notice(Notice(MESSAGE, sentence, "alarm"))

    def _show_said(self, sentence: str) -> None:
        self._say("note", sentence)
        self.command.reply(sentence)

    def _say(self, kind: str, sentence: str) -> None:
        self.messages.append(self._clock(), kind, sentence)

    def _clock(self) -> str:
        state = self._workspace.state
        if state is None:
            return datetime.now(UTC).strftime("%H:%M:%S UTC")
        return (
            datetime.fromtimestamp(state.time, UTC).astimezone(words.zone(state.region.time_zone)).strftime("%H:%M:%S")
        )

    def _typed(self, text: str) -> None:
        self._window.notices.drop(MESSAGE)
        # What is on show is the plan of another text, until the next one is made.
        self.preview.confirm_bar.set_current(False)
        if text:
            self.preview.show_message(None)
        self._workspace.type(text)

    def _submitted(self, text: str) -> None:
        self._workspace.submit(text)
        command = self._workspace.reading.command
        if command is not None:
            self.command.remember(text)
            self._settings.change(history=tuple(self.command.history()))
        if isinstance(command, Control) and self.command.text() == text:
            # It is done; what is typed next is another command.
            self.command.set_text("")

    def _complete(self, cursor: int) -> None:
        self.command.show_completions(self._workspace.completions(cursor))

    def _stop(self) -> None:
        self._workspace.control("stop")

    def _chosen(self, action: str) -> None:
        """Do what a menu or a key says."""
        command = next((entry.command for entry in ACTIONS if entry.id == action), "")
        handlers: dict[str, Callable[[], object]] = {
            "command": self._go_to_command,
            "confirm": self.preview.confirm_bar.try_confirm,
            "copy_servers": self.preview.copy_servers,
            "quit": self._window.close,
            "topology": self.topology.setFocus,
            "preview": self.preview.setFocus,
            "fleet_map": lambda: self._window.show_tab("Fleet map"),
            "journal": lambda: self._window.show_tab("Journal"),
            "playbooks": lambda: self._window.show_tab("Playbooks"),
            "audit": lambda: self._window.show_tab("Audit"),
            "messages": lambda: self._window.show_tab("Messages"),
            "incidents": self._choose_incident,
            "record": self._choose_folder,
            "find": self.topology.open_find,
            "fit": self.topology.fit,
            "layout": self.topology.reset_layout,
            "save_topology": self._save_topology,
            "theme": lambda: self.set_theme("day" if self._theme.is_dark else "night"),
            "scale": self._next_scale,
            "keyboard": self._next_keyboard,
            "motion": self._change_motion,
            "full_screen": self._change_full_screen,
            "help": lambda: self._show_help(""),
        }
        handler = handlers.get(action)
        if handler is not None:
            handler()
        elif command:
            self.run(command)

    def _save_topology(self) -> None:
        """Ask where to and how large, and save; the console goes on meanwhile."""
        from console.panels.topology.drawing.saving import ask_where

        state = self._workspace.state
        if state is None or self.topology.scene is None:
            self._show_failure("There is no topology to save yet: wait until the region is loaded.")
            return
        ask_where(
            self._window,
            f"{state.region.name}-topology",
            self.topology.picture_size(),
            lambda path, size: self._write_topology(Path(path), size),
        )

    def _write_topology(self, out: Path, size: QSize) -> None:
        state = self._workspace.state
        if state is None:
            return
        from console.panels.topology.drawing.saving import SaveError

        try:
            self.topology.save(out, caption_of(state, self._clock()), size)
        except SaveError as error:
            self._show_failure(f"The topology was not saved: {error}.")
        else:
            self._show_said(f"The topology is in {out}, {size.width():,} × {size.height():,}.")

    def _choose_incident(self) -> None:
        """Let the operator choose an incident; it opens in a program of its own, which cannot reach this one's region."""
        self.picker = IncidentPicker(self._theme, self._window)
        self.picker.chosen.connect(self._open_incident)
        self.picker.open()

    def _choose_folder(self) -> None:
        dialog = QFileDialog(self._window, "Save the session as an incident: name a new folder")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self.save_session)
        dialog.open()

    def save_session(self, folder: str) -> None:
        """Save what happened since the region was loaded as the folder of an incident."""
        workspace = self._workspace
        if workspace.recorder is None:
            self._show_failure("The region is not loaded yet, so there is nothing to save.")
            return
        description = self.description or description_path(workspace.feed.name)
        try:
            save_session(workspace.recorder, description, Path(folder), workspace.feed.now())
        except NotSavedError as error:
            self._show_failure(str(error))
            return
        cut = " It was so long that its end is missing." if workspace.recorder.full else ""
        self._show_said(f"Saved: {folder}; underkeel replay shows it.{cut}")

    def _open_incident(self, name: str) -> None:
        if not open_apart(name):
            self._show_failure(f"The replay of {name} could not be started; in a terminal: underkeel replay {name}")

    def _go_to_command(self) -> None:
        self.command.setFocus()
        self.command.editor.selectAll()

    def _next_scale(self) -> None:
        position = SCALES.index(self._settings.value.scale)
        scale = SCALES[(position + 1) % len(SCALES)]
        self._settings.change(scale=scale)
        self._show_said(f"Scale {scale} % from the next start on; choose again for the next step.")

    def _audit(self) -> None:
        self.auditing.begin(self._settings.value.keyboard)

    def _next_keyboard(self) -> None:
        name = KEYBOARDS[(KEYBOARDS.index(self._settings.value.keyboard) + 1) % len(KEYBOARDS)]
        self._settings.change(keyboard=name)
        self._workspace.set_keyboard(name)
        self._show_said(f"Slips are looked for on a {LAYOUTS[name].title} keyboard; choose again for the next one.")

    def _change_motion(self) -> None:
        reduced = not self._settings.value.reduced_motion
        self._settings.change(reduced_motion=reduced)
        self.preview.set_reduced_motion(reduced)
        self._show_said("Motion is reduced." if reduced else "Motion is shown.")

    def _change_full_screen(self) -> None:
        if self._window.isFullScreen():
            self._window.showNormal()
        else:
            self._window.showFullScreen()
