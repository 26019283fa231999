"""A playbook as read: parameters, steps and what is expected, as frozen values."""

from dataclasses import dataclass

from topology.playbook.templates import Template
from topology.playbook.values import SubsystemValue, Type, Value
from topology.region.region import Amount


@dataclass(frozen=True, slots=True)
class Reference:
    """The value of another parameter, written `{count}`."""

    name: str

    def __str__(self) -> str:
        return f"{{{self.name}}}"


@dataclass(frozen=True, slots=True)
class Parameter:
    """One thing to be filled in.

    *least* and *most* bound counts and percentages, both included; None where the playbook does not say. *among* are the
    only names accepted, empty for every name that the region has. *usual* are values that are common, for the audit.
    *default* None means that a value must be given.
    """

    name: str
    type: Type
    help: str = ""
    least: int | Reference | None = None
    most: int | Reference | None = None
    among: tuple[Value, ...] = ()
    default: Value | Reference | None = None
    usual: tuple[Value, ...] = ()


@dataclass(frozen=True, slots=True)
class Expects:
    """What a plan must keep to; None where nothing is said about it. `resolved` puts values for references.

    *servers* at most, *subsystems* and no others, *headroom* at least in every scope that the plan takes from, and
    *headroom_of* a subsystem in the region as a whole; *minutes* at most. Percentages of headroom are of the floor and
    round up.
    """

    servers: int | Reference | None = None
    subsystems: tuple[str | Reference, ...] | None = None
    headroom: Amount | None = None
    headroom_of: tuple[tuple[str, Amount], ...] = ()
    minutes: float | None = None

    @property
    def says_nothing(self) -> bool:
        """Whether every plan meets it."""
        return self == Expects()

    def references(self) -> tuple[str, ...]:
        """Give the parameters that it refers to."""
        named = (self.servers, *(self.subsystems or ()))
        return tuple(dict.fromkeys(one.name for one in named if isinstance(one, Reference)))

    def resolved(self, values: dict[str, Value]) -> "Expects":
        """Put *values* in place of references."""
        servers = self.servers
        if isinstance(servers, Reference):
            servers = number_of(values[servers.name])
        subsystems = self.subsystems
        if subsystems is not None:
            subsystems = tuple(str(values[one.name]) if isinstance(one, Reference) else one for one in subsystems)
        return Expects(servers, subsystems, self.headroom, self.headroom_of, self.minutes)


@dataclass(frozen=True, slots=True)
class Step:
    """One command of a playbook; *number* counts from 1, and is 0 for the undo step."""

    number: int
    command: Template
    explanation: str = ""
    expects: Expects | None = None

    def parameters(self) -> tuple[str, ...]:
        """Give the parameters that its command and its expectations use."""
        expected = self.expects.references() if self.expects is not None else ()
        return tuple(dict.fromkeys((*self.command.parameters, *expected)))


@dataclass(frozen=True, slots=True)
class Playbook:
    """A procedure. *before* must hold when it starts, *after* of everything it did; *undo* gives back what it took."""

    name: str
    title: str
    purpose: str
    parameters: tuple[Parameter, ...]
    steps: tuple[Step, ...]
    before: Expects | None = None
    after: Expects | None = None
    undo: Step | None = None
    illustrative: bool = False
    remarks: tuple[str, ...] = ()
    """What is legal and worth a look: each a sentence with its place."""

    def parameter(self, name: str) -> Parameter:
        """Give the parameter called *name*.

        Raises:
            KeyError: there is none.
        """
        for parameter in self.parameters:
            if parameter.name == name:
                return parameter
        raise KeyError(name)


def number_of(value: Value) -> int:
    """Give the number of a count or percentage.

    Raises:
        TypeError: it is neither.
    """
    number = getattr(value, "value", None)
    if not isinstance(number, int) or isinstance(value, SubsystemValue):
        raise TypeError(f"{value} is no number")
    return number
