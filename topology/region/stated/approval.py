"""Reads `[approval]` of a description: when a plan needs a second person, and what one may lift."""

from topology.approval.policy import CAUTIONS, LIFTABLE, SHARE, ApprovalPolicy, ApproverGroup
from topology.region.region import shown
from topology.region.tables import Table


def read_approval(top: Table) -> ApprovalPolicy:
    """Read the policy; without one nothing needs an approval. Problems are noted with their places."""
    if top.get("approval") is None:
        return ApprovalPolicy()
    table = top.table("approval")
    table.only({"cautions", "more_than", "lifts", "break_glass", "count", "group", "lasts"})
    share = table.amount("more_than")
    if share is not None and not share.percent:
        table.problem("more_than", f'is {share}; write a share of a scope, as in "2%"')
    groups = tuple(filter(None, (_group(one) for one in table.tables("group"))))
    return ApprovalPolicy(
        _codes(table, "cautions", CAUTIONS),
        None if share is None else share.permille,
        _codes(table, "lifts", LIFTABLE),
        _codes(table, "break_glass", (*CAUTIONS, *LIFTABLE, SHARE)),
        table.count("count", 1, least=1),
        groups,
        table.seconds("lasts", 1800.0),
    )


def _codes(table: Table, key: str, known: tuple[str, ...]) -> tuple[str, ...]:
    found = tuple(dict.fromkeys(table.texts(key)))
    for code in found:
        if code not in known:
            table.problem(key, f"holds {shown(code)}; it may hold {', '.join(dict.fromkeys(known))}")
    return tuple(code for code in found if code in known)


def _group(table: Table) -> ApproverGroup | None:
    table.only({"name", "members", "count"})
    name, members, count = table.name("name"), table.texts("members", required=True), table.count("count", 1, least=1)
    if members and count > len(set(members)):
        table.problem("count", f"is {count:,}, more than the {len(set(members)):,} members")
    return ApproverGroup(name, tuple(dict.fromkeys(members)), count) if name else None
