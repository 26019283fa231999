"""Every verb, once: parsing, completion, help and printing all come from its entry. A new verb is one entry more."""

from topology.command.arguments.alarms import ACKNOWLEDGES, AlarmPhrase
from topology.command.arguments.announcements import AnnouncePhrase, OverridePhrase
from topology.command.arguments.argument import Argument
from topology.command.arguments.edges import EdgePhrase
from topology.command.arguments.quantities import ENTRY, REQUEST
from topology.command.arguments.stops import StopPhrase, TakeOverPhrase
from topology.command.arguments.subsystems import NODE
from topology.command.cursor import Cursor
from topology.command.grammar.alarm_commands import ShelveAlarm, UnshelveAlarm
from topology.command.grammar.page_commands import PublishPage
from topology.command.grammar.syntax import (
    ApproveRequest,
    BreakGlass,
    Control,
    Decline,
    Explain,
    Help,
    Remove,
    RemoveServers,
    RequestApproval,
    Restore,
    RestoreServers,
    Show,
    Undo,
    Withdraw,
)
from topology.command.verb import ReasonedPhrase, RunPhrase, ScopePhrase, SelectionPhrase, Takes, Verb


class _VerbName(Argument):
    """The name of a verb, which may be left out."""

    __slots__ = ()

    def read(self, cursor: Cursor, verb: str) -> str | None:
        cursor.wanted.extend(VERBS)
        if not cursor.word:
            return None
        if cursor.word not in VERBS:
            cursor.unexpected()
        word = cursor.word
        cursor.take("verb")
        return word


VERB = _VerbName("a verb")

_SELECTION = 'SUBSYSTEM, ... [in PLACE ...] [where CONDITION] [at N/min] [because "TEXT"]'
_STAGES = 'SUBSYSTEM, ... [in PLACE ...] [where CONDITION] by rack|cell|zone [at N/min] [because "TEXT"]'
_NAMES = 'servers NAME, FIRST..LAST, ... [at N/min] [because "TEXT"]'

