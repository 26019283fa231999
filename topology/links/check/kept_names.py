"""The names under which ledgers keep what a description guards with: a format, the same since the first version, never shown."""

import re

from topology.fleet.lowered import GuardedBy, GuardNumber

_FORMS: tuple[tuple[GuardedBy, str], ...] = (
    (GuardedBy.PROTECTED_SERVERS, "protected servers"),
    (GuardedBy.PACE, "pace a minute"),
    (GuardedBy.LARGEST_COMMAND, "largest command"),
    (GuardedBy.WAVE, "wave"),
    (GuardedBy.STALE_AFTER, "stale after, in seconds"),
    (GuardedBy.SHARE, "share of a scope that one operator may take, in tenths of a percent"),
    (GuardedBy.APPROVERS, "operators who approve"),
    (GuardedBy.GROUP_APPROVERS, "members of {whose} who approve"),
    (GuardedBy.SECOND_PERSON, "second person for {whose}"),
    (GuardedBy.LIFTED, "{whose} lifted by an approval"),
    (GuardedBy.PACE_WITHIN, "pace within {hours} h"),
    (GuardedBy.PACE_WITHIN, "{whose} pace within {hours} h"),
    (GuardedBy.PACE, "{whose} pace a minute"),
    (GuardedBy.CEILING, "{whose} ceiling"),
    (GuardedBy.DECLARED, "{whose} declared"),
    (GuardedBy.PROTECTED, "{whose} protected"),
    (GuardedBy.FLOOR, "{whose} floor in {scope}"),
    (GuardedBy.FLOOR, "{whose} floor"),
)
_PARTS = {"whose": r"(?P<whose>.+)", "scope": r"(?P<scope>\S+)", "hours": r"(?P<hours>[0-9.e+-]+)"}
_FIELD = re.compile(r"\\\{(\w+)\\\}")
_READ = tuple((by, re.compile(_FIELD.sub(lambda field: _PARTS[field[1]], re.escape(form)))) for by, form in _FORMS)
_WRITTEN = {(by, *(f"{{{part}}}" in form for part in _PARTS)): form for by, form in _FORMS}


def kept_name(number: GuardNumber) -> str:
    """Give the name under which a ledger keeps *number*."""
    if number.by is GuardedBy.OTHER:
        return number.whose
    form = _WRITTEN[number.by, bool(number.whose), bool(number.scope), bool(number.hours)]
    return form.format(whose=number.whose, scope=number.scope, hours=f"{number.hours:g}")


def number_of(name: str) -> GuardNumber:
    """Give the number that a ledger keeps under *name*."""
    for by, form in _READ:
        if found := form.fullmatch(name):
            parts = found.groupdict()
            return GuardNumber(by, parts.get("whose", ""), parts.get("scope", ""), float(parts.get("hours", 0)))
    return GuardNumber(GuardedBy.OTHER, name)
