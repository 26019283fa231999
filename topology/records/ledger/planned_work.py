"""What an execution is about, as a ledger keeps it for other machines, whose journals know nothing of it."""

import zlib
from dataclasses import dataclass
from typing import Literal

import msgspec


@dataclass(frozen=True, slots=True)
class PlannedWork:
    """The servers of a plan in order, what is done to them, and the command's own pace in servers per minute.

    *named* are the subsystems that the command named. By it others count what is still to leave, and take it over.
    """

    action: Literal["remove", "restore"]
    servers: tuple[str, ...]
    pace: int | None = None
    named: tuple[str, ...] = ()


def packed_work(work: PlannedWork) -> bytes:
    """Write it small: names of servers resemble each other."""
    return zlib.compress(msgspec.json.encode(work), 1)


def work_of(data: bytes) -> PlannedWork | None:
    """Read it; None where this version cannot, for then it says as little as if there were none."""
    try:
        return msgspec.json.decode(zlib.decompress(data), type=PlannedWork)
    except (msgspec.MsgspecError, zlib.error):
        return None
