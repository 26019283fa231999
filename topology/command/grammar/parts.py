"""The parts of a command's one spelling, for what has only its text: a journal, an execution, an offer to go on.

It cuts as the parser does and asks for no vocabulary: the names of an old entry may not exist any more. What a command
means is the parser's business.
"""

from dataclasses import dataclass
from itertools import pairwise

from topology.command.grammar.tokens import Lexeme, cut, located

_BEFORE_NAMES = {"remove": "from", "restore": "to"}


@dataclass(frozen=True, slots=True)
class CommandParts:
    """A command in parts: *verb*, *quantity* and *selection* (`from billing in az1`), and the clauses *after* it.

    *quantity* is empty where servers are named or the verb has none; *selection* is then all that follows the verb.
    *after* are pace, reason and what is expected.
    """

    verb: str
    quantity: str
    selection: str
    after: str

    @property
    def pace_per_minute(self) -> int | None:
        """The pace that the command states itself, in servers per minute; None where it states none."""
        words = self.after.split()
        stated = words[1].removesuffix("/min") if len(words) > 1 and words[0] == "at" else ""
        return int(stated) if stated.isascii() and stated.isdigit() else None

    @property
    def short(self) -> str:
        """The command without pace, reason, what is expected, and the word servers, which goes without saying."""
        return " ".join(part for part in (self.verb, self.quantity, self.selection) if part)

    def of_servers(self, count: int) -> str:
        """Give the same command for another *count* of servers; empty where it has no quantity."""
        if not self.quantity:
            return ""
        servers = "server" if count == 1 else "servers"
        return " ".join(part for part in (self.verb, str(count), servers, self.selection, self.after) if part)


def parts_of(text: str) -> CommandParts:
    """Cut the *text* of a command into its parts."""
    lexemes = located(text, cut(text))
    end = next((one.start for one, after in pairwise(lexemes) if _begins_clause(one, after)), len(text))
    verb = lexemes[0].word if lexemes else ""
    words = [one.word for one in lexemes[:4]]
    joint = _BEFORE_NAMES.get(verb)
    place = 3 if words[2:3] in (["server"], ["servers"]) else 2
    if joint is not None and words[place : place + 1] == [joint]:
        return CommandParts(verb, words[1], text[lexemes[place].start : end].strip(), text[end:].strip())
    rest = lexemes[1].start if len(lexemes) > 1 else len(text)
    return CommandParts(verb, "", text[rest:end].strip(), text[end:].strip())


def _begins_clause(one: Lexeme, after: Lexeme) -> bool:
    """Whether pace, reason or what is expected begins here; a name may be spelled like the word alone."""
    if one.word == "at":
        return after.word.endswith("/min")
    return (one.word == "because" and after.word.startswith('"')) or one.word == "expect"
