"""The window of a replay: the console's panels, and besides them the timeline, the scenario and the debrief."""

import time
from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QTimer

from console.kit.theme import Theme
from console.operating.incidents.scores import Scores
from console.operating.incidents.standing import StandingFile
from console.operating.training.desk import TrainingDesk
from console.operating.training.spans import spans_of_record, spans_of_run
from console.operating.training.training import SavedMoment
from console.panels.debrief.debrief_view import DebriefView
from console.panels.scenario.scenario import ScenarioPane
from console.panels.timeline.player import Player
from console.panels.timeline.timeline_page import TimelinePage
from console.window.actions import REPLAY_ACTIONS
from console.window.board import Board
from console.window.frame.offering import offer_choices
from console.window.main_window import MainWindow
from console.window.replay.comparing import Comparing
from console.window.replay.debriefing import Debriefing
from console.window.replay.replay_presenter import ReplayPresenter
from console.window.replay.replay_workspace import TrainingWorkspace
from console.window.replay.station.joined_window import JoinedWindow
from console.window.replay.station.joining import JoinedRun
from console.window.replay.station.station import Station
from console.window.replay.teaching import Teaching
from console.window.replay.trainee import ask_trainee
from console.window.settings import SettingsStore
from topology.incident.lesson.model import NO_LESSON, Lesson
from topology.incident.model import Decision
from topology.incident.times import clock_text

BACK_S = 300.0
RUN_EVERY_S = 0.25
ENDED = "The incident is over: Ctrl+D shows the debrief."
NOT_HERE = ("journal", "pause", "resume")
"""Actions that a replay has no use for: it writes no journal, and its clock is its pause."""


