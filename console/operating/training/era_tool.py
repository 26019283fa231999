"""The tool of an era on the workbench: its orders are read, and its plans shown as it showed them."""

from console.operating.training.order_words import order_completions, order_note
from console.operating.training.training import Training
from topology.command.complete import Completion
from topology.command.grammar.reading import Reading
from topology.command.grammar.syntax import Command, Planned
from topology.fleet.state import State
from topology.incident.session.orders import is_order
from topology.incident.session.tools import planned_in, shown_in
from topology.planning.plan import Plan


class EraTool:
    """What the tool that a trainee acts with reads, completes and shows."""

    def __init__(self, training: Training) -> None:
        self._training = training

    @property
    def sees_slips(self) -> bool:
        """Whether it says what is a slip away: the tool of the day knew nothing of slips."""
        return self._training.era_of_run.guards is None

    def reads(self, text: str) -> Reading | None:
        """Read an order, which is not of the command language, and not wrong for that: Enter does it."""
        if not is_order(text):
            return None
        return Reading(text, None, None, wants=((),), notes=(order_note(text, self._training.incident),))

    def completes(self, text: str, cursor: int) -> tuple[Completion, ...]:
        """Say which orders may stand at *cursor*."""
        return order_completions(text, cursor, self._training.incident)

    def shows(self, state: State, plan: Plan | None, command: Command | None) -> Plan | None:
        """Show a plan as the era's tool did, which may take what selects nothing for all of it."""
        era = self._training.era_of_run
        if plan is None or era.guards is None:
            return plan
        if not plan.count and isinstance(command, Planned):
            plan = planned_in(era, state, command, self._training.guards)
        return shown_in(era, plan)
