"""What is said of alarms: object, quantity, consequence, the act, where it stands, and how many there were."""

from datetime import tzinfo

from console.words import writing as words
from topology.alarms.load import FLOOD, MANAGEABLE, AlarmLoad
from topology.alarms.values import Alarm, AlarmKey, CapacityFacts, HaltFacts, ObservedNeedFacts, SilenceFacts, Standing
from topology.region.alarming.policy import AlarmRule, Priority
from topology.region.sentences.clock import moment_at

MARKS = {Priority.HIGH: "▼", Priority.MEDIUM: "◆", Priority.LOW: "·"}
"""The shape that tells a priority without its colour."""
RULES = {
    AlarmRule.BELOW_FLOOR: "below its floor",
    AlarmRule.NO_HEADROOM: "at its floor",
    AlarmRule.FALLING: "tight and falling",
    AlarmRule.SOURCE_SILENT: "source silent",
    AlarmRule.HALTED: "execution halted",
    AlarmRule.RECORDS: "journal or ledger in trouble",
    AlarmRule.PAGE_LATE: "status page late",
    AlarmRule.OBSERVED_NEED: "observed need below its floor",
}


def sentence(alarm: Alarm) -> str:
    """Say what is so, with its numbers, and what follows from it."""
    key, facts = alarm.key, alarm.condition.facts
    if isinstance(facts, CapacityFacts):
        return _capacity(key, facts)
    if isinstance(facts, SilenceFacts):
        why = f": {facts.reason}" if facts.reason else ""
        return f"the source has been silent for {words.duration(facts.age_s)}{why}; nothing can be confirmed"
    if isinstance(facts, ObservedNeedFacts):
        more = f" and {words.number(facts.more)} more" if facts.more else ""
        numbers = f"{key.about} {words.number(facts.capacity)}, floor {words.number(facts.floor)}"
        return f"{numbers}: {', '.join(facts.callers)}{more} called it lately, and nobody stated that they need it"
    if isinstance(facts, HaltFacts):
        done = f"{words.number(facts.done)} of {words.number(facts.total)} done"
        return f"{facts.command} halted, {done}: {facts.reason}"
    return facts.sentence


def _capacity(key: AlarmKey, facts: CapacityFacts) -> str:
    where = f" in {facts.scope.place}" if facts.scope.place else ""
    numbers = f"{key.about}{where} {words.number(facts.capacity)}, floor {words.number(facts.floor)}"
    room = facts.capacity - facts.floor
    if key.rule is AlarmRule.FALLING and facts.per_hour is not None:
        return f"{numbers}: {words.number(room)} above, falling {words.number(round(-facts.per_hour))} an hour"
    if room == 0:
        return f"{numbers}: no headroom, the next failure breaks it"
    return f"{numbers}: {words.number(-room)} below{_consequence(facts)}"


def _consequence(facts: CapacityFacts) -> str:
    if not facts.impacted:
        return ""
    more = f" and {words.number(facts.more_impacted)} more" if facts.more_impacted else ""
    return f"; {', '.join(facts.impacted)}{more} {'needs' if len(facts.impacted) == 1 and not more else 'need'} it"


def standing(alarm: Alarm, zone: tzinfo) -> str:
    """Say where an alarm stands, and by whom."""
    if alarm.shelf is not None:
        until = moment_at(alarm.shelf.until, zone)
        return f"shelved until {until:%H:%M} · {alarm.shelf.operator}"
    if alarm.standing is Standing.ACKNOWLEDGED:
        return f"acknowledged · {alarm.by}" if alarm.by else "acknowledged"
    if alarm.standing is Standing.RETURNED:
        return "over, not seen yet"
    return "follows from the one above" if alarm.hidden else "not seen yet"


def counted(loud: int, every: int) -> str:
    """Say how many alarms wait, for the strip: nothing where none stands."""
    if loud:
        return words.plural(loud, "alarm")
    return f"{words.plural(every, 'alarm')} seen" if every else ""


def load_line(load: AlarmLoad | None) -> str:
    """Say the load of the time that was watched, beside what one operator can take."""
    if load is None:
        return ""
    hours = f"last {load.hours:.0f} h" if load.hours >= 1 else f"last {max(1, round(load.hours * 60))} min"
    if not load.count:
        return f"{hours}: no new alarm"
    every = f"{hours}: {words.plural(load.count, 'alarm')}"
    # A rate of a few minutes would say nothing.
    parts = [every if load.hours < 1 else f"{every}, {load.per_hour:.1f} an hour [manageable: {MANAGEABLE:.0f}]"]
    parts.append(f"worst 10 minutes: {words.number(load.worst_window)} [at most {FLOOD}]")
    if load.flood_share:
        parts.append(f"{load.flood_share:.1%} of the time in flood")
    rule, count = load.by_rule[0]
    if load.count > 2 and count * 2 > load.count:
        parts.append(f"{RULES[rule]} made {words.number(count)} of {words.number(load.count)}")
    if load.chattering:
        parts.append(f"chattering: {', '.join(key.about for key in load.chattering[:3])}")
    return " · ".join(parts)
