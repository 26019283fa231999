"""Carries an order out that was previewed and that no guard of the era refuses, and says what follows from it."""

from topology.fleet.state import State
from topology.incident.branch.branch import Branch
from topology.incident.orders.orders import Approve, FromCopy, PlannedOrder, Restart, ShiftOrder
from topology.incident.session.cures import stops_again
from topology.incident.session.executor import BranchExecutor
from topology.incident.session.order_plans import OrderPlan, covered, narrowed_changes, plan_order, zones_of
from topology.incident.session.requests import proposal_named, recover
from topology.incident.session.shifting import shift
from topology.incident.session.tools import holds
from topology.planning.facts import Say
from topology.planning.guards.guard import Guard
from topology.planning.plan import Plan, ScopeVerdict, Severity


def carry_order_out(order: PlannedOrder, found: OrderPlan, branch: Branch, executor: BranchExecutor) -> str:
    """Do what an order says; gives a sentence that says what follows.

    Raises:
        ValueError: a copy turns out not to be good.
    """
    match order:
        case Restart():
            return _restart(order, found, branch, executor)
        case Approve():
            return _approve(order, branch)
        case FromCopy(name):
            return recover(branch, name)
        case ShiftOrder():
            return shift(order, branch)


def checked(order: Approve, branch: Branch, state: State, say: Say, own: tuple[Guard, ...] = ()) -> str:
    """Say what is known against a change that waits, under whichever tool: what its plan finds, without any act.

    Raises:
        ValueError: there is no such change.
    """
    proposal = proposal_named(branch.incident, order.name)
    plan = plan_order(order, branch, state, own).plan
    told = [say(one.facts) for one in plan.findings if one.severity is not Severity.NOTE or one.code == "order"]
    return f"{proposal.title}: {'; '.join(told) or 'nothing was found against it'}"


def harms(order: PlannedOrder, plan: Plan) -> bool:
    """Whether to confirm a plan is wrong, whatever the tool lets pass: a floor would break, or what is known is against it."""
    if plan.action == "remove" and any(one.verdict is ScopeVerdict.BREAKS for one in plan.effects):
        return True
    known = ("unknown", "ceiling", "floor")
    return isinstance(order, Approve | ShiftOrder) and any(
        one.severity is Severity.BLOCK and one.code in known for one in plan.findings
    )


def _restart(order: Restart, found: OrderPlan, branch: Branch, executor: BranchExecutor) -> str:
    name, extent = order.subsystem, order.extent
    rate = None if extent.pace is None else extent.pace.per_minute
    count = len(executor.executions)
    if void := stops_again(branch, name):
        return void
    position = branch.fleet.position
    if name in branch.restarts.phases:
        if extent.is_all:
            return branch.restart(name, rate=rate)
        some = [position[server] for server in found.plan.servers]
        return branch.restart(name, some, rate, f"restart-{name}-{branch.time:.0f}-{count}")
    stuck = set(branch.restarts.stuck(name)).intersection(position[server] for server in found.plan.servers)
    if stuck:
        operation, restarts = f"restart-{name}-{branch.time:.0f}-{count}", branch.restarts
        restarts.parts.take(operation, restarts.part(name, rate), sorted(stuck))
        restarts.parts.close(operation, branch.time)
        branch.tell(f"{name}: the checks of {len(stuck):,} of its servers begin (model)", "event")
        return f"{len(stuck):,} servers of {name} that stopped are being restarted"
    if extent.is_all and extent.by is None and not branch.era.paced:
        return branch.restart(name, rate=rate)
    executor.begin_restart(str(order), name, found.stages, rate, rate)
    total = sum(map(len, found.stages))
    stages = f", in {len(found.stages):,} stages by {extent.by}" if len(found.stages) > 1 else ""
    return f"{total:,} servers of {name} are restarted{stages}"


def _approve(order: Approve, branch: Branch) -> str:
    """Let a change begin that goes on by itself; where floors hold it halts before a step that would break one."""
    proposal = proposal_named(branch.incident, order.name)
    chosen = None if order.extent.is_all or not proposal.covers else set(covered(order, proposal, branch))
    guarded = holds(branch.era, "floor") and not branch.era.lets_pass("floor", str(order))
    for change in narrowed_changes(order, proposal, branch):
        branch.by_itself.begin(change, branch.time, order.name, guarded=guarded, only=chosen)
    branch.kept.approved.add(order.name)
    for zone in zones_of(order.extent, branch):
        branch.kept.approved_in[order.name, zone] = branch.time
    places = ", ".join(map(str, order.extent.places))
    where = f" in {places}" if places else "" if order.extent.quantity is not None else ", everywhere"
    some = f" on {order.extent.quantity}" if order.extent.quantity is not None else ""
    return f"{proposal.title} goes out{some}{where}"
