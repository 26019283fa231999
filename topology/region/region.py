"""The declared region: what an organisation says it operates, frozen.

Reading a description from text is `topology.region.description`'s business; who is in service right now is `topology.fleet`'s.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import cached_property
from typing import Literal, Self

import numpy as np
from numpy.typing import NDArray

from topology.approval.policy import ApprovalPolicy
from topology.region.alarming.policy import AlarmPolicy
from topology.region.learnt import Learnt
from topology.region.public.policy import StatusPagePolicy
from topology.region.source import PlaceRule, Source

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,252}")
"""What a name may look like, as long as a host's at most; matched whole with `NAME.fullmatch`."""

_PERCENT = re.compile(r"(0|[1-9][0-9]{0,2})(?:\.([0-9]))?%")
_LONGEST_SHOWN = 80
LARGEST_NUMBER = 1_000_000_000
"""The largest count a description may state: beyond any fleet, far from any overflow."""


def shown(raw: object) -> str:
    """Give a value as it was written, fit for a sentence: short, and with nothing in it that cannot be seen."""
    # Python would write a moment of TOML as a call.
    text = raw.isoformat() if isinstance(raw, date | time) else repr(raw)
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"


@dataclass(frozen=True, slots=True)
class Amount:
    """A count, or a percentage of something declared, to a tenth: *value* whole percent and *tenths* of one.

    With *unavailable* it says how much may be missing, so that the floor is the rest.
    """

    value: int
    percent: bool = False
    tenths: int = 0
    unavailable: bool = False

    @classmethod
    def parse(cls, raw: object, *, unavailable: bool = False) -> Self:
        """Read `2400`, `"90%"` or `"99.5%"`.

        Raises:
            ValueError: with a sentence, for anything else; text without a percent sign is not a count.
        """
        if isinstance(raw, bool) or not isinstance(raw, int | str):
            raise ValueError(f'{shown(raw)} is neither a count nor a percentage; write 2400 or "90%"')  # noqa: TRY004
        if isinstance(raw, int):
            if not 0 <= raw <= LARGEST_NUMBER:
                raise ValueError(f"{shown(raw)} is not between 0 and {LARGEST_NUMBER:,}")
            return cls(raw, unavailable=unavailable)
        match = _PERCENT.fullmatch(raw)
        if match is None:
            raise ValueError(
                f'{shown(raw)} is not a percentage; write a count without quotes, or percent as in "90%" or "99.5%"'
            )
        value, tenths = int(match[1]), int(match[2] or 0)
        if value * 10 + tenths > 1000:
            raise ValueError(f"{raw} is more than 100%")
        return cls(value, percent=True, tenths=tenths, unavailable=unavailable)

    def of(self, declared: int) -> int:
        """Give the count that must stay of *declared*; percentages round up, of a floor and of what may be missing alike.

        Source: Kubernetes, PodDisruptionBudget: minAvailable 50 % of 7 is 4; maxUnavailable 50 % of 7 lets 4 be missing.
        """
        count = -(-self.permille * declared // 1000) if self.percent else self.value
        return max(0, declared - count) if self.unavailable else count

    def of_down(self, declared: int) -> int:
        """Give the count this is, rounding a percentage of *declared* down, as quantities to remove are."""
        return self.permille * declared // 1000 if self.percent else self.value

    @property
    def permille(self) -> int:
        """A percentage in tenths of a percent."""
        return self.value * 10 + self.tenths

    def __str__(self) -> str:
        number = f"{self.value}.{self.tenths}%" if self.tenths else f"{self.value}%"
        return (number if self.percent else f"{self.value:,}") + (" may be missing" if self.unavailable else "")


@dataclass(frozen=True, slots=True)
class Window:
    """How many servers may leave by acts within so many *seconds*, beside the pace a minute; written `5% in 1 h`."""

    most: Amount
    seconds: float

    def count(self, listed: int) -> int:
        """Give the servers that may leave within it of *listed* ones; rounds down, at least 1."""
        return max(1, self.most.of_down(listed))

    def __str__(self) -> str:
        hours, rest = divmod(round(self.seconds), 3600)
        return f"{self.most} in {hours} h" if not rest else f"{self.most} in {round(self.seconds / 60)} min"


@dataclass(frozen=True, slots=True)
class RestartModel:
    """What a full restart costs: minutes of checks, then servers rejoining at a rate, after other subsystems."""

    checks_minutes: int
    servers_per_minute: int
    after: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Subsystem:
    """A node of the graph; one with servers states a floor (None: it does not, so plans that touch it are refused)."""

    name: str
    title: str = ""
    service: str | None = None
    external: bool = False
    observer: bool = False
    reports_on: tuple[str, ...] = ()
    floor: Amount | None = None
    zone_floor: Amount | None = None
    cell_floor: Amount | None = None
    ceiling: int | None = None
    declared: int | None = None
    pace_per_minute: int | None = None
    protected: bool = False
    last_full_restart: str | None = None
    restart: RestartModel | None = None
    illustrative: bool = False
    windows: tuple[Window, ...] = ()
    """What may leave of it within longer times, of the servers listed for it."""
    zone_floors: tuple[tuple[str, Amount], ...] = ()
    """Floors of single zones, by name; they come before *zone_floor*."""
    cell_floors: tuple[tuple[str, Amount], ...] = ()
    """Floors of single cells, by `zone/cell`; they come before *cell_floor*."""
    match: str = ""
    """What it is called in the source of a live region, where that is another name."""
    observed_as: str = ""
    """What telemetry calls it, where that is another name still; a glob where it has several."""

    @property
    def label(self) -> str:
        """The text for people: the title, else the name."""
        return self.title or self.name

    def floor_in_zone(self, zone: str) -> Amount | None:
        """Give the floor stated for a zone: by its name, else for every zone."""
        return dict(self.zone_floors).get(zone, self.zone_floor) if self.zone_floors else self.zone_floor

    def floor_in_cell(self, cell: str) -> Amount | None:
        """Give the floor stated for a cell, `zone/cell`: by its name, else for every cell."""
        return dict(self.cell_floors).get(cell, self.cell_floor) if self.cell_floors else self.cell_floor


@dataclass(frozen=True, slots=True)
class Dependency:
    """An edge from the dependent to what it needs, for all operations or only for those named."""

    dependent: str
    needs: str
    kind: Literal["hard", "soft"] = "hard"
    operations: tuple[str, ...] = ()
    observed: bool = False
    """Whether it was only seen, and nobody stated it."""


@dataclass(frozen=True, slots=True)
class Freeze:
    """A time in which nothing is removed, both ends aware; *until* is not part of it."""

    start: datetime
    until: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Policy:
    """How much may leave, and how fast.

    *pace_per_minute* and *largest_command* are None when the description does not say; every removal is then refused.
    """

    pace_per_minute: int | None = None
    largest_command: Amount | None = None
    wave: int = 5
    drain_timeout_s: float = 600.0
    tight_percent: int = 5
    stale_after_s: float = 10.0
    windows: tuple[Window, ...] = ()
    """What may leave within longer times, of the servers listed for the region."""
    wave_stated: bool = True
    """Whether *wave* was written: where it was not, a source that goes server by server gets waves of one."""
    approval: ApprovalPolicy = field(default_factory=ApprovalPolicy)
    """What needs a second person."""

    def largest_count(self, servers: int) -> int | None:
        """The most servers one command may take of *servers* in the region: rounds down, at least 1."""
        if self.largest_command is None:
            return None
        return max(1, self.largest_command.of_down(servers))


@dataclass(frozen=True, slots=True, eq=False)
class Roster:
    """Every server that the description lists, in columns, ordered by zone, cell, rack (natural order) and name.

    N servers, K racks, C cells, Z zones, P distinct sets of supported subsystems ("profiles").
    """

    names: Sequence[str]
    """N names, unique; of many servers each is put together when it is read (`PackedNames`)."""
    rack: NDArray[np.int32]
    """N indices into *racks*."""
    profile: NDArray[np.int32]
    """N indices into *profiles*."""
    state: NDArray[np.uint8]
    """N states (`ServerState`) as described."""
    protected: NDArray[np.bool_]
    """N flags: never removed by a command."""
    racks: tuple[tuple[str, str, str], ...]
    """K triples (zone, cell, rack), in order."""
    rack_cell: NDArray[np.int32]
    """K indices into *cells*."""
    cells: tuple[tuple[str, str], ...]
    """C pairs (zone, cell), in order."""
    cell_zone: NDArray[np.int32]
    """C indices into *zones*."""
    zones: tuple[str, ...]
    """Z zone names, in natural order; every zone of the region, with servers or not."""
    profiles: tuple[tuple[tuple[int, int], ...], ...]
    """P sets as pairs (index of the subsystem in `Region.subsystems`, units), ordered by index."""
    loose: tuple[int, ...] = ()
    """Servers that joined or moved since the roster was read: they stand elsewhere than their position says."""
    gone: tuple[int, ...] = ()
    """Positions that are empty since their servers went; they have no name, and support nothing."""

    def __len__(self) -> int:
        return len(self.names)

    @property
    def count(self) -> int:
        """How many servers there are: positions that are empty hold none."""
        return len(self.names) - len(self.gone)


@dataclass(frozen=True, eq=False)
class Region:
    """A region as described. Two regions are the same when their digests are."""

    name: str
    title: str
    time_zone: str
    zones: tuple[str, ...]
    policy: Policy
    freezes: tuple[Freeze, ...]
    subsystems: tuple[Subsystem, ...]
    dependencies: tuple[Dependency, ...]
    roster: Roster
    digest: str
    """SHA-256 of the description, fleet table included."""
    gaps: tuple[str, ...] = ()
    """What is missing and therefore refuses plans: each a sentence with its place."""
    remarks: tuple[str, ...] = ()
    """What is legal and worth a look: each a sentence with its place."""
    illustrative: bool = False
    source: Source | None = None
    """Where the facts of a live region come from; None for a simulated one."""
    places: tuple[PlaceRule, ...] = ()
    """Where servers stand whose source does not know it."""
    alarms: AlarmPolicy = field(default_factory=AlarmPolicy)
    """Which conditions are alarms, and how loud."""
    status_page: StatusPagePolicy | None = None
    """What those outside are told, and where; None where the description states nothing."""
    learnt: Learnt = field(default_factory=Learnt)
    """What its source and its ledger state beside the description."""
    index: dict[str, int] = field(default_factory=dict, repr=False)
    """Position of each subsystem in *subsystems*, by name."""

    def __post_init__(self) -> None:
        self.index.update((subsystem.name, number) for number, subsystem in enumerate(self.subsystems))

    @cached_property
    def listed(self) -> tuple[int, ...]:
        """How many servers are listed for each subsystem, whatever their state."""
        found = [0] * len(self.subsystems)
        counts = np.bincount(self.roster.profile, minlength=len(self.roster.profiles)).tolist()
        for profile, count in zip(self.roster.profiles, counts, strict=True):
            for number, _ in profile:
                found[number] += count
        return tuple(found)

    @cached_property
    def longest_window_s(self) -> float:
        """The longest time over which servers that leave are counted, in seconds; a minute at least."""
        own = (window.seconds for one in self.subsystems for window in one.windows)
        return max((60.0, *(window.seconds for window in self.policy.windows), *own))

    def subsystem(self, name: str) -> Subsystem:
        """Give the subsystem called *name*.

        Raises:
            KeyError: there is none.
        """
        return self.subsystems[self.index[name]]
