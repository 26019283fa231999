"""What is new in a ledger since a look before: executions that ended, and what consoles told each other."""

from dataclasses import dataclass

from topology.records.ledger.values import KeptExecution


@dataclass(frozen=True, slots=True)
class LedgerWord:
    """What a console tells those at other machines: its *topic*, who said it and at which console, and a body that those read."""

    topic: str
    operator: str
    session: str
    body: bytes


@dataclass(frozen=True, slots=True)
class LedgerNews:
    """Executions that ended, in the order in which they did, and words, likewise; all of it up to a *revision*."""

    revision: int
    ended: tuple[KeptExecution, ...] = ()
    words: tuple[LedgerWord, ...] = ()
