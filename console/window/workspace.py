"""The domain as the window sees it: values come out as signals, intents go in as calls.

It holds the link, the state and the plan on show. It computes nothing itself: parsing, planning, judging and executing are the
core's; it says when to do them, and gathers what changed so that views hear of it at most once a frame.
"""

import asyncio
import logging

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from console.operating.access import ResyncNeeded
from console.operating.desk import Desk, Feed, RewoundError
from console.operating.explanation import explanation
from console.operating.jobs import Jobs
from console.operating.notice import Notice
from console.operating.playbook_runs import PlaybookRuns
from console.operating.playbooks import Runnable, runnable_playbooks
from console.operating.refusal import NothingToUndoError, RefusedError
from console.window.enter import enter
from console.window.slip_survey import SlipSurvey
from topology.command.complete import Completion, complete
from topology.command.grammar.reading import Reading
from topology.command.grammar.syntax import Command, Control, Explain, Headroom, Planned, Remove, Run, Undo
from topology.command.grammar.vocabulary import Vocabulary, vocabulary_of
from topology.command.parse import parse
from topology.command.slips import Slip
from topology.command.slips.keyboards import LAYOUTS, QWERTY
from topology.execution.journal_entries import Entry, JournalError
from topology.execution.progress import Phase, Progress
from topology.execution.unfinished import Unfinished
from topology.fleet.batches import EventBatch
from topology.fleet.state import State
from topology.incident.recording import Recorder
from topology.planning.answers import Answer, headroom
from topology.planning.neighbours import Neighbourhood, with_slip
from topology.planning.plan import Confirmation, Plan
from topology.planning.preview import Planner
from topology.playbook.going import Going
from topology.region.errors import LinkError

log = logging.getLogger(__name__)

FRAME_MS = 16
PREPARE_MS = 50


