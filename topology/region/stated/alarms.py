"""Reads what a description says of its alarms."""

from topology.region.alarming.policy import LEVELS, AlarmPolicy, AlarmRule
from topology.region.region import shown
from topology.region.tables import Table


def read_alarm_policy(table: Table) -> AlarmPolicy:
    """Read `[alarms]` of a description; what is not written has its usual value."""
    table.only({"off", "priority", "no_headroom_for", "falling_within", "off_after"})
    rules = {str(rule): rule for rule in AlarmRule}
    off = []
    for name in table.texts("off"):
        if name in rules:
            off.append(rules[name])
        else:
            table.problem("off", f"names {shown(name)}, which is no rule; there are {', '.join(rules)}")
    louder = []
    levels = table.table("priority", required=False)
    for name in levels.written:
        level = levels.text(name)
        if name not in rules:
            levels.problem(name, f"is no rule; there are {', '.join(rules)}")
        elif level not in LEVELS:
            levels.problem(name, f"is {shown(level)}; write {', '.join(LEVELS)}")
        else:
            louder.append((rules[name], LEVELS[level]))
    usual = AlarmPolicy()
    return AlarmPolicy(
        frozenset(off),
        tuple(louder),
        table.seconds("no_headroom_for", usual.no_headroom_for_s),
        table.seconds("falling_within", usual.falling_within_s),
        table.seconds("off_after", usual.off_after_s),
    )
