"""Places the panels and connects them to the workspace: one view a frame goes down, intents come up."""

from collections.abc import Callable
from typing import cast

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication, QWidget

from console.kit.theme import Theme, load_theme
from console.operating.notice import Notice
from console.operating.strip import StripReading
from console.operating.view import View
from console.panels.audit.auditing import Auditing
from console.panels.audit.panel import AuditPanel
from console.panels.command_line.hints import hint
from console.panels.command_line.line import CommandLine
from console.panels.execution.escape import EscapeTwice
from console.panels.execution.panel import ExecutionPanel
from console.panels.fleet_map.page import FleetMapPage
from console.panels.journal.panel import JournalPanel
from console.panels.playbooks.panel import PlaybookPanel
from console.panels.preview.panel import PreviewPanel
from console.panels.topology.cards.readings import readings
from console.panels.topology.view import TopologyView
from console.window.actions import ACTIONS, ActionEntry, menu_for
from console.window.frame.messages import MessagesPanel
from console.window.frame.side_panel import SidePanel
from console.window.help_page import help_page
from console.window.lower_panels import LOWER_PANELS, PanelEntry
from console.window.main_window import MainWindow
from console.window.settings import SettingsStore
from console.window.window_choices import WindowChoices, clock_of
from console.window.workspace import Workspace
from console.words.plan_rows import headroom_rows
from topology.command.grammar.syntax import Control
from topology.fleet.state import State
from topology.planning.answers import TitledAnswer
from topology.planning.plan import Plan
from topology.playbook.run import PlaybookRun

MESSAGE = "message"
"""Key of the notice that shows the last failure."""


def codes_of(plan: Plan | None) -> dict[str, tuple[str, ...]]:
    """Give the codes of the findings about each subsystem, for finding them in the topology."""
    codes: dict[str, tuple[str, ...]] = {}
    for finding in plan.findings if plan is not None else ():
        if finding.subsystem is not None:
            codes[finding.subsystem] = (*codes.get(finding.subsystem, ()), finding.code)
    return codes


