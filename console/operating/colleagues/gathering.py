"""Who is at a region and what they do there, as one value of one moment, for everybody who shows it."""

from dataclasses import dataclass

from topology.approval.request import ApprovalRequest, ApprovalState
from topology.command.grammar.syntax import StopOf, TakeOver


@dataclass(frozen=True, slots=True)
class Colleague:
    """One console at the region: its operator, and what is previewed there (empty: nothing, or it is not shown to others)."""

    session: str
    operator: str
    host: str = ""
    command: str = ""
    servers: int = 0
    subsystems: tuple[str, ...] = ()
    is_here: bool = False
    """Whether it is this console."""


@dataclass(frozen=True, slots=True)
class OtherExecution:
    """An execution that another console carries out: of *total* servers so many were *sent* in so many *waves*.

    *entry* is its number in this machine's journal, None where it runs on another machine. *carried_out* is false once
    nobody holds its lease: it was cut off, and can be taken over.
    """

    execution: str
    operator: str
    command: str
    total: int
    sent: int = 0
    waves: int = 0
    entry: int | None = None
    restores: bool = False
    carried_out: bool = True
    stopped_by: str = ""
    draining: int = 0
    """Servers of it that drain at this moment."""
    done_about: str = ""
    """When it is about to be done at the rate of its waves so far, by the region's clock; empty where that is not known."""

    @property
    def stopping(self) -> StopOf:
        """What stops it: by its entry where this machine's journal has one, else all that its operator carries out."""
        return StopOf(self.entry) if self.entry is not None else StopOf(None, self.operator)

    @property
    def taking_over(self) -> TakeOver:
        """What takes it over once its console is gone."""
        return TakeOver(self.entry) if self.entry is not None else TakeOver(None, self.operator)

    @property
    def to_go(self) -> int:
        """Servers that were not sent yet."""
        return max(0, self.total - self.sent)


@dataclass(frozen=True, slots=True)
class KnownRequest:
    """A request for an approval, where it is now, and how long an approval still lives."""

    request: ApprovalRequest
    state: ApprovalState
    remaining_s: float | None = None

    @property
    def number(self) -> int:
        """The number by which it is called."""
        return self.request.number


@dataclass(frozen=True, slots=True)
class Gathering:
    """Everybody who is there, in order of their names; *trouble* says why it is not known."""

    colleagues: tuple[Colleague, ...] = ()
    executions: tuple[OtherExecution, ...] = ()
    requests: tuple[KnownRequest, ...] = ()
    trouble: str = ""

    @property
    def operators(self) -> tuple[str, ...]:
        """Who is there, each once."""
        return tuple(sorted({one.operator for one in self.colleagues}))

    def request(self, number: int) -> KnownRequest | None:
        """Give a request by its number."""
        return next((one for one in self.requests if one.number == number), None)
