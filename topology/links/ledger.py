"""What the acts of a region add up to: which waves were done, what was stopped, and what left of late."""

from collections import deque
from dataclasses import dataclass, field, replace

from topology.links.acts import Act
from topology.links.protocol import Answer, OperationId, WaveOutcome
from topology.refusals.refusal import read_kept

PACE_WINDOW_S = 60.0
"""The sliding window over which servers that leave are counted; paces are stated per minute."""
KEPT_S = 7 * 86_400.0
"""How long what left is remembered: no window is longer."""


@dataclass(frozen=True, slots=True)
class Departed:
    """Servers that one act took out of service. Going back later, or being restored, does not undo that they left."""

    time: float
    execution: str
    servers: tuple[str, ...]


@dataclass(slots=True)
class LedgerFold:
    """Folds acts, one after another in the order of the file."""

    number: int = 0
    """The last act folded."""
    waves: dict[OperationId, Act] = field(default_factory=dict)
    """Every wave that was done, as it stands: a server that went back after a stop is `RETURNED`."""
    stopped: dict[str, Act] = field(default_factory=dict)
    """Executions of which nothing may leave, each with the act that stopped it first."""
    departed: deque[Departed] = field(default_factory=deque)
    """What left within `KEPT_S`, oldest first."""
    taken: dict[str, int] = field(default_factory=dict)
    """Servers taken, by execution."""
    removals: dict[str, list[OperationId]] = field(default_factory=dict)
    """The waves that took servers, by execution, in order."""
    operations: dict[str, list[OperationId]] = field(default_factory=dict)
    """Every wave, by execution, in order."""
    acknowledged: int = 0
    """The last act that was an acknowledgement; 0 while none was."""

    def fold(self, act: Act) -> None:
        """Take in the next act."""
        self.number = act.number
        if act.operation and act.operation not in self.waves:
            self.operations.setdefault(act.execution, []).append(act.operation)
        match act.kind:
            case "remove":
                self.waves[act.operation] = act
                self._depart(act)
            case "restore" | "abandon":
                self.waves[act.operation] = act
            case "stop":
                self.stopped.setdefault(act.execution, act)
                self._return(act)
            case "resume":
                self.stopped.pop(act.execution, None)
            case "acknowledge":
                self.acknowledged = act.number
                if act.leap_s:
                    # The clock went on without time: what left a moment ago left a moment ago still.
                    self.departed = deque(replace(gone, time=gone.time + act.leap_s) for gone in self.departed)

    def out(self) -> tuple[str, ...]:
        """Give the servers that were taken and that no act gave back, in the order in which they were."""
        found: dict[str, None] = {}
        for act in self.waves.values():
            for name, answer in act.answers:
                if answer is Answer.DONE:
                    found.pop(name, None)
                    if act.kind == "remove":
                        found[name] = None
        return tuple(found)

    def names_taken(self, execution: str) -> tuple[str, ...]:
        """Give the servers that an execution took, and that did not go back after a stop."""
        waves = (self.waves[operation] for operation in self.removals.get(execution, []))
        return tuple(name for act in waves for name, answer in act.answers if answer is Answer.DONE)

    def outcome(self, operation: OperationId) -> WaveOutcome | None:
        """Say what became of a wave; None when it was never done."""
        act = self.waves.get(operation)
        if act is None or act.kind == "abandon":
            return None
        return WaveOutcome(operation, act.answers, read_kept(act.refusals))

    def _depart(self, act: Act) -> None:
        gone = tuple(name for name, answer in act.answers if answer is Answer.DONE)
        self.removals.setdefault(act.execution, []).append(act.operation)
        self.departed.append(Departed(act.time, act.execution, gone))
        self.taken[act.execution] = self.taken.get(act.execution, 0) + len(gone)
        while self.departed[0].time + KEPT_S <= act.time:
            self.departed.popleft()

    def _return(self, act: Act) -> None:
        back = {name for name, _ in act.answers}
        for operation in self.removals.get(act.execution, []) if back else []:
            wave = self.waves[operation]
            answers = tuple(
                (name, Answer.RETURNED if name in back and answer is Answer.DONE else answer)
                for name, answer in wave.answers
            )
            self.waves[operation] = replace(wave, answers=answers)
