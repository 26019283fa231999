"""What an incident's file says of how a run is judged: services to count, objectives with rules, figures that were published."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ServiceFigure:
    """A service that people know by *title*, such as reads: minutes in which *subsystem* could not serve all *operations*.

    No operations stand for the subsystem as a whole.
    """

    name: str
    title: str
    subsystem: str
    operations: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PublishedFigure:
    """What is known of a *figure* of what happened: its *value* with a source, or, with None, that nobody published it.

    *figure* is a key of the score, with a name after a colon where it has several: `minutes_without:reads`.
    """

    figure: str
    value: float | None
    source: str
    confidence: str


@dataclass(frozen=True, slots=True)
class ObjectiveRule:
    """An objective of a *decision*, and what meets it; several conditions have to hold together.

    *acts* are patterns (`remove * from billing*`) of acts that are done; *least* and *most* bound the servers of these acts
    together, or, with *counted* false, how many such acts there are. *by* is until when, in seconds since 1970 UTC. *figure* is
    one of the score, which is *at_most* so much. None: no bound.
    """

    decision: str
    text: str
    acts: tuple[str, ...] = ()
    least: int | None = None
    most: int | None = None
    counted: bool = False
    by: float | None = None
    figure: str = ""
    at_most: float | None = None
    only_if: str = ""
    """A figure of the score: while it is 0 it did not come to this objective, and nothing is judged."""
