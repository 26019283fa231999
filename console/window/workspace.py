"""The domain as the window sees it: one value a frame comes out, intents go in as calls.

It computes nothing itself: the follower knows the region, the workbench plans, the acts carry out. It says when, and gathers
what changed, so that the views hear of it at most once a frame and never see something new beside something old.
"""

import logging
from dataclasses import replace

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication

from console.kit.loop.after_paint import AfterPaint, all_painted
from console.kit.loop.warming import warm_graphs
from console.operating.alarms.watch import AlarmWatch
from console.operating.colleagues.gathering import Gathering
from console.operating.desk import Desk
from console.operating.explanation import dated, explanation
from console.operating.following import RegionFollower
from console.operating.jobs import Jobs
from console.operating.mode import source_notices, strip_reading
from console.operating.observing.adopting import adoption
from console.operating.procedures.playbook_runs import PlaybookRuns
from console.operating.procedures.playbooks import runnable_playbooks
from console.operating.view import View
from console.operating.workbench import Tool, Work, Workbench
from console.window.acts import OperatorActs
from console.window.colleagues.changes import ChangesByOthers
from console.window.colleagues.deeds import deed_of
from console.window.enter import enter
from console.window.public.page_acts import PageActs
from console.window.slip_survey import SlipSurvey
from console.window.voice import Voice
from console.words.plan_about import about_plan
from topology.command.grammar.adoption import Adopt
from topology.command.grammar.syntax import Explain, Headroom, Run, ToolCommand, Undo
from topology.command.slips.keyboards import LAYOUTS, QWERTY
from topology.execution.journal_entries import JournalError
from topology.fleet.batches import EventBatch
from topology.fleet.state import State
from topology.fleet.usual import UsualCounts
from topology.planning.answers import TitledAnswer, headroom
from topology.planning.neighbours import Neighbourhood
from topology.playbook.run import PlaybookRun

log = logging.getLogger(__name__)

FRAME_MS = 16


