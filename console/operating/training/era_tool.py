"""The tool of an era on the workbench: its orders are read and planned, and its plans shown as it showed them."""

from console.operating.training.order_words import AT_ONCE, order_completions, order_note
from console.operating.training.training import Training
from topology.command.complete import Completion
from topology.command.grammar.reading import CommandError, Reading
from topology.command.grammar.syntax import Command, Planned
from topology.fleet.state import State
from topology.incident.orders.orders import is_order, makes_order_plan, order_of
from topology.incident.session.session import TrainingSession
from topology.incident.session.tools import planned_in, shown_in
from topology.planning.plan import Plan

_Key = tuple[str, TrainingSession | None, str, float, int]


class EraTool:
    """What the tool that a trainee acts with reads, completes and shows."""

    keeps_servers = False
    """A run does what the text means at its moment; servers of another moment would be refused for good."""

    def __init__(self, training: Training) -> None:
        self._training = training
        self._refused = ("", "")
        self._planned: tuple[_Key | None, Plan | None, str] = (None, None, "")
        """What was planned last, and of which moment: a frame costs nothing while nothing happens."""

    @property
    def sees_slips(self) -> bool:
        """Whether it says what is a slip away: the tool of the day knew nothing of slips."""
        return self._training.era_of_run.guards is None

    def refuse(self, text: str, why: str) -> None:
        """Keep why a text was not done, to be said beneath it until another one is typed."""
        self._refused = text, why

    def reads(self, text: str) -> Reading | None:
        """Read an order, which is not of the command language."""
        if not is_order(text):
            return None
        wrong, why = self._refused
        if text == wrong:
            return Reading(text, None, CommandError(why, 0, len(text)))
        note = order_note(text, self._training.incident)
        order = order_of(text, self._training.incident.region) if note == AT_ONCE else None
        if makes_order_plan(order):
            return Reading(text, order, None, wants=((),))
        return Reading(text, None, None, wants=((),), notes=(note,))

    def completes(self, text: str, cursor: int) -> tuple[Completion, ...]:
        """Say which orders may stand at *cursor*."""
        return order_completions(text, cursor, self._training.incident)

    def plans(self, command: Command | None) -> tuple[Plan | None, str]:
        """Plan an order at the moment of the training, or say why it cannot be done."""
        if not makes_order_plan(command):
            return None, ""
        training = self._training
        revision = -1 if training.session is None else training.session.branch.revision
        key = (str(command), training.session, training.era.name, training.now(), revision)
        if key != self._planned[0]:
            session = training.session or training.not_begun()
            try:
                self._planned = key, session.plan_of(command), ""
            except ValueError as error:
                self._planned = key, None, f"{error}."
        return self._planned[1:]

    def shows(self, state: State, plan: Plan | None, command: Command | None) -> Plan | None:
        """Show a plan as the era's tool did, which may take what selects nothing for all of it."""
        era = self._training.era_of_run
        if plan is None or era.guards is None:
            return plan
        if not plan.count and isinstance(command, Planned):
            plan = planned_in(era, state, command, self._training.guards)
        return shown_in(era, plan)
