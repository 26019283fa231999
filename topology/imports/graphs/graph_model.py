"""What a file about a graph states, whatever its format: nodes, who needs whom, and what of it was not understood."""

from dataclasses import dataclass, field

from topology.imports.notes import ImportRefusedError, Note, Topic, plain
from topology.region.region import Amount
from topology.region.sentences.counting import first_of

MOST_NODES = 10_000
"""As many subsystems as the console is made for."""
MOST_LINKS = 200_000
MOST_KINDS_OF_DEFECT = 30


@dataclass(slots=True)
class Node:
    """A subsystem, or an external. Its key is the text by which the file's links name it."""

    name: str
    """What it is called by, before it is put into the grammar of names."""
    title: str = ""
    service: str = ""
    external: bool = False
    servers: dict[str, int] = field(default_factory=dict)
    """How many in each zone; none stated means one in the first zone."""
    floor: Amount | None = None
    floor_stated: bool = False
    """Whether the file says anything of a floor; if it does and *floor* is None, it was not understood."""


@dataclass(slots=True)
class GraphLink:
    """A need, and what the file says of it."""

    soft: bool = False
    remarks: dict[str, None] = field(default_factory=dict)
    calls: int = 0


@dataclass(slots=True)
class Defects:
    """Counts what could not be understood by its reason, so that a million bad entries are one note."""

    what: str
    """What is counted, in the plural, such as "spans"."""
    found: dict[str, tuple[int, str]] = field(default_factory=dict)
    """How often each reason was found, and where first."""
    total: int = 0

    def add(self, reason: str, where: str) -> None:
        """Count one at *where*, such as "span 17"."""
        self.total += 1
        count, first = self.found.get(reason, (0, where))
        if count or len(self.found) < MOST_KINDS_OF_DEFECT:
            self.found[reason] = (count + 1, first)

    def notes(self) -> list[Note]:
        """Give one note for each reason, and one for those past the last."""
        told = [
            Note(
                Topic.NOT_UNDERSTOOD,
                f"{first}: {reason}" + (f" (as in {count - 1:,} more {self.what})" if count > 1 else ""),
            )
            for reason, (count, first) in self.found.items()
        ]
        rest = self.total - sum(count for count, _ in self.found.values())
        return [*told, *([Note(Topic.NOT_UNDERSTOOD, f"{rest:,} more {self.what}, for other reasons")] if rest else [])]


@dataclass(slots=True)
class ImportedGraph:
    """Everything that was understood, by key, and notes about the rest."""

    made_from: list[str]
    """Lines for the head of the description."""
    region: str
    """What the region is called; put into the grammar of names."""
    title: str
    nodes: dict[str, Node] = field(default_factory=dict)
    links: dict[tuple[str, str], GraphLink] = field(default_factory=dict)
    """By (dependent, needed)."""
    to_itself: dict[str, None] = field(default_factory=dict)
    zones: tuple[str, ...] = ("zone",)
    notes: list[Note] = field(default_factory=list)
    defects: int = 0
    """How many entries could not be understood."""
    how_it_links: str = ""
    """A sentence about what the file does not say of its links."""

    def node(self, key: str) -> Node:
        """Give the node called *key*, made where it was not known."""
        if key not in self.nodes:
            self.nodes[key] = Node(key)
        return self.nodes[key]

    def link(self, dependent: str, needs: str, *, soft: bool = False, calls: int = 0, remark: str = "") -> None:
        """Note that one needs another; a pair stated twice is one, hard where one of both is.

        Raises:
            ImportRefusedError: there are more than any region has.
        """
        if dependent == needs:
            self.to_itself[dependent] = None
            return
        found = self.links.get((dependent, needs))
        if found is None:
            if len(self.links) >= MOST_LINKS:
                raise ImportRefusedError(f"There are more than {MOST_LINKS:,} links in it; import less at a time.")
            found = self.links[dependent, needs] = GraphLink(soft)
        found.soft = found.soft and soft
        found.calls += calls
        if remark:
            found.remarks[remark] = None

    def make_external(self, why: str) -> None:
        """Make nodes of what is linked and not declared, and say so; *why* it is not, such as "not listed"."""
        undeclared = sorted({key for pair in self.links for key in pair if key not in self.nodes})
        for key in undeclared:
            self.node(key).external = True
        if undeclared:
            text = f"{len(undeclared):,} named by others, {why}, so external, without servers here"
            self.notes.append(Note(Topic.EXTERNAL, f"{text}: {first_of([plain(key) for key in undeclared], 50)}"))

    def refuse_if_too_many(self) -> None:
        """Refuse more nodes than any region has, before more is made of them.

        Raises:
            ImportRefusedError: there are.
        """
        if len(self.nodes) > MOST_NODES:
            some = first_of([plain(key, 40) for key in list(self.nodes)[:3]])
            raise ImportRefusedError(
                f"It names {len(self.nodes):,} nodes, more than the {MOST_NODES:,} subsystems that a region is made for "
                f"(the first are {some}). Do the names hold numbers of instances or of requests?",
                tuple(self.notes),
            )

    def understood(self, defects: Defects) -> None:
        """Take the notes of *defects* over."""
        self.notes += defects.notes()
        self.defects += defects.total