class Workspace(Voice):
    """Everything the panels show, and everything they may ask for."""

    region_changed = Signal(object)
    """State, when a region was loaded (anew), or its roster is another."""
    view_changed = Signal(object)
    """View: all that changed, at most once a frame, and once for what was typed."""
    reading_changed = Signal(object)
    """Reading of the text in the command line, at every key: its plan follows when the echo was painted."""
    facts_heard = Signal(object)
    """EventBatch, of every batch of facts, as soon as it is folded."""
    entries_changed = Signal()
    """The journal has new entries."""

    def __init__(
        self,
        desk: Desk,
        jobs: Jobs,
        parent: QObject | None = None,
        *,
        runs: PlaybookRuns | None = None,
        tool: Tool | None = None,
    ) -> None:
        super().__init__(parent)
        self.jobs = jobs
        self.desk = desk
        self.follower = RegionFollower(desk.feed, self)
        self.bench = Workbench(desk, runs or PlaybookRuns(runnable_playbooks), tool, desk.guards)
        self.acts = OperatorActs(self, self, desk, self.bench, self.follower, jobs)
        self.alarms = AlarmWatch(desk, jobs, self, lambda: self._trouble or desk.trouble, desk.page.late)
        self.acts.to_alarms = self.alarms.submit
        self.page = PageActs(self, desk, jobs, lambda: self.acts.changed())
        self.acts.to_page = self.page.entered
        self.view: View | None = None
        """What was shown last; None until a region is known."""
        self._neighbourhood: Neighbourhood | None = None
        self._frame = _single_shot(self, FRAME_MS, self._publish)
        # The echo of the key is painted first, and fast typing gathers into one plan.
        self._soon = AfterPaint(self, self.replan)
        # What is counted in slices lets keys and facts through between them.
        self._next_slice = _single_shot(self, 0, self.replan)
        self._changes = ChangesByOthers(desk.name)
        self.shows_preview = True
        """Whether other operators may see what is previewed here."""
        desk.colleagues.on_change = self.refresh
        desk.page.on_change = self.refresh
        self._told: PlaybookRun | None = None
        self._watches = False
        """Whether alarms are looked for: not before what they need is loaded."""
        self._trouble = ""
        self._remark = ""
        self._remark_shown: TitledAnswer | None = None
        self._asked: Headroom | Explain | Adopt | None = None
        self._survey = SlipSurvey(QWERTY, self, desk.guards)
        self._survey.found.connect(self._surveyed)

    @property
    def state(self) -> State | None:
        """The region's state as it was shown last; None until it is loaded."""
        return self.view.state if self.view is not None else None

    def region_loaded(self, state: State, *, anew: bool) -> None:
        """Take in a region, or another roster of it: what was made from it is made anew."""
        self.desk.follow(state)
        self.bench.follow(state)
        self.page.begin(state)
        self.see()
        self.region_changed.emit(state)
        if anew:
            self._publish()
            self.jobs.start("Preparing", self._prepare())

    def facts_came(self, batch: EventBatch) -> None:
        """Let the desk hear of facts, and show them with the next frame."""
        self.desk.heard(batch)
        self._changes.heard(batch)
        self.facts_heard.emit(batch)
        self.refresh()

    def refresh(self) -> None:
        """Show the link's clock and age, and whatever changed, with the next frame."""
        if self.follower.state is not None and not self._frame.isActive():
            self._frame.start()

    def type(self, text: str) -> None:
        """Take the text in the command line: read it now, plan it as soon as the echo is painted."""
        self._remark = ""
        self._survey.hold()
        self.reading_changed.emit(self.bench.type(text))
        self._soon.start()

    def read_anew(self) -> None:
        """Read and plan the same text again: what it means may have changed."""
        self.reading_changed.emit(self.bench.read_anew())
        self._soon.start()

    def set_keyboard(self, name: str) -> None:
        """Look for the slips of the keyboard with this name, a key of `LAYOUTS`, from now on."""
        self._survey.set_layout(LAYOUTS[name])
        self.replan()

    def submit(self, text: str) -> None:
        """Do what Enter means: questions are answered, controls act, plans are only shown. Enter never confirms."""
        self.type(text)
        command = self.bench.work.reading.command
        if command is not None and not enter(self.acts, command):
            self._soon.start()

    def answer(self, command: Headroom | Explain | Adopt | None = None) -> None:
        """Answer a question from the state there is; without one, the last again."""
        state, planner = self.state, self.bench.planner
        self._asked = command = command or self._asked
        if state is None or planner is None or command is None:
            return
        if isinstance(command, Headroom):
            self.answered.emit(dated(headroom(state, command), state))
        elif isinstance(command, Adopt):
            found = adoption(state, command)
            if found.lines:
                QGuiApplication.clipboard().setText(found.lines)
            self.answered.emit(found.answer)
        else:
            self.answered.emit(
                dated(explanation(state, planner, command, self.desk.history.entries, self.follower.trends), state)
            )

    def replan(self) -> None:
        """Work out what the text does in the state that was seen last, and show both; facts that wait are shown with them."""
        state = self.bench.state
        if self.view is None or state is None:
            return
        if self._frame.isActive():
            self._frame.stop()
            self._publish()
            return
        if self.bench.counts_on():
            self._next_slice.start()
            return
        usual = self._usual()
        if state.usual != usual:
            state = replace(state, usual=usual)
            self.bench.see(state)
        self._emit()

    def read_entries(self) -> None:
        """Take in what is new in the journal, of this console and of others."""
        try:
            new = self.desk.history.read_new()
        except JournalError as error:
            if str(error) != self._trouble:
                self._trouble = str(error)
                self.tell_failure(self._trouble)
            return
        self._trouble = ""
        others = self.desk.history.others()
        # What the band says is not said twice.
        self.keep_notice(replace(others, text="") if self.desk.colleagues.gathering.executions else others)
        # What comes from other machines stands in no journal here, so it waits until it can be taken in.
        told = (*new, *self.desk.history.heard_elsewhere()) if self._watches else new
        self.alarms.hear(told)
        self.desk.page.hear(told)
        if new:
            self.entries_changed.emit()

    async def _prepare(self) -> None:
        """Make ready what the first plan needs, once the region is painted; keys are heard meanwhile."""
        await all_painted(self)
        await warm_graphs()
        self.bench.prepare()
        self._watches = True
        self.read_anew()
        self.refresh()

    def see(self) -> State | None:
        """Give the state of this moment to the bench."""
        state = self.follower.at(self.desk.pending, self._usual())
        if state is not None:
            state = replace(state, approvals=self.desk.colleagues.approvals())
            self.bench.see(state)
        return state

    def _usual(self) -> UsualCounts:
        """Give what is usual for what is typed: a run of a playbook is compared with runs of it."""
        command = self.bench.work.reading.command
        return (
            self.desk.history.usual.by_playbook(command.name) if isinstance(command, Run) else self.desk.history.usual
        )

    def _publish(self) -> None:
        if self._soon.waits:
            # A key was pressed: its echo is painted first, and facts are shown together with its plan.
            self._frame.start()
            return
        state = self.see()
        if state is not None:
            for notice in source_notices(state, self.follower.feed.name):
                self.keep_notice(notice)
            if self._watches:
                self.alarms.see(state, self.desk.progress, self.follower.history)
                self.desk.page.see(state)
            self._emit()

    def _emit(self) -> None:
        """Show the state that was seen last together with what the text does in exactly it."""
        state, work = self.bench.state, self.bench.plan()
        if state is None:
            return
        if work.counting is not None:
            self._next_slice.start()
        typed = work.command if work.reading.command == work.command else None
        # Before the view is made: what was a slip away from another plan is not shown beside this one.
        self._survey.begin(state, work.plan, typed, work.reading, self.bench.vocabulary)
        self._say_work(work)
        self.page.look(work)
        colleagues = self.desk.colleagues
        gathering = colleagues.gathering
        colleagues.show(work.plan if self.shows_preview else None)
        for notice in (*colleagues.notices(), self._changes.notice(work, gathering)):
            self.keep_notice(notice)
        self.view = View(
            state,
            work,
            replace(
                strip_reading(state, self.follower.feed, self.desk.name, self.alarms.reading),
                operators=len(gathering.operators),
            ),
            self._neighbourhood,
            self.desk.progress,
            self.acts.obstacle(work),
            self.follower.trends,
            gathering,
            about_plan(work.plan, work.step, self.desk.history.entries),
            self._deed(work, gathering),
            self.alarms.reading,
            self.desk.page.reading,
        )
        self.view_changed.emit(self.view)

    def _deed(self, work: Work, gathering: Gathering) -> str:
        undone = None if work.plan is None else work.plan.undoes
        owner = (
            ""
            if undone is None
            else next((one.operator for one in self.desk.history.entries if one.number == undone), "")
        )
        return deed_of(work, gathering, self.desk.name, owner)

    def _say_work(self, work: Work) -> None:
        """Say where one is in a run, and why an undo has no plan; each once."""
        if work.run is not None and work.run != self._told:
            self._told = work.run
            self.playbook_changed.emit(work.run)
        if self._remark_shown is not None and self._remark_shown.remarks != (work.remark,):
            self.answer_over.emit(self._remark_shown)
            self._remark_shown = None
        if work.remark and work.remark != self._remark:
            self._remark_shown = TitledAnswer(_title_of(work), remarks=(work.remark,))
            self.answered.emit(self._remark_shown)
        self._remark = work.remark

    def _surveyed(self, found: Neighbourhood | None) -> None:
        """Show what is a slip away, and tell in a blocked plan what it looks like; that nothing is known yet needs no view."""
        self._neighbourhood = found if self.bench.tool.sees_slips else None
        if self._neighbourhood is not None and self.view is not None:
            self.bench.looks_like(self._neighbourhood.looks_like)
            self._emit()


def _title_of(work: Work) -> str:
    if isinstance(work.command, ToolCommand):
        return "No plan"
    return "Undo" if isinstance(work.command, Undo | Run) else "Approval"


def _single_shot(parent: QObject, delay_ms: int, slot: object) -> QTimer:
    timer = QTimer(parent)
    timer.setSingleShot(True)
    timer.setTimerType(Qt.TimerType.PreciseTimer)
    timer.setInterval(delay_ms)
    timer.timeout.connect(slot)
    return timer
