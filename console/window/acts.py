"""What an operator does besides looking and typing: confirm, control, go on in a run; and what is said of it."""

from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import SignalInstance

from console.operating.desk import Desk
from console.operating.following import RegionFollower
from console.operating.jobs import Jobs
from console.operating.notice import Notice
from console.operating.refusal import RefusedError
from console.operating.workbench import Work, Workbench, undoes_running
from console.window.colleagues.approvals import ApprovalActs, Decides
from console.window.enter import enter
from console.window.voice import Voice
from console.words.anew.looking import looks_sentence
from console.words.findings.table import message
from topology.command.grammar.adoption import Adopt
from topology.command.grammar.alarm_commands import AlarmCommand
from topology.command.grammar.page_commands import PageCommand, PublishPage
from topology.command.grammar.syntax import (
    ApproveRequest,
    Control,
    Explain,
    Headroom,
    Planned,
    RequestApproval,
    Run,
    StopOf,
    ToolCommand,
    Undo,
)
from topology.execution.progress import Phase, Progress
from topology.execution.unfinished import Unfinished
from topology.fleet.state import State
from topology.planning.plan import Confirmation, Plan
from topology.playbook.run import PlaybookRun
from topology.region.errors import LinkError


class Shows(Protocol):
    """What shows the region: it is told to look again after an act."""

    @property
    def state(self) -> State | None:
        """The state on show."""

    def answer(self, command: Headroom | Explain | Adopt) -> None:
        """Answer a question."""

    def replan(self) -> None:
        """Work out anew what the text does."""

    def read_anew(self) -> None:
        """Read the text anew."""

    def see(self) -> State | None:
        """Give the region of this moment."""

    def read_entries(self) -> None:
        """Take in what is new in the journal."""

    def refresh(self) -> None:
        """Show what changed with the next frame."""