class ReplayBoard(Board):
    """Puts a training on show. What is typed goes to its workspace, and the clock to its player."""

    more_actions = REPLAY_ACTIONS

    def __init__(
        self,
        window: MainWindow,
        workspace: TrainingWorkspace,
        desk: TrainingDesk,
        settings: SettingsStore,
        theme: Theme,
        scores: Scores,
        lesson: Lesson = NO_LESSON,
    ) -> None:
        self.training = workspace.training
        self.player = Player(self.training, window)
        self.timeline = TimelinePage(theme, self.training.incident)
        self.scenario = ScenarioPane(theme, self.training)
        self.debrief = DebriefView(theme)
        training, player = self.training, self.player
        lies: dict[str, int] = {}
        super().__init__(
            window,
            workspace,
            settings,
            theme,
            presenter=lambda at, panels: ReplayPresenter(at, panels, training, player, lies),
        )
        self._space, self._lies = workspace, lies
        self._desk = desk
        self.debriefing = Debriefing(window, self.debrief, training, workspace, scores)
        self.comparing = Comparing(window, self.debrief, training, workspace, self.debriefing)
        self.teaching = Teaching(
            window, theme, training, player, workspace, self.debriefing, lesson, StandingFile(scores.folder)
        )
        self.station = Station(window, theme, training, player, workspace, lies, self._acted)
        self.teaching.extra = self.station.for_debrief
        self.station.directing.marked.connect(partial(self.teaching.mark, by="the instructor"))
        self._kept: SavedMoment | None = None
        self._run_shown = 0.0
        self._elsewhere: JoinedWindow | None = None
        """The run that this window joined, whose clock runs there."""
        self.panels.side.add_below(self.scenario)
        self.panels.side.give_room(to_preview=False)
        tabs = window.tabs
        tabs.removeTab(tabs.indexOf(self.journal))
        tabs.insertTab(0, self.timeline, "Timeline")
        tabs.insertTab(1, self.teaching.page, "Debrief")
        tabs.insertTab(2, self.teaching.lesson, "Lesson")
        tabs.setCurrentIndex(0)
        for name in NOT_HERE:
            self.actions[name].setVisible(False)
            self.actions[name].setEnabled(False)
        own, others = (
            (self.timeline, self.teaching.page, self.teaching.lesson),
            (page for page in self.panels.pages() if page is not self.journal),
        )
        pages = (tabs.tabBar(), *own, *others)
        window.set_tab_order(
            (window.notices, self.command, self.preview, self.execution, self.scenario, *pages, self.topology)
        )
        self._connect_replay()
        self.timeline.view.show_record(spans_of_record(self.training.replay.timeline))
        self.timeline.show_player(self.player)
        self.show_now()
        # The keys that the timeline's hint names are its own; a letter it has no use for still begins a command.
        QTimer.singleShot(0, self.timeline.view, self.timeline.view.setFocus)

    def _connect_replay(self) -> None:
        self.timeline.chosen.connect(self.choose)
        self.timeline.speed_chosen.connect(self.player.set_speed)
        self.timeline.view.wanted.connect(self._scrub)
        self.scenario.chosen.connect(self.choose)
        self.scenario.typed.connect(self.type)
        self.player.moved.connect(self.show_now)
        self.player.changed.connect(self._player_changed)
        self.player.decided.connect(self._decide)
        self.player.ended.connect(partial(self._space.tell, ENDED))
        self.player.refused.connect(self._space.tell)
        self._space.acted.connect(self._acted)
        self.debrief.moment_wanted.connect(self._show_moment)
        self.debrief.wanted.connect(self.open_debrief)
        self.teaching.lesson.page_wanted.connect(self.desktop.show_help)

    # ---- values down ------------------------------------------------------------------------------------------------

    def show_now(self) -> None:
        """Show the moment of the clock everywhere."""
        self.timeline.view.show_time(self.training.now())
        self._show_run()
        self.scenario.show_now()
        self._desk.look()
        self._space.refresh()

    def _show_run(self) -> None:
        """Show the bars of the run; while it plays not at every frame, for all of it is gone through."""
        now = time.monotonic()
        if self.player.is_playing and now - self._run_shown < RUN_EVERY_S:
            return
        self._run_shown = now
        session = self.training.session
        run = () if session is None else spans_of_run(session.branch.course())
        self.timeline.view.show_run(run, self.training.left_at)

    def set_theme(self, name: str) -> None:
        super().set_theme(name)
        self.scenario.set_theme(self._theme)
        self.timeline.set_theme(self._theme)
        self.teaching.set_theme(self._theme)
        self.station.set_theme(self._theme)

    def _player_changed(self) -> None:
        self._show_run()
        self.timeline.show_player(self.player)
        self._space.refresh()

    # ---- intents up -------------------------------------------------------------------------------------------------

    def choose(self, action: str) -> None:
        handlers: dict[str, Callable[[], object]] = {
            "confirm": self._confirm,
            "play": self.player.toggle,
            "previous": lambda: self.player.step(forward=False),
            "next": lambda: self.player.step(forward=True),
            "decision": self.player.to_decision,
            "start": lambda: self._scrub(self.training.incident.starts),
            "end": lambda: self._scrub(self.training.incident.ends),
            "timeline": lambda: self._window.show_tab("Timeline"),
            "take_over": self._take_over,
            "era": self._ask_era,
            "reveal": self.scenario.reveal_decision,
            "debrief": self.open_debrief,
            "compare": self.comparing.offer,
            "trainee": lambda: ask_trainee(self._window, self.training, self._space.tell),
            "lesson": self.teaching.open_lesson,
            "station": self.station.open,
            "share": self.station.share,
            "probe": self.teaching.probing.probe,
            "probes": self.teaching.toggle_probes,
            "future": lambda: _toggle_future(self.timeline, self.scenario, self._space.tell),
            "save_moment": self._save_moment,
            "load_moment": self._load_moment,
            "inject": lambda: self.type("inject "),
            "backtrack": lambda: self._scrub(self.training.now() - BACK_S),
        }
        if self.teaching.probing.is_asking:
            return  # the display is blank until the questions are answered
        if self._elsewhere is not None and self._elsewhere.refuses(action):
            return
        if action.startswith("speed_"):
            self.player.set_speed(int(action.removeprefix("speed_")))
        elif action in handlers:
            handlers[action]()
        else:
            super().choose(action)

    def _confirm(self) -> None:
        """Confirm what is on show; to confirm what is blocked is an act too, and refused."""
        if not (self._space.page.confirm() or self.preview.confirm_bar.try_confirm()):
            self._space.attempt()

    def stop(self) -> None:
        """Escape, twice: it stops a run, and begins none."""
        if self.training.is_run:
            super().stop()

    def _scrub(self, moment: float) -> None:
        """Go to a moment. In a run the past is reached by doing its acts anew, without those that came later."""
        if self._elsewhere is not None and self._elsewhere.refuses("play"):
            return
        if self.training.is_run and moment < self.training.now():
            self._desk.begin_anew()
        self.player.go_to(moment)

    def join(self, run: JoinedRun) -> None:
        """Show a run that goes on elsewhere, and act in it: its clock is held there, and injections are made there."""
        self._elsewhere = JoinedWindow(run, self._desk, self.player, self._space, self._lies, self._acted, self._window)
        run.begun.connect(partial(self.execution.show_progress, None))
        self.station.join(run)

    def _acted(self) -> None:
        self._desk.look()
        self.show_now()
        self.station.sharing.look()
        # Acting is what the clock waited for; it is the trainee who lets it go on.

    def _decide(self, decision: Decision) -> None:
        clock = clock_text(decision.time, self.training.incident.time_zone)[:5]
        self._space.tell(f"{clock}: a decision. Type any command; F5 goes on.")
        self.command.setFocus()

    def _take_over(self) -> None:
        if self.training.is_run:
            self._desk.begin_anew()
            self.training.watch()
            self.teaching.forget()
            self.execution.show_progress(None)
            self._space.tell("Back on the record: what you did is forgotten.")
        else:
            self.player.pause()
            self.training.take_over()
            self._space.tell(f"You have taken over. Tool: {self.training.era_of_run.title}.")
        self.player.moved.emit()
        self.command.setFocus()

    def _ask_era(self) -> None:
        if self.training.is_run:
            self._space.tell("The tool of a run does not change: go back to the record first (Ctrl+Shift+B).")
            return
        eras = self.training.incident.eras
        choices = ((era.name, era.title) for era in eras)
        offer_choices(self._window, "Tool", choices, self.training.era.name, self._take_era)

    def _take_era(self, name: str) -> None:
        self.training.era = next(era for era in self.training.incident.eras if era.name == name)
        self._space.tell(f"Tool: {self.training.era.title}.")
        self._space.type(self.command.text())
        self.player.moved.emit()

    def _save_moment(self) -> None:
        self._kept = self.training.save()
        self._space.tell(f"Kept: {clock_text(self._kept.time, self.training.incident.time_zone)}.")

    def _load_moment(self) -> None:
        if self._kept is None:
            self._space.tell("No moment was saved yet: Ctrl+S saves one.")
            return
        self.player.pause()
        self._desk.begin_anew()
        self.training.load(self._kept)
        self.player.moved.emit()

    def _show_moment(self, moment: float) -> None:
        """Show a moment of the debrief; in a run that is over nothing of it is lost, for its acts are kept."""
        kept = self.training.save()
        self.player.pause()
        self._scrub(moment)
        if kept.acts and len(self.training.acts) < len(kept.acts):
            self._kept = kept
            self._space.tell("The whole run is kept: Ctrl+Shift+O comes back to where you were.")

    # ---- the debrief ------------------------------------------------------------------------------------------------

    def open_debrief(self) -> None:
        """Show the debrief, and score the run for it."""
        self.player.pause()
        self.comparing.forget()
        self._window.show_tab("Debrief")
        self._window.page_room.for_reading()
        self.teaching.debrief()


def _toggle_future(timeline: TimelinePage, scenario: ScenarioPane, tell: Callable[[str], None]) -> None:
    """Show what is still to come and what goes wrong, or hide both."""
    tell(timeline.toggle_future())
    scenario.tell_all(timeline.view.shows_future)
