"""An edge of the graph: who needs what."""

from dataclasses import dataclass

from topology.command.arguments.subsystems import NODE
from topology.command.cursor import Cursor
from topology.command.grammar.adoption import Adopt
from topology.command.grammar.syntax import Command


@dataclass(frozen=True, slots=True)
class EdgePhrase:
    """`DEPENDENT needs SUBSYSTEM`, and perhaps `softly`."""

    def read(self, cursor: Cursor, verb: object) -> Command:
        """Read both ends, and how much the one needs the other."""
        dependent = NODE.read(cursor, Adopt.word)
        cursor.require("needs")
        if cursor.word == dependent and not cursor.is_being_typed:
            cursor.unexpected(f"{dependent} cannot need itself")
        needs = NODE.read(cursor, Adopt.word)
        return Adopt(dependent, needs, "soft" if cursor.accept("softly") else "hard")
