"""What stands against a wave for want of a second person: approvals that do not hold, and what goes beyond them."""

from enum import StrEnum

from topology.refusals.base import RefusalFacts


class Observer(StrEnum):
    """What stands on a subsystem and watches over it."""

    SUBSYSTEM = "subsystem"
    CONSOLE = "console"
    """This console."""
    TARGET = "target"
    """A target of the status page."""


class ApprovalInvalid(RefusalFacts, frozen=True, tag="approval-invalid"):
    """An approval that a wave names does not hold.

    *state* is that of its request; `absent` where the ledger has none, `other` where it is of another execution. *by* and *reason*
    are of who took it back, or of what made it void.
    """

    number: int
    state: str
    by: str = ""
    reason: str = ""


class ShareUnapproved(RefusalFacts, frozen=True, tag="share-unapproved"):
    """More of a scope leaves than the policy leaves to one operator: *units* of *listed*, where so many in a thousand may."""

    subsystem: str
    scope: str
    units: int
    listed: int
    permille: int


class BeyondServers(RefusalFacts, frozen=True, tag="beyond-servers"):
    """More servers leave in all than was approved (*limit*)."""

    number: int
    count: int
    limit: int


class BeyondUnits(RefusalFacts, frozen=True, tag="beyond-units"):
    """More units leave a scope in all than was approved; *limit* is None where none was."""

    number: int
    subsystem: str
    scope: str
    units: int
    limit: int | None


class BeyondHeadroom(RefusalFacts, frozen=True, tag="beyond-headroom"):
    """Less headroom of a scope is left than was approved (*limit*)."""

    number: int
    subsystem: str
    scope: str
    headroom: int
    limit: int


class CautionUnapproved(RefusalFacts, frozen=True, tag="caution-unapproved"):
    """A caution that wants a second person: *code* is `tight`, `impact` (*other* needs it) or `self` (*other* watches over it)."""

    code: str
    subsystem: str
    scope: str
    headroom: int
    floor: int
    other: str = ""
    observer: Observer = Observer.SUBSYSTEM


class CollateralUnapproved(RefusalFacts, frozen=True, tag="collateral-unapproved"):
    """Servers of subsystems leave that the command does not name."""

    subsystems: tuple[str, ...]
