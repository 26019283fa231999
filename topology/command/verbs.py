"""Every verb and every clause, once: parsing, completion and help all read this table."""

from dataclasses import dataclass
from typing import Literal

Argument = Literal["selection", "entry", "scope", "node", "verb", "playbook", "nothing"]
"""What stands after a verb: servers to choose, a journal entry, a subsystem in a place, a node, a verb, a playbook, or nothing."""


@dataclass(frozen=True, slots=True)
class Verb:
    """One verb: what it takes, what it is for and how it looks.

    *preposition* joins the quantity to the subsystems. *clauses* may follow, in the order of `CLAUSES`; of these only
    *name_clauses* may follow servers that are named one by one. *makes_plan* is true where there is a plan.
    """

    name: str
    argument: Argument
    help: str
    usage: tuple[str, ...]
    example: str
    makes_plan: bool = False
    preposition: str = ""
    clauses: tuple[str, ...] = ()
    name_clauses: tuple[str, ...] = ()


CLAUSES = {
    "in": "only in these zones, cells or racks",
    "where": "only the servers that match a condition",
    "at": "slower than the policy's pace",
    "because": "a reason, kept in the journal",
}
"""The clauses in the one order in which they may follow, each with a line of help."""

FIELDS = {
    "rack": "the rack a server is in",
    "cell": "the cell a server is in",
    "zone": "the zone a server is in",
    "name": "the server's own name, with * and ? for any letters",
}
"""What a condition may look at, each with a line of help."""

WORDS = {
    "servers": "servers by name",
    "all": "every server that matches",
    "from": "the subsystems they leave",
    "to": "the subsystems they go back to",
    "and": "both must hold",
    "or": "either may hold",
    "not": "must not hold",
    "=": "is",
    "!=": "is not",
    "in (": "is one of",
}
"""The other words of the language, each with a line of help."""

_SELECTION = 'SUBSYSTEM, ... [in PLACE ...] [where CONDITION] [at N/min] [because "TEXT"]'
_NAMES = 'servers NAME, FIRST..LAST, ... [at N/min] [because "TEXT"]'

_TABLE = (
    Verb(
        "remove",
        "selection",
        "take servers out of service",
        (f"remove N|N%|all [servers] from {_SELECTION}", f"remove {_NAMES}"),
        "remove 40 servers from billing in az4",
        makes_plan=True,
        preposition="from",
        clauses=("in", "where", "at", "because"),
        name_clauses=("at", "because"),
    ),
    Verb(
        "restore",
        "selection",
        "put removed servers back, the last removed first",
        (f"restore N|N%|all [servers] to {_SELECTION}", f"restore {_NAMES}"),
        "restore 12 servers to index",
        makes_plan=True,
        preposition="to",
        clauses=("in", "where", "at", "because"),
        name_clauses=("at", "because"),
    ),
    Verb(
        "headroom",
        "scope",
        "show what is left above the floors",
        ("headroom [SUBSYSTEM] [in PLACE]",),
        "headroom billing in az4",
        clauses=("in",),
    ),
    Verb(
        "explain",
        "node",
        "say which floors hold for a subsystem and which servers it shares",
        ("explain SUBSYSTEM",),
        "explain index",
    ),
    Verb("show", "node", "find a subsystem in the topology", ("show SUBSYSTEM",), "show index"),
    Verb("stop", "nothing", "end the running execution before its next server", ("stop",), "stop"),
    Verb("pause", "nothing", "hold the running execution before its next wave", ("pause",), "pause"),
    Verb("resume", "nothing", "go on with the paused execution", ("resume",), "resume"),
    Verb(
        "undo",
        "entry",
        "give back what an execution took: your last one, or that of a journal entry",
        ("undo [ENTRY]",),
        "undo 1204",
        makes_plan=True,
    ),
    Verb(
        "run",
        "playbook",
        "go through a playbook, step by step: each is previewed and confirmed as usual",
        ("run PLAYBOOK [PARAMETER=VALUE ...] [undo]",),
        "run debug-slow-billing count=4 zone=az4",
    ),
    Verb("acknowledge", "nothing", "accept the region's changed description", ("acknowledge",), "acknowledge"),
    Verb("help", "verb", "explain the commands, or one verb", ("help [VERB]",), "help remove"),
)

VERBS: dict[str, Verb] = {verb.name: verb for verb in _TABLE}
"""Every verb by its name, the most used first."""
