"""What the side panel says of a plan, in words. Pure functions from a plan to text, so that a test can read them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from console.words import writing as words
from console.words.finding_codes import block_words, caution_words, codes_of, source_words, why_not
from console.words.findings.table import message
from console.words.plan_rows import Row
from topology.planning.guards.meaning.too_few_match import MoreThanMatch
from topology.planning.plan import Impact, PaceUse, Plan, ScopeVerdict, Severity, Verdict
from topology.planning.selection.choice import Counting

MINUTE_S, HOUR_S = 60.0, 3600.0
MOST_IN_TITLE = 2
"""Cautions that a title says; of more it says the first, and the line below it the others."""
GIVES_NOTHING_BACK = "A stop gives back nothing that has begun to drain."
Meaning = Literal["alarm", "caution", "clear", "note"]

_MEANING: dict[Verdict, Meaning] = {
    Verdict.BLOCKED: "alarm",
    Verdict.CAUTION: "caution",
    Verdict.CLEAR: "clear",
    Verdict.NOTHING: "alarm",
}
_SEVERITY: dict[Severity, Meaning] = {Severity.BLOCK: "alarm", Severity.CAUTION: "caution", Severity.NOTE: "note"}


@dataclass(frozen=True, slots=True)
class Headline:
    """The verdict in words: a title, and a line below it."""

    meaning: Meaning
    title: str
    below: str


def headline(plan: Plan, labels: Mapping[str, str] | None = None) -> Headline:
    """Say the verdict of a plan, which calls those who need what leaves by their *labels*, as their cards do."""
    called = labels or {}
    titles: dict[Verdict, Callable[[Plan], str]] = {
        Verdict.BLOCKED: _blocked,
        Verdict.NOTHING: lambda _: "Nothing: no server is selected",
        Verdict.CAUTION: lambda one: _caution(one, called),
        Verdict.CLEAR: lambda _: "Clear: every floor holds",
    }
    return Headline(_MEANING[plan.verdict], titles[plan.verdict](plan), _below(plan, called))


def pace_lines(plan: Plan) -> list[str]:
    """Say how much of every pace is used, where there is more than the policy's pace a minute or any of it is used."""
    if len(plan.pace) < 2 and not any(use.used for use in plan.pace):
        return []
    lines = ["Pace used"]
    for use in plan.pace:
        time = "a minute" if use.seconds == MINUTE_S else f"{use.seconds / 3600:g} h"
        if MINUTE_S < use.seconds < HOUR_S:
            time = f"{use.seconds / 60:g} min"
        whose = f" of {use.subsystem}" if use.subsystem else ""
        takes, most = words.number(use.takes), words.number(use.most)
        lines.append(f"· {_bar(use)} {words.number(use.used)} of {most} in {time}{whose}; this takes {takes}")
    return lines


def _bar(use: PaceUse) -> str:
    """Draw how much is used (full) and would be taken (half), in ten marks."""
    used = min(10, round(10 * use.used / use.most))
    taken = min(10 - used, max(1, round(10 * use.takes / use.most)))
    return "■" * used + "▨" * taken + "□" * (10 - used - taken)


def meaning_of(severity: Severity) -> Meaning:
    """Say how a finding is marked."""
    return _SEVERITY[severity]


def unavailable(plan: Plan) -> str:
    """Say on the button why a plan cannot be confirmed."""
    if plan.verdict is Verdict.NOTHING:
        return "no server is selected"
    return "unavailable" + _joined(why_not(plan))


def cannot_be_confirmed(plan: Plan) -> str:
    """Say why a plan cannot be confirmed, as a sentence."""
    why = ": no server is selected" if plan.verdict is Verdict.NOTHING else why_not(plan)
    return f"This plan cannot be confirmed{_joined(why)}."


def largest_label(plan: Plan) -> str:
    """Say what the largest safe command is."""
    return f"Largest that {_kept_by(plan)}:"


def _kept_by(plan: Plan) -> str:
    """Say what makes a smaller count the largest one: floors, where nothing else stands against the plan."""
    return "keeps every floor" if set(codes_of(plan, Severity.BLOCK)) == {"floor"} else "nothing blocks"


def counting_line(counting: Counting) -> str:
    """Say how far it is counted which servers leave, where there is no plan yet."""
    return f"counting which servers leave: {words.number(counting.known)} of {words.number(counting.most)} so far"


