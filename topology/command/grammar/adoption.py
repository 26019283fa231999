"""What an operator says to have the lines of a dependency for the description: nothing is written into it."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from topology.command.grammar.syntax import Command


@dataclass(frozen=True, slots=True)
class Adopt(Command):
    """Give the lines that state an edge, `hard` unless said otherwise: what is held for needed is the careful guess."""

    word: ClassVar[str] = "adopt"
    dependent: str
    needs: str
    kind: Literal["hard", "soft"] = "hard"

    def __str__(self) -> str:
        return f"adopt {self.dependent} needs {self.needs}" + (" softly" if self.kind == "soft" else "")


def dependency_lines(command: Adopt) -> str:
    """Write the lines for the description."""
    kind = "" if command.kind == "hard" else 'kind = "soft"\n'
    return f'[[dependency]]\nfrom = "{command.dependent}"\nto = "{command.needs}"\n{kind}'