class Board(QObject):
    """Makes every panel, installs them in the window and passes views and intents between them and the workspace."""

    more_actions: tuple[ActionEntry, ...] = ()
    """Actions besides those of every window."""

    def __init__(
        self,
        window: MainWindow,
        workspace: Workspace,
        settings: SettingsStore,
        theme: Theme,
        lower: tuple[PanelEntry, ...] = LOWER_PANELS,
    ) -> None:
        super().__init__(window)
        self.workspace = workspace
        self.view: View | None = None
        self._window = window
        self._settings = settings
        self._theme = theme
        self.topology = TopologyView(theme)
        self.command = CommandLine(theme)
        self.preview = PreviewPanel(theme, reduced_motion=settings.value.reduced_motion)
        self.execution = ExecutionPanel(theme)
        self.auditing = Auditing(workspace.jobs, lambda: workspace.state, self)
        self.escape = EscapeTwice(self)
        self.side = SidePanel(self.execution, self.preview)
        self.lower = {entry.id: (entry, entry.make(theme, workspace)) for entry in lower}
        self.choices = WindowChoices(
            window, workspace, settings, self.topology, lambda: self._theme, self.preview.set_reduced_motion
        )
        self._install()
        self.command.past.set(list(settings.value.history))
        workspace.set_keyboard(settings.value.keyboard)
        self._connect_values()
        self._connect_intents()
        # A window that has the focus already gives it to the first panel that is shown, and they are shown only later.
        QTimer.singleShot(0, self.command, self.command.setFocus)

    @property
    def fleet(self) -> FleetMapPage:
        """The fleet map."""
        return cast("FleetMapPage", self.lower["fleet_map"][1])

    @property
    def journal(self) -> JournalPanel:
        """The journal."""
        return cast("JournalPanel", self.lower["journal"][1])

    @property
    def playbooks(self) -> PlaybookPanel:
        """The playbooks."""
        return cast("PlaybookPanel", self.lower["playbooks"][1])

    @property
    def messages(self) -> MessagesPanel:
        """Every message of the session."""
        return cast("MessagesPanel", self.lower["messages"][1])

    def pages(self) -> tuple[QWidget, ...]:
        """Give the panels of the lower row, in the order of their tabs."""
        return tuple(panel for _, panel in self.lower.values())

    def _install(self) -> None:
        window, tabs = self._window, tuple((entry.title, panel) for entry, panel in self.lower.values())
        window.install(self.topology, self.command, self.side, tabs)
        pages = (window.tabs.tabBar(), *self.pages())
        window.set_tab_order((window.notices, self.command, self.preview, self.execution, *pages, self.topology))
        bar, self.actions = menu_for(window, self.choose, self.more_actions)
        window.setMenuBar(bar)

    def _connect_values(self) -> None:
        workspace = self.workspace
        workspace.region_changed.connect(self._show_region)
        workspace.view_changed.connect(self.show_view)
        workspace.reading_changed.connect(self.command.saying.show_reading)
        workspace.begun.connect(self._begun)
        workspace.entries_changed.connect(self._show_entries)
        workspace.answered.connect(self._show_answer)
        workspace.shown.connect(self.show_subsystem)
        workspace.help_wanted.connect(self._show_help)
        workspace.suggested.connect(self.type)
        workspace.noticed.connect(self._show_notice)
        workspace.notice_over.connect(self._window.notices.drop)
        workspace.playbook_changed.connect(self._show_going)
        workspace.failed.connect(self._show_failure)
        workspace.said.connect(self._show_said)

    def _connect_intents(self) -> None:
        workspace, audit = self.workspace, cast("AuditPanel", self.lower["audit"][1])
        self.command.typed.connect(self._typed)
        self.command.submitted.connect(self._submitted)
        self.command.completing.wanted.connect(self._complete)
        self.preview.take_command.connect(self.type)
        self.preview.subsystem_chosen.connect(self.show_subsystem)
        self.preview.said.connect(workspace.tell)
        self.preview.confirm_bar.confirmed.connect(workspace.acts.confirm)
        self.preview.confirm_bar.refused.connect(self.command.saying.reply)
        self.execution.command.connect(self.run)
        self.auditing.went_on.connect(audit.show_step)
        self.auditing.ended.connect(audit.show_report)
        self.auditing.failed.connect(audit.show_failure)
        for entry, panel in self.lower.values():
            entry.connect(panel, self)
        self.topology.selected.connect(self._light)
        self.topology.arrangement.moved.connect(self._keep_positions)
        self.topology.activated.connect(self._subsystem_activated)
        self.topology.arrangement.failed.connect(self._show_failure)
        self._window.notices.taken.connect(self.run)
        self.escape.first.connect(self.execution.hint_escape)
        self.escape.stop.connect(self.stop)
        application = QApplication.instance()
        if application is not None:
            application.installEventFilter(self.escape)

    # ---- values down ------------------------------------------------------------------------------------------------

    def show_view(self, view: View) -> None:
        """Show one view everywhere."""
        before, self.view = self.view, view
        if before is None or view.state is not before.state:
            self._show_state(view)
        self._show_work(view)
        if before is None or view.progress != before.progress:
            self._show_progress(view)
        if before is None or view.neighbourhood is not before.neighbourhood:
            self.preview.show_neighbourhood(view.neighbourhood)
        for entry, panel in self.lower.values():
            entry.show(panel, view)

    def _show_state(self, view: View) -> None:
        state = view.state
        self._window.show_reading(self.strip_of(view))
        self.preview.show_calm(headroom_rows(state), {one.name: one.label for one in state.region.subsystems})
        self.execution.show_time(state.time)

    def strip_of(self, view: View) -> StripReading:
        """Give what the strip says."""
        return view.strip

    def _show_work(self, view: View) -> None:
        plan = view.work.plan
        self.preview.confirm_bar.set_obstacle(view.obstacle)
        self.preview.show_plan(plan)
        self.command.largest = self.preview.largest_safe()
        self.command.saying.show_sentence(*hint(plan, view.work.reading, view.obstacle))
        self.topology.finder.codes = codes_of(plan)
        self.topology.show_capacity(readings(view.state, plan))

    def _show_progress(self, view: View) -> None:
        self.execution.show_progress(view.progress, view.state.time, view.state.region.policy.pace_per_minute)

    def _show_region(self, state: State) -> None:
        self._window.notices.drop(MESSAGE)
        self.topology.show_region(state.region)
        kept = self._settings.value.positions.get(state.region.name)
        if kept:
            self.topology.arrangement.restore({name: (place[0], place[1]) for name, place in kept.items()})
        self.workspace.read_entries()
        self._show_entries()

    def _show_entries(self) -> None:
        state = self.workspace.state
        if state is not None:
            self.journal.show_entries(self.workspace.desk.entries, state.region.time_zone)

    def _show_answer(self, answer: TitledAnswer) -> None:
        self.preview.show_message(answer)

    def _show_help(self, verb: str) -> None:
        self.preview.show_message(help_page(verb))

    def _begun(self, text: str) -> None:
        """A plan is being carried out: the line is free for the next command."""
        self.command.past.remember(text)
        self.command.set_text("")
        self.command.setFocus()

    def _show_going(self, going: PlaybookRun) -> None:
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
        self.command.saying.reply(sentence)

    def _say(self, kind: str, sentence: str) -> None:
        self.messages.append(clock_of(self.workspace.state), kind, sentence)

    # ---- intents up -------------------------------------------------------------------------------------------------

    def type(self, text: str) -> None:
        """Put text into the command line, as if it was typed."""
        self.command.set_text(text)
        self.command.setFocus()

    def run(self, text: str) -> None:
        """Do what a button's command text says: controls act at once, everything else is typed and previewed."""
        if text in ("stop", "pause", "resume"):
            self.workspace.acts.control(text)
            return
        self.type(text)
        if text == "undo" and self.workspace.desk.is_running:
            self.workspace.submit(text)

    def stop(self) -> None:
        """Stop what is being carried out."""
        self.workspace.acts.control("stop")

    def audit(self) -> None:
        """Begin an audit of the playbooks against the region as it is now."""
        self.auditing.begin(self._settings.value.keyboard)

    def choose(self, action: str) -> None:
        """Do what a menu or a key says."""
        handlers: dict[str, Callable[[], object]] = {
            **self.choices.handlers(),
            **{name: lambda entry=entry: self._window.show_tab(entry.title) for name, (entry, _) in self.lower.items()},  # type: ignore[misc]
            "command": self._go_to_command,
            "confirm": self.preview.confirm_bar.try_confirm,
            "copy_servers": self.preview.copy_servers,
            "quit": self._window.close,
            "topology": self.topology.setFocus,
            "preview": self.preview.setFocus,
            "find": self.topology.hand.open_find,
            "fit": self.topology.viewport.fit,
            "layout": self.topology.hand.reset_layout,
            "theme": lambda: self.set_theme("day" if self._theme.is_dark else "night"),
            "help": lambda: self._show_help(""),
        }
        command = next((entry.command for entry in ACTIONS if entry.id == action), "")
        handler = handlers.get(action)
        if handler is not None:
            handler()
        elif command:
            self.run(command)

    def set_theme(self, name: str) -> None:
        """Change the theme of everything."""
        self._theme = theme = load_theme(name)
        self._window.set_theme(theme)
        for panel in (self.topology, self.command, self.preview, self.execution, *self.pages()):
            panel.set_theme(theme)  # type: ignore[attr-defined]
        self._settings.change(theme=name)

    def remember(self) -> None:
        """Keep what should outlive the session."""
        self._settings.change(history=tuple(self.command.past.texts()), positions=self._positions())

    def show_subsystem(self, name: str) -> None:
        """Bring a subsystem into view, here and on the fleet map."""
        self.topology.look.select(name)
        self._light(self.topology.look.selection or "")

    def light_on_map(self, name: str) -> None:
        """What stands out on the map is what is selected in the topology, even where a closed box stands for it there."""
        self.topology.look.select(name or None)
        self.fleet.light(name)

    def _light(self, name: str) -> None:
        """Let the servers of a subsystem stand out on the fleet map; a closed box has none of its own."""
        state = self.workspace.state
        self.fleet.light(name if state is not None and name in state.region.index else "")

    def _subsystem_activated(self, name: str) -> None:
        self.type(f"explain {name}")
        self._submitted(f"explain {name}")

    def _typed(self, text: str) -> None:
        self._window.notices.drop(MESSAGE)
        # What is on show is the plan of another text, until the next one is made.
        self.preview.confirm_bar.set_current(False)
        if text:
            self.preview.show_message(None)
        self.workspace.type(text)

    def _submitted(self, text: str) -> None:
        self.workspace.submit(text)
        command = self.workspace.bench.work.reading.command
        if command is not None:
            self.command.past.remember(text)
            self._settings.change(history=tuple(self.command.past.texts()))
        if isinstance(command, Control) and self.command.text() == text:
            # It is done; what is typed next is another command.
            self.command.set_text("")

    def _complete(self, cursor: int) -> None:
        self.command.completing.show_offers(self.workspace.bench.completions(cursor))

    def _go_to_command(self) -> None:
        self.command.setFocus()
        self.command.editor.selectAll()

    def _keep_positions(self) -> None:
        self._settings.change(positions=self._positions())

    def _positions(self) -> dict[str, dict[str, tuple[float, float]]]:
        state = self.workspace.state
        if state is None:
            return self._settings.value.positions
        return {**self._settings.value.positions, state.region.name: self.topology.arrangement.positions()}