_TABLE = (
    Verb(
        "remove",
        SelectionPhrase(Remove, RemoveServers),
        "take servers out of service",
        (f"remove N|N%|all [servers] from {_SELECTION}", f"remove {_NAMES}", f"remove all from {_STAGES}"),
        "remove 40 servers from billing in az4",
        makes_plan=True,
        preposition="from",
        clauses=("in", "where", "by", "at", "because"),
        name_clauses=("at", "because"),
    ),
    Verb(
        "restore",
        SelectionPhrase(Restore, RestoreServers),
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
        ScopePhrase(),
        "show what is left above the floors",
        ("headroom [SUBSYSTEM] [in PLACE]",),
        "headroom billing in az4",
        clauses=("in",),
    ),
    Verb(
        "explain",
        Takes(Explain, NODE),
        "say which floors hold for a subsystem and which servers it shares",
        ("explain SUBSYSTEM",),
        "explain index",
    ),
    Verb(
        "adopt",
        EdgePhrase(),
        "put the lines that state a dependency, such as one that was seen, on the clipboard",
        ("adopt DEPENDENT needs SUBSYSTEM [softly]",),
        "adopt front-end needs index",
    ),
    Verb("show", Takes(Show, NODE), "find a subsystem in the topology", ("show SUBSYSTEM",), "show index"),
    Verb(
        "stop",
        StopPhrase(),
        "end the running execution before its next server; or another's, by its entry or its operator",
        ("stop", "stop ENTRY", "stop of OPERATOR"),
        "stop",
    ),
    Verb(
        "pause", Takes(lambda: Control("pause")), "hold the running execution before its next wave", ("pause",), "pause"
    ),
    Verb(
        "resume",
        Takes(lambda: Control("resume")),
        "go on with the paused execution",
        ("resume",),
        "resume",
    ),
    Verb(
        "undo",
        Takes(Undo, ENTRY),
        "give back what an execution took: your last one, or that of a journal entry",
        ("undo [ENTRY]",),
        "undo 1204",
        makes_plan=True,
    ),
    Verb(
        "run",
        RunPhrase(),
        "go through a playbook, step by step: each is previewed and confirmed as usual",
        ("run PLAYBOOK [PARAMETER=VALUE ...] [undo]",),
        "run debug-slow-billing count=4 zone=az4",
    ),
    Verb(
        "acknowledge",
        ACKNOWLEDGES,
        "accept the region's changed description, or say that you have seen alarms",
        ("acknowledge", "acknowledge alarm NAME", "acknowledge alarms"),
        "acknowledge alarm index",
    ),
    Verb(
        "shelve",
        AlarmPhrase(ShelveAlarm),
        "put alarms aside for a time, at most a day; they come back by themselves",
        ('shelve alarm NAME for N min because "TEXT"', 'shelve alarms for N min because "TEXT"'),
        'shelve alarm index for 30 min because "az4 is being rebuilt"',
    ),
    Verb(
        "unshelve",
        AlarmPhrase(UnshelveAlarm),
        "take alarms up again that were put aside",
        ("unshelve alarm NAME", "unshelve alarms"),
        "unshelve alarm index",
    ),
    Verb(
        "announce",
        AnnouncePhrase(),
        "tell those outside: shown as the public will see it, and confirmed",
        (
            'announce "TEXT" for SERVICE, ... status STATUS',
            'announce update N "TEXT" [status STATUS]',
            'announce maintenance "TEXT" for SERVICE, ... from TIME until TIME',
        ),
        'announce "Elevated errors for PUT" for s3 status investigating',
    ),
    Verb(
        "override",
        OverridePhrase(),
        "say on the status page how a service is, whatever is measured, for a time",
        ('override SERVICE STATE for N min because "TEXT"', "override SERVICE end"),
        'override s3 partial for 30 min because "customers see errors"',
    ),
    Verb(
        "publish",
        Takes(PublishPage),
        "publish the status page to every target now",
        ("publish",),
        "publish",
    ),
    Verb(
        "request",
        ReasonedPhrase(RequestApproval, ("approval",), required=False),
        "ask another operator to approve the plan that was on show last",
        ('request approval [because "TEXT"]',),
        'request approval because "the host is on fire"',
        clauses=("because",),
    ),
    Verb(
        "approve",
        ReasonedPhrase(ApproveRequest, (REQUEST,), required=False),
        "show what another operator asks for, judged now; with a reason it can be approved",
        ('approve NUMBER [because "TEXT"]',),
        'approve 12 because "agreed with the team"',
        clauses=("because",),
    ),
    Verb(
        "decline",
        ReasonedPhrase(Decline, (REQUEST,)),
        "decline what another operator asks for",
        ('decline NUMBER because "TEXT"',),
        'decline 12 because "not before the backup"',
    ),
    Verb(
        "withdraw",
        ReasonedPhrase(Withdraw, (REQUEST,), required=False),
        "take back a request, or an approval you gave: nothing more leaves by it",
        ('withdraw NUMBER [because "TEXT"]',),
        "withdraw 12",
        clauses=("because",),
    ),
    Verb(
        "break-glass",
        ReasonedPhrase(BreakGlass),
        "carry out the plan that was on show last alone, where the policy allows it; everybody is told",
        ('break-glass because "TEXT"',),
        'break-glass because "fire in az4"',
    ),
    Verb(
        "take-over",
        TakeOverPhrase(),
        "take over an execution that nobody carries out any more",
        ("take-over ENTRY", "take-over of OPERATOR"),
        "take-over 1204",
    ),
    Verb("help", Takes(Help, VERB), "explain the commands, or one verb", ("help [VERB]",), "help remove"),
)

VERBS: dict[str, Verb] = {verb.name: verb for verb in _TABLE}
"""Every verb by its name, the most used first."""