class Workspace(QObject):
    """Everything the panels show, and everything they may ask for."""

    region_changed = Signal(object)
    """State, when a region was loaded (anew)."""
    state_changed = Signal(object)
    """State, at most once a frame. It is live: read it at once, keep nothing of it."""
    reading_changed = Signal(object)
    """Reading of the text in the command line."""
    plan_changed = Signal(object)
    """Plan to show, or None."""
    neighbourhood_changed = Signal(object)
    """Neighbourhood of the plan on show, a moment after it; None while that is not known."""
    begun = Signal(str)
    """The command of a plan that is being carried out from now on."""
    progress_changed = Signal(object)
    """Progress of the running or last execution, or None."""
    entries_changed = Signal()
    """The journal has new entries."""
    answered = Signal(object)
    """Answer to a question."""
    shown = Signal(str)
    """Name of a subsystem to bring into view."""
    help_wanted = Signal(str)
    """A verb to explain, or empty for all of it."""
    suggested = Signal(str)
    """A command to put into the command line."""
    noticed = Signal(object)
    notice_over = Signal(str)
    playbook_changed = Signal(object)
    """Going: where one is in a run."""
    failed = Signal(str)
    """A sentence for the operator: something was not done."""
    said = Signal(str)
    """A sentence for the operator: something was done."""

    def __init__(self, desk: Desk, jobs: Jobs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._feed = desk.feed
        self._desk = desk
        self._jobs = jobs
        self._state: State | None = None
        self._planner: Planner | None = None
        self._vocabulary = Vocabulary()
        self._text = ""
        self._reading: Reading = parse("", self._vocabulary)
        self._runs = PlaybookRuns(runnable_playbooks)
        self._step: Going | None = None
        """Whose next step the plan on show is."""
        self._answered_run: Run | None = None
        """A run whose last step was a question: its answer stays on show until Enter, or another text."""
        self._told: Going | None = None
        """What was last said of a run on show."""
        self._plan: Plan | None = None
        self._command: Command | None = None
        self._frame = self._single_shot(FRAME_MS, self._publish)
        # Zero milliseconds: the echo of the key is painted first, and fast typing gathers into one plan.
        self._soon = self._single_shot(0, self._replan)
        self._ready = self._single_shot(PREPARE_MS, self._prepare)
        self._phase: Phase | None = None
        self._waved: tuple[int, Phase] | None = None
        self._journal_trouble = ""
        self._kept: dict[str, str] = {}
        self._nothing_to_undo = ""
        self._unfinished: list[str] = []
        self.resumable = ""
        """The command that goes on with an execution that was cut off; empty where there is none."""
        self._survey = SlipSurvey(QWERTY, self)
        self._survey.found.connect(self._surveyed)
        self._alike: tuple[Plan | None, Slip | None] = (None, None)
        self.recorder: Recorder | None = None
        """What happened since the region was loaded, to be saved as an incident."""
        self.loaded = asyncio.Event()
        """Set once the region was loaded for the first time."""
        desk.on_change = self._progressed

    def _single_shot(self, delay_ms: int, slot: object) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setTimerType(Qt.TimerType.PreciseTimer)
        timer.setInterval(delay_ms)
        timer.timeout.connect(slot)
        return timer

    @property
    def state(self) -> State | None:
        """The region's state; None until it is loaded."""
        return self._state

    @property
    def feed(self) -> Feed:
        """Where the facts come from; for its age and abilities."""
        return self._feed

    def playbooks(self) -> Runnable:
        """Give the playbooks that can be run, and what is wrong with those that cannot."""
        return self._runs.playbooks(), self._runs.problems

    @property
    def jobs(self) -> Jobs:
        """What runs beside the window, and ends with it."""
        return self._jobs

    @property
    def desk(self) -> Desk:
        """Who acts, and what is being carried out."""
        return self._desk

    @property
    def plan(self) -> Plan | None:
        """The plan on show."""
        return self._plan

    @property
    def reading(self) -> Reading:
        """What the text in the command line says."""
        return self._reading

    @property
    def vocabulary(self) -> Vocabulary:
        """The names of the region."""
        return self._vocabulary

    async def follow(self) -> None:
        """Load the region and fold its facts, for as long as the console is open. A failing link is tried again, and said."""
        while True:
            try:
                self._loaded(await self._feed.load())
                await self._fold()
            except RewoundError:
                continue
            except ResyncNeeded as fact:
                if why := str(fact):
                    self.tell(why)
            except LinkError as error:
                self.tell_failure(str(error))
                await self._desk.retry_soon()

    async def _fold(self) -> None:
        state = self._state
        assert state is not None
        async for batch in self._feed.events(state.revision):
            self._fact(state, batch)

    def _loaded(self, state: State) -> None:
        if self.recorder is not None and state.region is self.recorder.region and not self._feed.abilities.rewinds:
            self.recorder.see(state)
        else:
            before, self.recorder = self.recorder, Recorder(state)
            if before is not None and before.region is state.region:
                self.recorder.go_on_from(before)
        self._state = state
        self._planner = Planner(state.region)
        self._vocabulary = vocabulary_of(state)
        self._desk.follow(state)
        self._reading = self._read(self._text)
        self.region_changed.emit(state)
        self._publish()
        self.loaded.set()
        # After the region is painted: the graph's library takes its time to load.
        self._ready.start()

    def _prepare(self) -> None:
        if self._planner is not None:
            self._planner.prepare()
            self._vocabulary = self._runs.known_to(self._vocabulary)
            self._reread()

    def _fact(self, state: State, batch: EventBatch) -> None:
        if self.recorder is not None and not batch.changes_roster:
            self.recorder.hear(batch)
        state.fold(batch)
        self._desk.heard(batch)
        if batch.changes_roster:
            self._roster_changed(state)
        if not self._frame.isActive():
            self._frame.start()

    def _roster_changed(self, state: State) -> None:
        """Take in that servers joined, went or moved: what was made from the roster is made anew, and nothing is read."""
        before, self.recorder = self.recorder, Recorder(state)
        if before is not None:
            self.recorder.go_on_from(before)
        self._planner = Planner(state.region)
        self._vocabulary = vocabulary_of(state)
        self._desk.follow(state)
        self._reading = self._read(self._text)
        self.region_changed.emit(state)

    def refresh(self) -> None:
        """Read the link's clock and age again, and let the views hear of it."""
        if self._state is not None and not self._frame.isActive():
            self._frame.start()

    def _publish(self) -> None:
        state = self._state
        if state is None:
            return
        now = self._feed.now()
        state.time = now if self._feed.abilities.rewinds else max(state.time, now)
        state.freshness = self._feed.freshness
        state.pending = self._desk.pending(state)
        self._vocabulary = vocabulary_of(state, self._vocabulary)
        self._say_source(state)
        self.state_changed.emit(state)
        self._replan()

    def _say_source(self, state: State) -> None:
        """Say why the source is silent, and what a new description lowered, for as long as that is so."""
        freshness, reason = state.freshness, state.freshness.reason
        silent = freshness.is_silent(state.region.policy.stale_after_s)
        text = ""
        if silent:
            text = f"{self._feed.name} is silent, so nothing can be confirmed: {reason or 'no news arrives'}."
        elif reason:
            text = f"The description cannot be read any more, so the last good one stays for now: {reason}."
        self._keep_notice(Notice("source", text, "alarm" if silent else "caution", lasting=True))
        text = ""
        if state.unacknowledged:
            text = f"The description was read anew and guards less, so nothing is removed: {'; '.join(state.unacknowledged)}."
        self._keep_notice(Notice("description", text, "caution", (("Acknowledge …", "acknowledge"),), lasting=True))

    def _keep_notice(self, notice: Notice) -> None:
        """Show a notice while it has something to say; each text is said once."""
        if self._kept.get(notice.key, "") == notice.text:
            return
        self._kept[notice.key] = notice.text
        if notice.text:
            self.notice(notice)
        else:
            self.notice_over.emit(notice.key)

    def type(self, text: str) -> None:
        """Take the text in the command line: read it now, plan it as soon as the echo is painted."""
        if text != self._text:
            self._answered_run = None
        self._text = text
        self._nothing_to_undo = ""
        self._reread()

    def _read(self, text: str) -> Reading:
        return self._runs.read(parse(text, self._vocabulary), self._vocabulary)

    def _reread(self) -> None:
        self._reading = self._read(self._text)
        self.reading_changed.emit(self._reading)
        self._soon.start()

    def set_keyboard(self, name: str) -> None:
        """Look for the slips of the keyboard with this name, a key of `LAYOUTS`, from now on."""
        self._survey.set_layout(LAYOUTS[name])
        self._replan()

    def completions(self, cursor: int) -> tuple[Completion, ...]:
        """Say what may stand at *cursor*."""
        return complete(self._reading, cursor, self._vocabulary, self._largest_safe)

    def _largest_safe(self, command: Command) -> int | None:
        if self._state is None or self._planner is None or not isinstance(command, Remove):
            return None
        found = self._planner.preview(self._state, command).largest_safe
        return found.count if found else None

    def submit(self, text: str) -> None:
        """Do what Enter means: questions are answered, controls act, plans are only shown. Enter never confirms."""
        self.type(text)
        command = self._reading.command
        if command is None:
            return
        if not enter(self, command):
            self._soon.start()

    def go_on(self, run: Run) -> None:
        """Do the next step of *run* where it makes no plan; one that does is on show, and confirmed like any other."""
        going = self._runs.of(run, self._vocabulary)
        command = going if isinstance(going, str) else going.command(self._vocabulary)
        if isinstance(going, str) or isinstance(command, str):
            self.tell_failure(f"The run cannot go on: {command}.")
            return
        self._answered_run = run if isinstance(command, Headroom | Explain) else None
        if isinstance(command, Control):
            self._jobs.start(f"To {command.verb}", self._control_step(going, command))
        elif not enter(self, command):
            self._soon.start()
        elif not isinstance(command, Undo):  # whose step is done when it has given back, not when what runs is stopped
            self._tell_going(self._runs.answered(going, command))

    async def _control_step(self, going: Going, command: Control) -> None:
        """Do a step that stops, pauses, resumes or acknowledges; it is done when that is."""
        if command.verb == "stop":
            self._desk.stop_now()
        if await self._control(command.verb):
            self._tell_going(self._runs.answered(going, command))

    def _tell_going(self, going: Going) -> None:
        """Say where one is in a run that went on."""
        state = self._state
        if state is None:
            return
        self.playbook_changed.emit(going)
        if isinstance(self._reading.command, Run):
            self._reread()
        if going.step is None:
            what = "its undo step is" if going.run.undo else f"all {len(going.playbook.steps)} steps are"
            self.tell(f"{going.playbook.name}: {what} done.")
            unmet = "; ".join(finding.message for finding in going.unmet_after(state))
            if unmet:
                self.notice(
                    Notice("playbook", f"{going.playbook.name} ended otherwise than it declares: {unmet}.", "caution")
                )

    def answer(self, command: Headroom | Explain) -> None:
        """Answer a question from the state there is."""
        state, planner = self._state, self._planner
        if state is None or planner is None:
            return
        if isinstance(command, Headroom):
            self.answered.emit(headroom(state, command))
        else:
            self.answered.emit(explanation(state, planner, command, self.entries))

    def control(self, verb: str) -> None:
        """Stop, pause, resume or acknowledge, at once."""
        if verb == "resume" and self.resumable and not self._desk.is_running:
            self.suggested.emit(self.resumable)
            return
        if verb == "stop":
            self._desk.stop_now()
        self._jobs.start(f"To {verb}", self._controlled(verb))

    async def _controlled(self, verb: str) -> None:
        await self._control(verb)

    async def _control(self, verb: str) -> bool:
        """Do what *verb* says, and tell what came of it; gives whether it was done."""
        done = True
        try:
            sentence = await self._desk.control(verb)
        except RefusedError as error:
            sentence, done = str(error), False
        except LinkError as error:
            self.tell_failure(str(error))
            return False
        self.tell(sentence[:1].upper() + sentence[1:])
        self.read_entries()
        self.refresh()
        return done

    def obstacle(self) -> str:
        """Say why no plan at all could be carried out now; empty while one could."""
        if why := self._desk.only_looks:
            return f"{why[:1].upper()}{why[1:]}."
        if self._desk.trouble:
            return "No act without a journal, which cannot be written: its notice says why."
        running = self._desk.running
        if running is None or (self._plan is not None and self._plan.undoes == running.entry):
            return ""
        return f"Entry {running.entry or 0:,} is still running: stop it, or wait for it."

    def confirm(self, confirmation: Confirmation) -> None:
        """Carry out the plan on show, if it still holds and *confirmation* is of it; else say why not."""
        plan, command = self._plan, self._command
        if plan is None or not isinstance(command, Planned | Undo):
            self.tell_failure("There is no plan on show to confirm.")
            return
        self._jobs.start("The execution", self._carry_out(plan, command, confirmation, self._step))

    async def _carry_out(
        self, plan: Plan, command: Planned | Undo, confirmation: Confirmation, step: Going | None
    ) -> None:
        try:
            await self._desk.confirm(plan, command, confirmation, step)
        except (RefusedError, LinkError) as error:
            self.tell_failure(f"Not carried out: {error}")
            return
        finally:
            self.read_entries()
        self.resumable = ""
        for key in self._unfinished:
            self.notice_over.emit(key)
        self._unfinished.clear()
        if step is not None:
            self.playbook_changed.emit(step)
        if self.recorder is not None:
            self.recorder.tell(self._feed.now(), f"{self._desk.name} confirms: {plan.command}", plan.command)
        self.begun.emit(plan.command if step is None else str(step.run))
        try:
            await self._desk.run()
        except LinkError as error:
            self.tell_failure(str(error))
        progress = self._desk.progress
        if step is not None and progress is not None:
            self._tell_going(self._runs.ended(step, progress, plan, self._desk.moved()))
        self.read_entries()
        self.refresh()

    def _replan(self) -> None:
        state, planner = self._state, self._planner
        if state is None or planner is None:
            return
        command = self._reading.command
        self._step = None
        state.usual = self._desk.usual.by_playbook(command.name) if isinstance(command, Run) else self._desk.usual
        if isinstance(command, Run):
            self._show_step(state, planner, command)
            return
        if isinstance(command, Undo):
            self._show_undo(state, command)
            return
        if not isinstance(command, Planned):
            self._show_plan(None, command)
            return
        if self._plan is not None and command == self._command:
            self._show_plan(planner.replan(state, self._plan, command), command)
        else:
            self._show_plan(planner.preview(state, command), command)

    def undoes_running(self, command: Undo) -> bool:
        """Whether it would give back what this console is taking right now."""
        running = self._desk.running
        return running is not None and running.plan.undoes is None and command.entry in (None, running.entry)

    def _show_step(self, state: State, planner: Planner, run: Run) -> None:
        going = self._runs.of(run, self._vocabulary)
        command = None if isinstance(going, str) else going.command(self._vocabulary)
        if isinstance(going, Going) and going != self._told:
            self._told = going
            self.playbook_changed.emit(going)
        if isinstance(going, Going) and isinstance(command, Undo):
            self._show_undo(state, command)
            self._step = going if self._plan is not None else None
            return
        if isinstance(going, str) or not isinstance(command, Planned) or self._answered_run == run:
            self._show_plan(None, run)
            return
        again = self._plan is not None and self._command == command
        plan = going.replan(planner, state, self._plan, command) if again and self._plan else None
        self._show_plan(plan or going.preview(planner, state, command), command)
        self._step = going

    def _show_undo(self, state: State, command: Undo) -> None:
        if self.undoes_running(command):
            self._show_plan(None, command)
            self._say_no_undo("Enter stops what is running, and then shows what undo gives back.")
            return
        try:
            self._show_plan(self._desk.undo_plan(state, command.entry), command)
        except NothingToUndoError as error:
            self._show_plan(None, command)
            self._say_no_undo(str(error))

    def _say_no_undo(self, sentence: str) -> None:
        """Say once why there is no plan for an undo."""
        if sentence != self._nothing_to_undo:
            self._nothing_to_undo = sentence
            self.answered.emit(Answer("Undo", remarks=(sentence,)))

    def _show_plan(self, plan: Plan | None, command: Command | None) -> None:
        if plan is not None and plan.is_like(self._alike[0]):
            plan = with_slip(plan, self._alike[1])
        self._plan, self._command = plan, command
        self.plan_changed.emit(plan)
        if self._state is not None:
            typed = command if self._reading.command == command else None
            self._survey.begin(self._state, plan, typed, self._reading, self._vocabulary)

    def _surveyed(self, found: Neighbourhood | None) -> None:
        """Pass on what is a slip away, and tell in a blocked plan what it looks like."""
        plan = self._plan
        if plan is not None and found is not None:
            self._alike = plan, found.looks_like
            told = with_slip(plan, found.looks_like)
            if told is not plan:
                self._plan = told
                self.plan_changed.emit(told)
        self.neighbourhood_changed.emit(found)

    def _progressed(self, progress: Progress) -> None:
        before, self._phase = self._phase, progress.phase
        self.progress_changed.emit(progress)
        if progress.phase is not before and progress.phase.is_end:
            tell = self.tell_failure if progress.phase is Phase.HALTED else self.tell
            tell(f"{progress.command}: {progress.sentence}")
            if self.recorder is not None:
                self.recorder.tell(self._feed.now(), f"{progress.command}: {progress.sentence}")
        if (progress.wave, progress.phase) != self._waved:
            self._waved = (progress.wave, progress.phase)
            self.read_entries()
        self.refresh()

    @property
    def entries(self) -> tuple[Entry, ...]:
        """The journal's entries as far as they were read, oldest first, at most the last thousand."""
        return self._desk.entries

    def read_entries(self) -> None:
        """Take in what is new in the journal, of this console and of others."""
        try:
            new = self._desk.read_new()
        except JournalError as error:
            if str(error) != self._journal_trouble:
                self._journal_trouble = str(error)
                self.tell_failure(str(error))
            return
        self._journal_trouble = ""
        self._keep_notice(self._desk.others())
        if new:
            self.entries_changed.emit()

    def tell_unfinished(self, found: Unfinished) -> None:
        """Say what an execution that was cut off did and did not, until something else is begun."""
        key = f"unfinished-{found.entry}"
        self._unfinished.append(key)
        self.resumable = dict(found.offers).get("Resume", "")
        self.notice(Notice(key, found.sentence, "caution", found.offers))

    def tell(self, sentence: str) -> None:
        """Say what was done."""
        self.said.emit(sentence)

    def tell_failure(self, sentence: str) -> None:
        """Say what was not done."""
        self.failed.emit(sentence)

    def notice(self, notice: Notice) -> None:
        """Put a notice under the strip."""
        self.noticed.emit(notice)