class OperatorActs:
    """Passes an operator's acts on, in jobs beside the window, and tells what came of each."""

    def __init__(
        self, shows: Shows, voice: Voice, desk: Desk, bench: Workbench, follower: RegionFollower, jobs: Jobs
    ) -> None:
        self.resumable = ""
        """The command that goes on with an execution that was cut off; empty where there is none."""
        self.to_alarms: Callable[[AlarmCommand], None] = lambda command: None
        """Hears what is said to alarms."""
        self.to_page: Callable[[PageCommand | PublishPage], None] = lambda command: None
        """Hears what is to be said to those outside."""
        self.to_tool: Callable[[Plan, ToolCommand, Confirmation], None] = lambda plan, command, confirmation: None
        """Hears of a confirmed plan that only the tool of a training knows how to carry out."""
        self.changed: Callable[[], None] = lambda: None
        """Hears that something was done, or tried."""
        self._shows = shows
        self._voice = voice
        self._desk = desk
        self._bench = bench
        self._follower = follower
        self._jobs = jobs
        self._phase: Phase | None = None
        self._waved: tuple[int, Phase] | None = None
        self._unfinished: list[str] = []
        self.approvals = ApprovalActs(
            voice, desk, jobs, self._carry_out, lambda: self._shows.see(), self.tell_unfinished
        )
        desk.on_change = self._progressed

    @property
    def shown(self) -> SignalInstance:
        """Name of a subsystem to bring into view."""
        return self._voice.shown

    @property
    def help_wanted(self) -> SignalInstance:
        """A verb to explain, or empty for all of it."""
        return self._voice.help_wanted

    def answer(self, command: Headroom | Explain | Adopt) -> None:
        """Answer a question."""
        self._shows.answer(command)

    def undoes_running(self, command: Undo) -> bool:
        """Whether it would give back what this console is taking right now."""
        return undoes_running(self._desk, command)

    def obstacle(self, work: Work) -> str:
        """Say why no plan at all could be carried out now; empty while one could."""
        if (looks := self._desk.only_looks) is not None:
            why = looks_sentence(looks)
            return f"{why[:1].upper()}{why[1:]}."
        if self._desk.trouble:
            return "No act without a journal, which cannot be written: its notice says why."
        running = None if isinstance(work.command, RequestApproval | ApproveRequest) else self._desk.running
        if running is None or (work.plan is not None and work.plan.undoes == running.entry):
            return ""
        return f"Entry {running.entry or 0:,} is still running: stop it, or wait for it."

    def decide(self, command: Decides) -> None:
        """Decline, withdraw, take over, or stop another's execution, at once."""
        running = self._desk.running
        if isinstance(command, StopOf) and running is not None and command.entry == running.entry:
            self.control("stop")
        else:
            self.approvals.do(command)

    def go_on(self, run: Run) -> None:
        """Do the next step of *run* where it makes no plan; one that does is on show, and confirmed like any other."""
        bench = self._bench
        going = bench.runs.of(run, bench.vocabulary)
        command = going if isinstance(going, str) else going.command(bench.vocabulary)
        if isinstance(going, str) or isinstance(command, str):
            self._voice.tell_failure(f"The run cannot go on: {command}.")
            return
        bench.answered(run if isinstance(command, Headroom | Explain) else None)
        if isinstance(command, Control):
            self._jobs.start(f"To {command.verb}", self._control_step(going, command))
        elif not enter(self, command):
            self._shows.replan()
        elif not isinstance(command, Undo):  # whose step is done when it has given back, not when what runs is stopped
            self._tell_going(bench.runs.answered(going, command))

    def control(self, verb: str) -> None:
        """Stop, pause, resume or acknowledge, at once."""
        if verb == "resume" and self.resumable and not self._desk.is_running:
            self._voice.suggested.emit(self.resumable)
            return
        if verb == "stop":
            self._desk.stop_now()
        self._jobs.start(f"To {verb}", self._controlled(verb))

    def confirm(self, confirmation: Confirmation) -> None:
        """Carry out the plan on show, if it still holds and *confirmation* is of it; else say why not."""
        work = self._bench.work
        if self.approvals.takes(work, confirmation):
            return
        if work.plan is not None and isinstance(work.command, ToolCommand):
            self.to_tool(work.plan, work.command, confirmation)
            return
        if work.plan is None or not isinstance(work.command, Planned | Undo):
            self._voice.tell_failure("There is no plan on show to confirm.")
            return
        self._jobs.start("The execution", self._carry_out(work.plan, work.command, confirmation, work.step))

    def tell_unfinished(self, found: Unfinished) -> None:
        """Say what an execution that was cut off did and did not, until something else is begun."""
        key = f"unfinished-{found.entry}"
        self._unfinished.append(key)
        self.resumable = dict(found.offers).get("Resume", "")
        self._voice.notice(Notice(key, found.sentence, "caution", found.offers))

    async def _control_step(self, going: PlaybookRun, command: Control) -> None:
        """Do a step that stops, pauses, resumes or acknowledges; it is done when that is."""
        if command.verb == "stop":
            self._desk.stop_now()
        if await self._control(command.verb):
            self._tell_going(self._bench.runs.answered(going, command))

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
            self._voice.tell_failure(str(error))
            return False
        finally:
            self.changed()
        self._voice.tell(sentence[:1].upper() + sentence[1:])
        self._shows.read_entries()
        self._shows.refresh()
        return done

    async def _carry_out(
        self, plan: Plan, command: Planned | Undo, confirmation: Confirmation, step: PlaybookRun | None = None
    ) -> None:
        desk = self._desk
        try:
            await desk.confirm(plan, command, confirmation, step)
        except (RefusedError, LinkError) as error:
            self._voice.tell_failure(f"Not carried out: {error}")
            return
        finally:
            self._shows.read_entries()
            self.changed()
        self._begun(plan, step)
        try:
            await desk.run()
        except LinkError as error:
            self._voice.tell_failure(str(error))
        finally:
            self.changed()
        progress = desk.progress
        if step is not None and progress is not None:
            self._tell_going(self._bench.runs.ended(step, progress, plan, desk.moved()))
        self._shows.read_entries()
        self._shows.refresh()

    def _begun(self, plan: Plan, step: PlaybookRun | None) -> None:
        self.resumable = ""
        for key in self._unfinished:
            self._voice.notice_over.emit(key)
        self._unfinished.clear()
        if step is not None:
            self._voice.playbook_changed.emit(step)
        self._record(f"{self._desk.name} confirms: {plan.command}", plan.command)
        self._voice.begun.emit(plan.command if step is None else str(step.run))

    def _tell_going(self, going: PlaybookRun) -> None:
        """Say where one is in a run that went on."""
        state = self._shows.state
        if state is None:
            return
        self._voice.playbook_changed.emit(going)
        if isinstance(self._bench.work.reading.command, Run):
            self._shows.read_anew()
        if going.step is None:
            what = "its undo step is" if going.run.undo else f"all {len(going.playbook.steps)} steps are"
            self._voice.tell(f"{going.playbook.name}: {what} done.")
            self._tell_unmet(going)

    def _tell_unmet(self, going: PlaybookRun) -> None:
        state = self._shows.state
        unmet = "" if state is None else "; ".join(message(finding) for finding in going.unmet_after(state))
        if unmet:
            sentence = f"{going.playbook.name} ended otherwise than it declares: {unmet}."
            self._voice.notice(Notice("playbook", sentence, "caution"))

    def _progressed(self, progress: Progress) -> None:
        before, self._phase = self._phase, progress.phase
        if progress.phase is not before and progress.phase.is_end:
            tell = self._voice.tell_failure if progress.phase is Phase.HALTED else self._voice.tell
            tell(f"{progress.command}: {progress.sentence}")
            self._record(f"{progress.command}: {progress.sentence}")
        if (progress.wave, progress.phase) != self._waved:
            self._waved = (progress.wave, progress.phase)
            self._shows.read_entries()
        self._shows.refresh()

    def _record(self, sentence: str, command: str = "") -> None:
        follower = self._follower
        if follower.recorder is not None:
            follower.recorder.tell(follower.feed.now(), sentence, command)