def line_under(plan: Plan, *, brief: bool = False) -> str:
    """Say in one sentence, for under the command line, what is wrong with the quantity; empty where nothing is.

    400 is 352 more than 48, the largest count that keeps every floor of index, placement and billing; *brief* names none.
    """
    safe = plan.largest_safe
    if plan.verdict is not Verdict.BLOCKED:
        return ""
    if safe is None or plan.count <= safe.count:
        return next((message(finding) for finding in plan.findings if finding.severity is Severity.BLOCK), "")
    count = plan.count
    short = next((one.facts for one in plan.findings if isinstance(one.facts, MoreThanMatch)), None)
    if short is not None:
        asked, there = words.number(short.wanted), words.number(short.matching)
        return (
            f"{asked} is {words.number(short.wanted - short.matching)} more than the {there} that match; "
            f"the largest count that {_kept_by(plan)} is {words.number(safe.count)}"
        )
    names = dict.fromkeys(effect.subsystem for effect in plan.effects if effect.verdict is ScopeVerdict.BREAKS)
    what = f"that {_kept_by(plan)}"
    others = [code for code in codes_of(plan, Severity.BLOCK) if code != "floor"]
    if not others and names and not brief:
        what += f" of {words.listed(names, 4)}"
    elif others:
        what += f" ({block_words(others[0], plan)})"
    excess, most = words.number(count - safe.count), words.number(safe.count)
    return f"{words.number(count)} is {excess} more than {most}, the largest count {what}"


def impact_aside(plan: Plan) -> str:
    """Count what the plan newly takes down the line."""
    fresh = sum(not impact.already for impact in plan.impacted)
    if not fresh:
        return "nothing new"
    return f"{words.plural(fresh, 'subsystem')} {words.verb(fresh, 'loses', 'lose')} a hard dependency"


def impact_lines(plan: Plan, labels: Mapping[str, str]) -> tuple[tuple[str, bool], ...]:
    """Say who loses what and why, those with the same reason on one line; the flag is true for what already was so."""
    grouped: dict[tuple[tuple[str, ...], tuple[str, ...], bool], list[str]] = {}
    for impact in plan.impacted:
        grouped.setdefault((impact.because[1:], impact.operations, impact.already), []).append(_label(impact, labels))
    lines = []
    for (because, operations, already), names in sorted(
        grouped.items(), key=lambda item: (item[0][2], len(item[0][0]))
    ):
        need = words.verb(len(names), "needs", "need")
        reason = f" {need} {' → '.join(because)}" if because else " below its floor"
        what = f" for {words.listed(operations)}" if operations else ""
        lines.append((f"{words.listed(names, 8)}{reason}{what}{' (already impacted)' if already else ''}", already))
    return tuple(lines)


def moves(plan: Plan, count: int) -> str:
    """Say what so many servers of a plan do: leave, or come back."""
    if plan.action == "remove":
        return words.verb(count, "leaves", "leave")
    return words.verb(count, "comes back", "come back")


def part_may_be_done(plan: Plan) -> str:
    """Warn of what its source cannot do: take a wave whole, give back what drains, or by name; else, or if blocked, nothing."""
    if plan.blocked:
        return ""
    said = ["Goes server by server: a refusal may leave part of it done."] if plan.in_part else []
    if "stops_mid_wave" in plan.lacks and plan.action == "remove":
        said.append(GIVES_NOTHING_BACK)
    if "restores_by_name" in plan.lacks:
        said.append("Servers cannot be given back by name here, so an undo is not promised.")
    return " ".join(said)


def time_needed(plan: Plan) -> str:
    """Say how long it will take: 5 min at 10 servers per minute."""
    if plan.pace_per_minute is None:
        return ""
    pace = f"{words.number(plan.pace_per_minute)} per minute"
    return f"{words.duration(plan.minutes * 60)} at {pace}" if plan.minutes else f"at {pace}"


def _label(impact: Impact, labels: Mapping[str, str]) -> str:
    return labels.get(impact.subsystem, impact.subsystem)


def _joined(why: str) -> str:
    return why if not why or why.startswith(":") else f" {why}"


def _blocked(plan: Plan) -> str:
    codes = codes_of(plan, Severity.BLOCK)
    if not codes:
        return "Blocked"
    reasons = dict.fromkeys([block_words(codes[0], plan), source_words(plan)])
    return f"Blocked: {'; '.join(reason for reason in reasons if reason)}"


