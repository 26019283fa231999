"""The guard `expects`: what a step, or a whole run, declared and does not keep to, as facts.

It stands among the other guards by its order, and is asked where a playbook is: by `topology.playbook.expects`.
"""

from dataclasses import dataclass
from typing import ClassVar, Literal

from topology.planning.facts import FindingFacts, Words
from topology.planning.guards.guard import Guard
from topology.planning.guards.wording import place, servers
from topology.planning.plan import Severity
from topology.region.scope import Scope

CODE = "expects"
WORDS = Words("not what the playbook declared", "not what the playbook declared")
GUARD = Guard(CODE, Severity.BLOCK, WORDS, order=55, held_at_act=False, ask=None)


class _Unmet(FindingFacts):
    __slots__ = ()
    words: ClassVar[Words] = WORDS

    def protects(self) -> str:
        """Say what is at stake."""
        return "what the playbook declares"


@dataclass(frozen=True, slots=True)
class MoreServers(_Unmet):
    """A plan, or a run, that moves *count* servers, where *most* are expected."""

    kind: ClassVar[str] = "expects-servers"
    most: int
    count: int
    action: Literal["remove", "restore"]

    def sentence(self) -> str:
        """Say how many more."""
        verb = "removes" if self.action == "remove" else "restores"
        more = self.count - self.most
        return f"the step expects at most {servers(self.most)}, this {verb} {self.count:,}: {more:,} more"

    def satisfied_by(self) -> str:
        """Say how many would do."""
        return f"at most {servers(self.most)}"


@dataclass(frozen=True, slots=True)
class OutAlready(_Unmet):
    """A region with *out* servers out of service before a run starts, where *most* may be."""

    kind: ClassVar[str] = "expects-out-already"
    most: int
    out: int

    def sentence(self) -> str:
        """Say how many more."""
        over = self.out - self.most
        return f"at most {servers(self.most)} may be out of service before it starts; {self.out:,} are: {over:,} more"

    def satisfied_by(self) -> str:
        """Say how many would do."""
        return f"at most {servers(self.most)} out of service"


@dataclass(frozen=True, slots=True)
class SubsystemOut(_Unmet):
    """A subsystem of which *count* servers are out of service, and which is not expected to miss any."""

    kind: ClassVar[str] = "expects-subsystem-out"
    subsystem: str
    count: int

    def sentence(self) -> str:
        """Say how many."""
        are = "is" if self.count == 1 else "are"
        return f"{servers(self.count)} of {self.subsystem} {are} out of service, which the playbook does not expect"

    def satisfied_by(self) -> str:
        """Say what would do."""
        return f"all of {self.subsystem} in service"


@dataclass(frozen=True, slots=True)
class SubsystemTouched(_Unmet):
    """A subsystem that a run touched and that it was not expected to."""

    kind: ClassVar[str] = "expects-touched"
    subsystem: str

    def sentence(self) -> str:
        """Say which."""
        return f"{self.subsystem} was touched, which the playbook does not expect"

    def satisfied_by(self) -> str:
        """Say what would do."""
        return "other servers"


@dataclass(frozen=True, slots=True)
class AnotherSubsystem(_Unmet):
    """A subsystem that *count* of the *total* servers serve and that is not expected, in units before and after."""

    kind: ClassVar[str] = "expects-subsystems"
    subsystem: str
    count: int
    total: int
    in_service: int
    after: int

    def sentence(self) -> str:
        """Say how many, and what becomes of it."""
        serve = "serves" if self.count == 1 else "serve"
        return (
            f"{servers(self.count)} of the {self.total:,} {serve} {self.subsystem}, which the step does not expect: "
            f"{self.subsystem} {self.in_service:,} → {self.after:,}"
        )

    def satisfied_by(self) -> str:
        """Say which servers would do."""
        return f"servers that do not support {self.subsystem}"


@dataclass(frozen=True, slots=True)
class NoFloorToKeep(_Unmet):
    """A scope whose headroom is expected to be at least *amount*, as written, and which states no floor.

    *in_service* and *after* are None where no plan is judged.
    """

    kind: ClassVar[str] = "expects-no-floor"
    subsystem: str
    scope: Scope
    amount: str
    in_service: int | None = None
    after: int | None = None

    def sentence(self) -> str:
        """Say where."""
        where = place(self.subsystem, self.scope)
        if self.in_service is None or self.after is None:
            return f"{self.subsystem} states no floor, so its headroom cannot be judged"
        change = f"{where} {self.in_service:,} → {self.after:,}"
        return f"the step expects headroom of at least {self.amount} in {where}, which states no floor: {change}"

    def satisfied_by(self) -> str:
        """Say what would do."""
        return "a floor" if self.in_service is None else "a floor in the description"


@dataclass(frozen=True, slots=True)
class HeadroomShort(_Unmet):
    """A scope with *headroom* where *least* is expected, in units; *share* is how that is written of the floor, if it is.

    *in_service* and *after* are None where no plan is judged.
    """

    kind: ClassVar[str] = "expects-headroom"
    subsystem: str
    scope: Scope
    least: int
    share: str | None
    headroom: int
    floor: int
    in_service: int | None = None
    after: int | None = None

    def sentence(self) -> str:
        """Say by how much."""
        where, short = place(self.subsystem, self.scope), self.least - self.headroom
        least = f"{self.least:,} ({self.share} of the floor)" if self.share else f"{self.least:,}"
        if self.in_service is None or self.after is None:
            return f"headroom of at least {least} is expected in {where}; there is {self.headroom:,}: {short:,} short"
        change = f"{where} {self.in_service:,} → {self.after:,}"
        return (
            f"the step expects headroom of at least {least} in {where}, this leaves {self.headroom:,}: "
            f"{short:,} short ({change}, floor {self.floor:,})"
        )

    def satisfied_by(self) -> str:
        """Say how much would do."""
        return f"headroom of at least {self.least:,} in {place(self.subsystem, self.scope)}"


@dataclass(frozen=True, slots=True)
class TakesLonger(_Unmet):
    """A plan, or a run, that takes *minutes* where *most* are expected."""

    kind: ClassVar[str] = "expects-minutes"
    most: float
    minutes: float

    def sentence(self) -> str:
        """Say how much longer."""
        longer = _time(self.minutes - self.most)
        return f"it is expected to take at most {_time(self.most)}, and takes {_time(self.minutes)}: {longer} longer"

    def satisfied_by(self) -> str:
        """Say how long would do."""
        return f"at most {_time(self.most)}"


def _time(minutes: float) -> str:
    return f"{minutes * 60:,.0f} s" if minutes < 1 else f"{minutes:,.1f}".removesuffix(".0") + " min"
