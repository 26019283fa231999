"""What a journal entry says, in words. Pure functions from entries to text."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, tzinfo

from console.words import writing as words
from topology.execution.journal_entries import Entry, Kind
from topology.region.sentences.clock import moment_at

BAD = (Kind.HALT,)
CARE = (
    Kind.STOP,
    Kind.NOTED,
    Kind.RECOVERED,
    Kind.TAKEN_OVER,
    Kind.DECLINED,
    Kind.WITHDRAWN,
    Kind.BREAK_GLASS,
    Kind.VOIDED,
)
_APPROVAL = (Kind.ASKED, Kind.APPROVED, Kind.DECLINED, Kind.WITHDRAWN, Kind.BREAK_GLASS, Kind.VOIDED)


_CALLED = {Kind.INTENT: "begun", Kind.OUTCOME: "result"}


def called(kind: Kind) -> str:
    """Give the plain word for a kind of entry."""
    return _CALLED.get(kind, kind.value)


def _kind(kind: Kind) -> str:
    """Give the plain word, and beside it the one that the file has where that is another."""
    return called(kind) if called(kind) == kind.value else f"{called(kind)} ({kind.value} in the file)"


def outcome(entry: Entry, accepted: str = "accepted") -> str:
    """Say what an entry means in a line; *accepted* is what has become of servers that the region took on in a wave."""
    details = entry.details
    wave = details.get("wave")
    if entry.kind is Kind.INTENT:
        return _intent(entry)
    if entry.kind is Kind.WAVE:
        return "sent to the region"
    if entry.kind is Kind.OUTCOME:
        return _came_of(entry, accepted)
    if entry.kind in _APPROVAL:
        return _approval(entry)
    if entry.kind is Kind.ELSEWHERE:
        done, verb = _names(details, "done"), "came back" if details.get("action") == "restore" else "left service"
        what = f"{words.number(len(done))} of {words.plural(len(entry.servers), 'server')} {verb}"
        return f"by {details.get('from')} at another machine{_begun(details)}: {what}"
    if entry.kind is Kind.TAKEN_OVER:
        return _taken_over(entry)
    if entry.kind is Kind.ALARM:
        return _alarms(details)
    if entry.kind is Kind.PAGE:
        return _page(details)
    if isinstance(sentence := details.get("sentence") or details.get("journal"), str):
        return sentence
    if lost := details.get("lost"):
        return f"not known what came of wave {wave}: {lost}"
    if names := _names(details, "returned"):
        return f"{words.plural(len(names), 'server')} went back into service"
    if changes := _names(details, "changes"):
        return "; ".join(changes)
    return ", ".join(f"{key}: {_plain(value)}" for key, value in details.items())


def moment(time: datetime, zone: tzinfo) -> str:
    """Write a time as the region's own clock shows it: 2017-02-28 09:37:02 PST."""
    return time.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S %Z")


def short_moment(time: datetime, zone: tzinfo, today: date) -> str:
    """Write a time for a narrow column: 09:37:02 today, else 2017-02-28 09:37:02, by the region's own clock."""
    at = time.astimezone(zone)
    return f"{at:%H:%M:%S}" if at.date() == today else f"{at:%Y-%m-%d %H:%M:%S}"


def moment_utc(time: datetime) -> str:
    """Write a time to the millisecond in UTC."""
    at = time.astimezone(UTC)
    return f"{at:%Y-%m-%d %H:%M:%S}.{at.microsecond // 1000:03} UTC"


def whole(entry: Entry, zone: tzinfo, said: str) -> str:
    """Write everything that an entry holds and what it says in a line, to be read and copied."""
    lines = [
        ("entry", words.number(entry.number)),
        ("time", f"{moment(entry.time, zone)}  ({moment_utc(entry.time)})"),
        ("operator", entry.operator),
        ("kind", _kind(entry.kind)),
        ("command", entry.command),
        ("says", said),
        ("plan", entry.plan),
        ("execution", entry.execution),
        *((key, _plain(value)) for key, value in entry.details.items() if key != "sentence"),
        ("hash", entry.hash),
        ("after", entry.previous),
    ]
    text = "\n".join(f"{name}: {words.literal(value)}" for name, value in lines if value)
    if entry.servers:
        names = "\n".join(words.literal(name) for name in entry.servers)
        text += f"\n\n{words.plural(len(entry.servers), 'server')}\n{names}"
    return text


def searched(entry: Entry, zone: tzinfo, command: str, said: str) -> str:
    """Give the text that the filter looks through, in lower case; *command* and *said* are as the table shows them."""
    parts = (
        str(entry.number),
        moment(entry.time, zone),
        entry.operator,
        entry.kind.value,
        called(entry.kind),
        entry.command,
        command,
        said,
        entry.plan,
        entry.execution,
        *entry.servers,
    )
    return "\n".join(parts).lower()


def undo_target(entry: Entry, entries: Sequence[Entry]) -> int | None:
    """Give the number of the intent that `undo` would take back for an entry; None where there is none."""
    if not entry.execution:
        return None
    return next((other.number for other in entries if _begins(other) and other.execution == entry.execution), None)


