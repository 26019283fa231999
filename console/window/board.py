"""Connects the panels and the workspace: one view a frame goes down, intents come up."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication

from console.kit.theme import Theme, load_theme
from console.panels.audit.auditing import Auditing
from console.window.actions import ACTIONS, ActionEntry
from console.window.desktop.context_menus import ContextMenus, Deeds
from console.window.desktop.desktop_choices import DesktopChoices
from console.window.desktop.less_motion import follow_motion
from console.window.frame.not_read import NotReadView
from console.window.help_page import help_page
from console.window.lower_panels import LOWER_PANELS, PanelEntry
from console.window.main_window import MainWindow
from console.window.settings import SettingsStore
from console.window.showing.announcer import Announcer
from console.window.showing.console_panels import ConsolePanels
from console.window.showing.escaping import Escaping
from console.window.showing.kept_positions import KeptPositions
from console.window.showing.keys_elsewhere import KeysElsewhere
from console.window.showing.linked_selection import LinkedSelection
from console.window.showing.notice_presenter import NoticePresenter
from console.window.showing.view_presenter import ViewPresenter
from console.window.window_choices import WindowChoices, caption_of, clock_of
from console.window.workspace import Workspace
from topology.command.grammar.syntax import Control, Explain, Headroom, Help, Remove, Show, StopOf
from topology.fleet.state import State
from topology.playbook.run import PlaybookRun


class Board(QObject):
    """Installs the panels in the window and passes views and intents between them and the workspace."""

    more_actions: tuple[ActionEntry, ...] = ()
    """Actions besides those of every window."""

    def __init__(
        self,
        window: MainWindow,
        workspace: Workspace,
        settings: SettingsStore,
        theme: Theme,
        lower: tuple[PanelEntry, ...] = LOWER_PANELS,
        *,
        presenter: Callable[[MainWindow, ConsolePanels], ViewPresenter] = ViewPresenter,
    ) -> None:
        super().__init__(window)
        self.workspace = workspace
        self._window, self._settings, self._theme = window, settings, theme
        self.panels = ConsolePanels(theme, workspace, lower, reduced_motion=settings.value.reduced_motion)
        self.presenter = presenter(window, self.panels)
        self.topology, self.command = self.panels.topology, self.panels.command
        self.preview, self.execution = self.panels.preview, self.panels.execution
        self.fleet, self.journal = self.panels.fleet, self.panels.journal
        self.playbooks, self.messages, self.lower = self.panels.playbooks, self.panels.messages, self.panels.lower
        self.auditing = Auditing(workspace.jobs, lambda: workspace.state, self)
        self.escaping = Escaping(self, self.panels)
        self.escape = self.escaping.filter
        self.selection = LinkedSelection(self.topology, self.fleet, lambda: workspace.state)
        self.positions = KeptPositions(self.topology.arrangement, settings, lambda: workspace.state)
        self.telling = NoticePresenter(window.notices, self.command, self.messages, lambda: clock_of(workspace.state))
        self.choices = WindowChoices(
            window, workspace, settings, self.topology, lambda: self._theme, self.preview.set_reduced_motion
        )
        self.desktop = DesktopChoices(
            window,
            workspace,
            settings,
            self.panels,
            self.set_theme,
            lambda state: caption_of(state, clock_of(state)),
        )
        self.announcer = Announcer(window)
        self.panels.install(window)
        self.desktop.type_text, self.desktop.choose = self.type, self.choices.take_preference
        self.choices.desktop = self.desktop
        self.actions = self.desktop.make_menus(self.choose, self.more_actions, self.choices.open_apart)
        self.command.past.set(list(settings.value.history))
        workspace.set_keyboard(settings.value.keyboard)
        workspace.shows_preview = settings.value.shows_preview
        self.keys_elsewhere = KeysElsewhere(self.command.saying, self.panels.with_letters())
        self.not_read = NotReadView(theme)
        window.cover(self.not_read)
        self._connect_values()
        self._connect_intents()
        self.context = ContextMenus(self.panels, Deeds(self.type, self._ask, self.choose, self.selection.light_on_map))
        QTimer.singleShot(0, self, partial(follow_motion, self, settings, self.preview.set_reduced_motion))
        # A window that has the focus already gives it to the first panel that is shown, and they are shown only later.
        QTimer.singleShot(0, self.command, self.command.setFocus)

    def _connect_values(self) -> None:
        workspace, telling = self.workspace, self.telling
        workspace.region_changed.connect(self._show_region)
        workspace.view_changed.connect(self.presenter.show)
        workspace.reading_changed.connect(self.command.saying.show_reading)
        workspace.begun.connect(self._begun)
        workspace.entries_changed.connect(self._show_entries)
        workspace.answered.connect(self.preview.show_message)
        workspace.answer_over.connect(self.preview.take_back)
        workspace.shown.connect(self.topology.going.go_to)
        workspace.help_wanted.connect(self._show_help)
        workspace.suggested.connect(self.type)
        workspace.noticed.connect(telling.show_notice)
        workspace.notice_over.connect(self._window.notices.drop)
        workspace.playbook_changed.connect(self._show_going)
        workspace.failed.connect(telling.show_failure)
        workspace.failed.connect(self.announcer.fail)
        workspace.view_changed.connect(self.announcer.see)
        self.announcer.hear_list(self.command.completing.list)
        workspace.unreadable.connect(self.not_read.show_reason)
        workspace.unreadable.connect(self.presenter.show_unreadable)
        workspace.unreadable.connect(telling.note_alarm)
        workspace.said.connect(telling.show_said)

    def _connect_intents(self) -> None:
        workspace, audit = self.workspace, self.panels.audit
        self.command.typed.connect(self._typed)
        self.command.submitted.connect(self._submitted)
        self.command.completing.wanted.connect(self._complete)
        self.preview.take_command.connect(self.type)
        self.preview.subsystem_chosen.connect(self.selection.show)
        self.preview.said.connect(workspace.tell)
        self.preview.answer.asked_anew.connect(workspace.answer)
        self.preview.confirm_bar.confirmed.connect(workspace.acts.confirm)
        self.preview.confirm_bar.refused.connect(self.command.saying.reply)
        self.execution.command.connect(self.run)
        self.panels.run.go_on.connect(self.type)
        self.panels.others.stop.connect(workspace.acts.decide)
        self.panels.others.command.connect(self.type)
        self.auditing.went_on.connect(audit.show_step)
        self.auditing.ended.connect(audit.show_report)
        self.auditing.failed.connect(audit.show_failure)
        for entry, panel in self.lower.values():
            entry.connect(panel, self)
        self.topology.selected.connect(self.selection.light)
        self.topology.arrangement.moved.connect(self.positions.keep)
        self.topology.activated.connect(lambda name: self._ask(f"explain {name}"))
        self.topology.arrangement.failed.connect(self.telling.show_failure)
        self._window.notices.taken.connect(self.run)
        self._window.let_type(self.command.begin_with)
        self._window.detaching.lettered.connect(self._window.take_letter)
        self._window.dropped.connect(self.choices.open_apart)
        self.not_read.again.connect(workspace.follower.retry)
        self.not_read.other.connect(self.choices.open_region)
        self._window.strip.alarms_wanted.connect(lambda: self.choose("alarms"))
        self._window.strip.trouble_wanted.connect(self.topology.hand.go_to_worst)
        self.escape.stop.connect(self.stop)
        application = QApplication.instance()
        if application is not None:
            application.installEventFilter(self.escape)

    # ---- values down ------------------------------------------------------------------------------------------------

    def _show_region(self, state: State) -> None:
        self.telling.forget_failure()
        self.command.saying.reply("")  # what was said of the text was of no region
        self.not_read.hide()
        self.topology.show_region(state.region)
        self.positions.bring_back(state.region.name)
        self.workspace.read_entries()
        self._show_entries()

    def _show_entries(self) -> None:
        state = self.workspace.state
        if state is not None:
            self.journal.show_entries(self.workspace.desk.history.entries, state.region.time_zone)

    def _show_help(self, verb: str) -> None:
        self.preview.show_message(help_page(verb))

    def _begun(self, text: str) -> None:
        """A plan is being carried out: the line is free for the next command, or stays for the next stage of the same."""
        self.command.past.remember(text)
        command = self.workspace.bench.work.reading.command
        if not isinstance(command, Remove) or command.by is None:
            self.command.set_text("")
        self.command.setFocus()

    def _show_going(self, going: PlaybookRun) -> None:
        current = going.step.number if going.step is not None else None
        self.playbooks.show_run(going.run, current, {done.number: done.sentence for done in going.done})
        self.panels.run.show_run(going, str(going.command(self.workspace.bench.vocabulary)))

    # ---- intents up -------------------------------------------------------------------------------------------------

    def type(self, text: str) -> None:
        """Put text into the command line, as if it was typed; what stood there is kept in the history."""
        if self.command.text() not in ("", text):
            self.command.past.remember(self.command.text())
        self.command.set_text(text)
        self.command.setFocus()

    def run(self, text: str) -> None:
        """Do what a button's command text says: controls act at once, everything else is typed and previewed."""
        if text in ("stop", "pause", "resume"):
            self.workspace.acts.control(text)
            return
        self.type(text)

    def stop(self) -> None:
        """Stop what is being carried out, here or elsewhere: asked anew, for what is shown of others may be a moment old."""
        self.workspace.acts.control("stop")

    def audit(self) -> None:
        """Begin an audit of the playbooks against the region as it is now."""
        self.auditing.begin(self._settings.value.keyboard)

    def choose(self, action: str) -> None:
        """Do what a menu or a key says."""
        handlers: dict[str, Callable[[], object]] = {
            **self.choices.handlers(),
            **self.desktop.handlers(),
            **{name: partial(self._window.show_tab, entry.title) for name, (entry, _) in self.lower.items()},
            "command": self.command.take_keys,
            "confirm": lambda: self.workspace.page.confirm() or self.preview.confirm_bar.try_confirm(),
            "copy_servers": self.preview.copy_servers,
            "quit": self._window.close,
            "topology": self.topology.setFocus,
            "preview": self.preview.setFocus,
            "find": self.topology.hand.open_find,
            "fit": self.topology.viewport.fit,
            "layout": self.topology.hand.reset_layout,
            "help": lambda: self._show_help(""),
        }
        command = next((entry.command for entry in ACTIONS if entry.id == action), "")
        handler = handlers.get(action)
        if handler is not None:
            handler()
        elif command:
            self.run(command)

    def set_theme(self, name: str) -> None:
        """Paint everything in the theme with this name."""
        self._theme = theme = load_theme(name)
        self._window.set_theme(theme)
        self.panels.set_theme(theme)
        self.not_read.set_theme(theme)

    def remember(self) -> None:
        """Keep what should outlive the session."""
        self._settings.change(history=tuple(self.command.past.texts()), positions=self.positions.now())

    def light_on_map(self, name: str) -> None:
        """Let a subsystem stand out, in the topology and on the map."""
        self.selection.light_on_map(name)

    def _ask(self, question: str) -> None:
        self.type(question)
        self._submitted(question)

    def _typed(self, text: str) -> None:
        self.telling.forget_failure()
        self.execution.fold(bool(text))
        # What is on show is the plan of another text, until the next one is made.
        self.preview.confirm_bar.set_current(False)
        self.workspace.type(text)

    def _submitted(self, text: str) -> None:
        self.workspace.submit(text)
        command = self.workspace.bench.work.reading.command
        if command is not None:
            self.command.past.remember(text)
            self._settings.change(history=tuple(self.command.past.texts()))
        if isinstance(command, Control | StopOf) and self.command.text() == text:
            # It is done; what is typed next is another command.
            self.command.set_text("")
        elif isinstance(command, Headroom | Explain | Help | Show) and self.command.text() == text:
            # It is answered: the next key takes the place of the question.
            self.command.editor.selectAll()

    def _complete(self, cursor: int) -> None:
        self.command.completing.show_offers(self.workspace.bench.completions(cursor))
