"""How an execution ended, in words around the counts of its servers, which may be settled later than the end."""

from dataclasses import dataclass

from topology.execution.orders import Orders
from topology.execution.progress import Phase


@dataclass(frozen=True, slots=True)
class Ending:
    """The *phase*, the *lead* that says it, and what stands *before* and *behind* the counts in the sentence of the end."""

    phase: Phase
    lead: str = ""
    before: str = ""
    behind: str = ""

    def reason(self, counted: str) -> str:
        """Give the sentence without the word for the phase."""
        return f"{self.before}{counted}{self.behind}"

    def sentence(self, counted: str) -> str:
        """Give the whole sentence."""
        return f"{self.lead}{self.reason(counted)}"


FINISHED = Ending(Phase.FINISHED, "finished: ")
CUT_OFF = Ending(Phase.HALTED, before="cut off: ")


def early(orders: Orders) -> Ending:
    """Give the end before everything was sent: by a stop, or else by what halted it."""
    if orders.stopped_by:
        return Ending(Phase.STOPPED, before=f"stopped by {orders.stopped_by}: ")
    return Ending(Phase.HALTED, "halted: ", f"{orders.halted}; ")