def _begun(details: Mapping[str, object]) -> str:
    """Say when it began: it may have ended while this console was closed."""
    began = details.get("began")
    return f", begun {moment_at(began):%Y-%m-%d %H:%M} UTC" if isinstance(began, float) and began else ""


def _begins(entry: Entry) -> bool:
    return entry.kind is Kind.INTENT or (entry.kind in (Kind.TAKEN_OVER, Kind.ELSEWHERE) and "action" in entry.details)


def _intent(entry: Entry) -> str:
    details = entry.details
    parts = ["to put back" if details.get("action") == "restore" else "to remove"]
    if isinstance(undoes := details.get("undoes"), int):
        parts = [f"to undo entry {words.number(undoes)}"]
    if isinstance(verdict := details.get("verdict"), str):
        parts.append(verdict)
    said = ", ".join(parts)
    return f"{said} ({', '.join(codes)})" if (codes := _names(details, "findings")) else said


def _taken_over(entry: Entry) -> str:
    details = entry.details
    who = f"taken over from {details.get('from')}"
    if "action" not in details:
        number = details.get("entry")
        return f"{who}: entry {words.number(number)}" if isinstance(number, int) else who
    waves = details.get("waves")
    sent = sum(len(names) for names in waves.values()) if isinstance(waves, Mapping) else 0
    verb = "sent back" if details["action"] == "restore" else "sent"
    return f"{who} at another machine: {words.number(sent)} of {words.plural(len(entry.servers), 'server')} {verb}"


def _approval(entry: Entry) -> str:
    details = entry.details
    number, by, reason = details.get("request"), details.get("by"), details.get("because")
    parts = [f"request {words.number(number)}" if isinstance(number, int) else "a request"]
    if by and by != entry.operator:
        parts.append(f"by {by}")
    elif (asked_by := details.get("asked_by")) and asked_by != entry.operator:
        parts.append(f"of {asked_by}")
    if needs := _names(details, "needs"):
        parts.append(f"for {words.listed(needs)}")
    said = " ".join(parts)
    return f"{said}: {reason}" if reason else said


def _came_of(entry: Entry, accepted: str) -> str:
    details = entry.details
    if details.get("not_sent"):
        return "not sent"
    if details.get("stopped_elsewhere"):
        return "not done: another console had stopped it"
    if details.get("never_heard_of"):
        return "did not happen: the region never heard of it"
    parts = [f"{words.number(len(entry.servers))} {accepted}"] if entry.servers else []
    for key, what in (
        ("refused", "refused"),
        ("unknown", "unknown"),
        ("returned", "back in service"),
        ("too_soon", "put off"),
    ):
        if names := _names(details, key):
            parts.append(f"{words.number(len(names))} {what}")
    said = "; ".join(parts)
    if reasons := _names(details, "reasons"):
        return f"{said}: {'; '.join(reasons)}" if said else "; ".join(reasons)
    if "not_before" in details:
        return "; ".join([*parts, "too soon, it waits"])
    return said or "nothing done"


def _alarms(details: Mapping[str, object]) -> str:
    """Say what happened to alarms: the first by name, the others counted."""
    found = details.get("alarms")
    steps = [step for step in found if isinstance(step, Mapping)] if isinstance(found, list | tuple) else []
    said = []
    for kind in dict.fromkeys(str(step.get("step")) for step in steps):
        those = [step for step in steps if step.get("step") == kind and not step.get("cause")] or [
            step for step in steps if step.get("step") == kind
        ]
        every = sum(step.get("step") == kind for step in steps)
        first = those[0]
        where = "" if first.get("scope") in (None, "region") else f" {first.get('scope')}"
        more = f" and {words.number(every - 1)} more" if every > 1 else ""
        why = f": {first['reason']}" if first.get("reason") else ""
        said.append(f"{kind}: {first.get('rule')} {first.get('about')}{where}{more}{why}")
    return "; ".join(said)


def _page(details: Mapping[str, object]) -> str:
    """Say what those outside are told by it."""
    found = details.get("page")
    steps = [step for step in found if isinstance(step, Mapping)] if isinstance(found, list | tuple) else []
    said = []
    for step in steps:
        match step.get("step"):
            case "shown":
                said.append(f"the page shows {step.get('service')} {step.get('state')}")
            case "announced":
                said.append(f"announcement {step.get('number')}: {step.get('title')}")
            case "updated":
                text = f": {step['text']}" if step.get("text") else ""
                said.append(f"announcement {step.get('key')} is {step.get('status')}{text}")
            case "overridden":
                said.append(f"{step.get('service')} is said to be {step.get('state')}: {step.get('reason')}")
            case "released":
                said.append(f"the page shows what is measured of {step.get('service')} again")
            case "drilled":
                said.append("every target was written and read back")
            case _:
                said.append("services are as shown")
    by = details.get("from")
    return f"by {by} at another machine: {words.listed(said, 4)}" if by else words.listed(said, 4)


def _names(details: Mapping[str, object], key: str) -> tuple[str, ...]:
    found = details.get(key)
    return tuple(str(name) for name in found) if isinstance(found, list | tuple) else ()


def _plain(value: object) -> str:
    if isinstance(value, list | tuple):
        return words.listed([str(item) for item in value], 12)
    return "yes" if value is True else str(value)