def _besides(plan: Plan, labels: Mapping[str, str]) -> list[str]:
    """Say what else weighs than the title says."""
    blocks = [block_words(code, plan) for code in codes_of(plan, Severity.BLOCK)]
    cautions = [caution_words(code, plan, labels) for code in codes_of(plan, Severity.CAUTION)]
    if blocks:
        return list(dict.fromkeys([*blocks[1:], *cautions]))
    return cautions[1:] if len(cautions) > MOST_IN_TITLE else []


def _caution(plan: Plan, labels: Mapping[str, str]) -> str:
    reasons = [caution_words(code, plan, labels) for code in codes_of(plan, Severity.CAUTION)]
    if len(reasons) > MOST_IN_TITLE:
        return f"Caution: {reasons[0]}, and {words.plural(len(reasons) - 1, 'more caution')}"
    return f"Caution: {words.listed(reasons) or 'look before confirming'}"


def _below(plan: Plan, labels: Mapping[str, str]) -> str:
    if not plan.count:
        return next((message(finding) for finding in plan.findings), "")
    count = plan.count
    parts = [f"{words.plural(count, 'server')} {moves(plan, count)}"]
    if plan.shared:
        parts.append(_shared(plan.shared, count))
    if plan.left_out:
        parts.append(f"{words.plural(len(plan.left_out), 'server')} cannot come back")
    pending = max((effect.pending for effect in plan.effects), default=0)
    if pending:
        parts.append("a running execution still takes some, shown as pending")
    # Nothing that weighs may be off screen while the plan is confirmed: findings below may need scrolling.
    return " · ".join(["; ".join(parts), *_besides(plan, labels)])


def row_sentence(row: Row) -> str:
    """Say a line of the table: index 2,600 → 2,210, floor 2,400: 190 below; shared."""
    where = "" if row.scope == "region" else f" in {words.scope(row.scope)}"
    numbers = words.change(row.in_service, row.after) if row.touched else words.number(row.in_service)
    parts = [f"{row.name}{where} {numbers}, {_against_floor(row)}"]
    if row.ends is not None:
        parts.append(f"{words.number(row.ends)} when the running execution is done")
    if row.pending:
        parts.append(f"{words.number(row.pending)} of them still to leave in a running execution")
    if row.named is not None:
        parts.append("named in the command" if row.named else "shared: not named in the command")
    if row.verdict is ScopeVerdict.TIGHT:
        parts.append("tight")
    if row.broken:
        parts.append(f"breaks {row.broken} of its {words.plural(len(row.children), 'scope')}")
    if row.stale:
        parts.append("old data")
    return "; ".join(parts)


def row_below(row: Row) -> str:
    """Give the small line below a subsystem's name."""
    parts = [] if row.named is None else ["in the command" if row.named else "shared"]
    if row.stale:
        parts.append("old data")
    if row.verdict is ScopeVerdict.UNKNOWN:
        parts.append("no floor stated")
    elif row.verdict is ScopeVerdict.BELOW:
        parts.append("below its floor already")
    elif row.verdict is ScopeVerdict.TIGHT:
        parts.append("tight")
    if row.ends is not None:
        room = "" if row.ends_with is None else f" · {words.signed(row.ends_with)}"
        parts.append(f"→ {words.number(row.ends)}{room} when done")
    elif row.pending:
        parts.append(f"{words.number(row.pending)} pending")
    if (place := row.tight_place) is not None and place.headroom is not None:
        room = "at its floor" if not place.headroom else f"{words.number(place.headroom)} above"
        parts.append(f"tight in {words.scope(place.scope)}, {room}")
    if row.broken:
        parts.append(f"breaks in {row.broken} of {words.plural(len(row.children), 'place')}")
    return " · ".join(parts)


def _shared(shared: int, count: int) -> str:
    if count == 1:
        return "it also serves other subsystems"
    some = "all" if shared == count else words.number(shared)
    return f"{some} of them also {words.verb(shared, 'serves', 'serve')} other subsystems"


def _against_floor(row: Row) -> str:
    if row.floor is None or row.headroom is None:
        return "no floor stated"
    if row.headroom < 0:
        return f"floor {words.number(row.floor)}: {words.number(-row.headroom)} below"
    return f"floor {words.number(row.floor)}: {words.number(row.headroom)} above"
