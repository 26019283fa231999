"""Whether what an incident says was typed could be typed at all: a misspelt command would be found out by nobody."""

from topology.command.grammar.vocabulary import vocabulary_of
from topology.command.parse import parse
from topology.fleet.fleet import Fleet
from topology.fleet.state import State
from topology.incident.conditions.values import WayIn
from topology.incident.model import Event, Proposal
from topology.incident.orders.orders import Approve, Go, is_order, order_of
from topology.region.region import Region
from topology.region.tables import Problems


def check_commands(
    events: tuple[Event, ...],
    proposals: tuple[Proposal, ...],
    reaches: tuple[WayIn, ...],
    region: Region,
    problems: Problems,
) -> None:
    """Note every command of an event that is none, or that names a change or a way in which is not here."""
    typed = [event for event in events if event.command]
    if not typed:
        return
    vocabulary = vocabulary_of(State(region, Fleet(region)))
    names, ways = {proposal.name for proposal in proposals}, {reach.name for reach in reaches}
    for event in typed:
        why = ""
        if is_order(event.command):
            try:
                order = order_of(event.command, region)
            except ValueError as error:
                why = str(error)
            else:
                if isinstance(order, Approve) and order.name not in names:
                    why = f"{order.name} is no change that waits here; there is {', '.join(sorted(names)) or 'none'}"
                if isinstance(order, Go) and order.way not in ways:
                    why = f"{order.way} is no way in here; there is {', '.join(sorted(ways)) or 'none'}"
        else:
            reading = parse(event.command, vocabulary)
            if reading.command is None:
                why = reading.error.message if reading.error is not None else "it is not finished"
        if why:
            problems.add(f"{event.place}.command", f"is no command: {why}")
