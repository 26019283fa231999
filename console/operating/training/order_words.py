"""What the command line says of a training's orders: what could be typed, and what is wrong with what is."""

from collections.abc import Iterator

from topology.command.complete import Completion
from topology.incident.model import Incident
from topology.incident.orders.orders import Approve, FromCopy, Go, order_of
from topology.incident.session.requests import copy_named, proposal_named, reach_named

MOST = 50


def order_completions(text: str, cursor: int, incident: Incident) -> tuple[Completion, ...]:
    """Give the orders that begin with the text before *cursor*; none for an empty line, which is the console's own."""
    typed = text[:cursor]
    if not typed.strip():
        return ()
    found = (
        Completion(order, 0, len(text), "verb", reason)
        for order, reason in _orders(incident)
        if order.startswith(typed)
    )
    return tuple(one for one, _ in zip(found, range(MOST), strict=False))


AT_ONCE = "Enter does it at once, in the run"


def order_note(text: str, incident: Incident) -> str:
    """Say what is wrong with an order that is being typed, or that Enter does it."""
    try:
        order = order_of(text, incident.region)
        if isinstance(order, Approve):
            proposal_named(incident, order.name)
        elif isinstance(order, Go):
            reach_named(incident, order.way)
        elif isinstance(order, FromCopy):
            copy_named(incident, order.name)
    except ValueError as error:
        return str(error)
    return AT_ONCE


def _orders(incident: Incident) -> Iterator[tuple[str, str]]:
    zones = dict.fromkeys(zone for zone, _, _ in incident.region.roster.racks)
    for proposal in incident.proposals:
        yield f"check {proposal.name}", proposal.title
        yield f"approve {proposal.name}", f"{proposal.title}, everywhere"
        for zone in zones:
            yield f"approve {proposal.name} in {zone}", f"{proposal.title}, in {zone} alone"
    for copy in incident.copies:
        yield f"try {copy.name}", copy.title
        yield f"recover from {copy.name}", copy.title
    for reach in incident.reaches:
        yield f"go {reach.name}", reach.title
    for subsystem in incident.region.subsystems:
        if subsystem.restart is not None:
            yield f"restart {subsystem.name}", "restart it in full"
            yield f"restart {subsystem.name} by cell", "one cell after the other, each when the one before is back"
            for zone in zones:
                yield f"restart {subsystem.name} in {zone}", f"restart what of it is in {zone}"
    asked = dict.fromkeys(
        change.subsystem
        for event in incident.events
        for change in event.changes
        if getattr(change, "demand", None) is not None
    )
    for name in asked:
        for other in asked:
            if other != name:
                yield f"shift {name} to {other}", "what is asked of one goes to the other"
                yield f"shift {name} to {other} by zone", "one zone after the other"
    if any(era.share_percent for era in incident.eras):
        yield 'override "', "the next command passes the check of the share; say why"
    yield 'announce "', "tell customers"
    for channel in incident.channels:
        yield f'announce "we work on it" by {channel.name}', channel.title
    yield "notice", "say that something is seen to be wrong"
    yield "inject ", "for an instructor: let something fail"
