"""What an execution at a region keeps to between its waves: every guard, and what halts it is said in words."""

from console.words.findings.table import sentence
from topology.execution.execution import Rules
from topology.planning.guards.guard import Guard


class SpokenRules(Rules):
    """Every guard and every pace; *guards* are an organisation's own, asked besides ours."""

    say = staticmethod(sentence)

    def __init__(self, guards: tuple[Guard, ...] = (), *, waits: bool = True) -> None:
        self.guards = guards
        self.waits = waits
