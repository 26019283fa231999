"""Makes a description of what `aws autoscaling describe-auto-scaling-groups` says: groups, their instances, their least size."""

from collections import Counter
from collections.abc import Mapping

from topology.imports.graphs.graph_json import entries_of, graph_json
from topology.imports.imported import Imported
from topology.imports.notes import Note, Topic, UnreadableError, plain
from topology.imports.shapes import DefectError, described
from topology.imports.tables.listed import NO_ZONE, ListedFleet, ListedRow, ServerGroup, region_of_servers
from topology.region.listing import MOST_SERVERS
from topology.region.region import Amount
from topology.region.sentences.counting import counted
from topology.region.server_states import ServerState
from topology.region.tables import Tell, silent

_LIFE = {
    "InService": ServerState.IN_SERVICE,
    "Pending": ServerState.JOINING,
    "Terminating": ServerState.DRAINING,
    "Detaching": ServerState.DRAINING,
    "EnteringStandby": ServerState.DRAINING,
    "Standby": ServerState.REMOVED,
}
"""States of an instance's life, by what stands before a colon (`Pending:Wait`, `Warmed:Stopped`)."""
_GONE = ("Terminated", "Detached")


def import_autoscaling(data: bytes, source: str, tell: Tell = silent) -> Imported:
    """Make a description and a fleet table of Auto Scaling groups.

    MinSize is a floor that AWS itself keeps, MaxSize a ceiling. An instance that is not healthy counts as failed, whatever
    else is said of it.

    Raises:
        UnreadableError: it is not the JSON of that command.
        ImportRefusedError: there is no instance in it.
    """
    tell(f"Reading {len(data):,} bytes")
    top = graph_json(data)
    if not isinstance(top, dict) or not isinstance(top.get("AutoScalingGroups"), list):
        raise UnreadableError(
            "is not what aws autoscaling describe-auto-scaling-groups writes: it has no AutoScalingGroups"
        )
    made_from = [
        f"Made from {plain(source, 200)}, Auto Scaling groups as AWS describes them.",
        "A group is a subsystem, MinSize its floor, MaxSize its ceiling, an instance a server.",
    ]
    fleet = ListedFleet(made_from, "autoscaling", "Auto Scaling groups", "a MinSize above 0")
    reader = _GroupReader(fleet)
    for where, raw in entries_of(top, "AutoScalingGroups", "", fleet.defects):
        try:
            reader.group(_mapping(raw), where)
        except DefectError as defect:
            fleet.defects.add(str(defect), where)
    if top.get("NextToken"):
        fleet.notes.append(
            Note(Topic.LEFT_OUT, "the file holds one page of several (NextToken): the rest is not in it")
        )
    fleet.notes += reader.notes()
    return region_of_servers(fleet)


class _GroupReader:
    """Puts groups into a fleet."""

    def __init__(self, fleet: ListedFleet) -> None:
        self._fleet = fleet
        self._gone = 0
        self._strange = Counter[str]()

    def group(self, fields: Mapping[str, object], where: str) -> None:
        name = _text(fields, "AutoScalingGroupName")
        if name in self._fleet.groups:
            raise DefectError(f"group {plain(name)} is listed twice; the first is taken")
        stated = {key: _size(fields, key) for key in ("MinSize", "MaxSize", "DesiredCapacity")}
        least, most, wanted = stated.values()
        sizes = [f"{key} {size:,}" for key, size in stated.items() if size is not None]
        floor = Amount(least) if least else None  # 0 is what everybody gets who states nothing
        self._fleet.groups[name] = ServerGroup(floor, most or None, ", ".join(sizes))
        before = len(self._fleet.rows)
        for place, raw in entries_of(fields, "Instances", where, self._fleet.defects):
            try:
                self._instance(name, _mapping(raw))
            except DefectError as defect:
                self._fleet.defects.add(str(defect), place)
        listed = len(self._fleet.rows) - before
        if wanted is not None and wanted != listed:
            text = f"{plain(name)} wants {wanted:,} and lists {counted(listed, 'instance')}"
            self._fleet.notes.append(Note(Topic.SERVERS, text))
        if fields.get("SuspendedProcesses"):
            self._fleet.notes.append(
                Note(Topic.SERVERS, f"{plain(name)} has suspended processes, so AWS may not refill it")
            )

    def _instance(self, group: str, fields: Mapping[str, object]) -> None:
        life = _text(fields, "LifecycleState").partition(":")[0]
        if life in _GONE:
            self._gone += 1
            return
        state = _LIFE.get(life)
        if state is None:
            self._strange[life] += 1
            state = ServerState.FAILED
        health = fields.get("HealthStatus")
        if state is ServerState.IN_SERVICE and isinstance(health, str) and health.casefold() != "healthy":
            state = ServerState.FAILED
        zone = fields.get("AvailabilityZone")
        place = (zone if isinstance(zone, str) and zone else NO_ZONE, "", "")
        self._fleet.add(ListedRow(_text(fields, "InstanceId"), *place, state, ((group, 1),)))

    def notes(self) -> list[Note]:
        """Say what was left out, and what is not known."""
        found = []
        if self._gone:
            found.append(Note(Topic.LEFT_OUT, f"{counted(self._gone, 'instance')} that are terminated or detached"))
        if self._strange:
            words = ", ".join(f"{plain(word, 40)} ({count:,})" for word, count in sorted(self._strange.items())[:20])
            text = f"{counted(self._strange.total(), 'instance')} in a state that is not known here, so taken as failed"
            found.append(Note(Topic.SERVERS, f"{text}: {words}"))
        return found


def _mapping(raw: object) -> Mapping[str, object]:
    if not isinstance(raw, dict):
        raise DefectError(f"is {described(raw)}, not a mapping")
    return raw


def _text(fields: Mapping[str, object], key: str) -> str:
    raw = fields.get(key)
    if not isinstance(raw, str) or not raw:
        raise DefectError(f"{key} is {described(raw)}" + (", not text" if raw is not None else ""))
    return raw


def _size(fields: Mapping[str, object], key: str) -> int | None:
    raw = fields.get(key)
    if raw is None:
        return None
    if isinstance(raw, bool) or not isinstance(raw, int) or not 0 <= raw <= MOST_SERVERS:
        raise DefectError(f"{key} is {described(raw)}, not a number of servers")
    return raw
