"""All that one act asks its ledger before it is judged, read in one step."""

from dataclasses import dataclass

from topology.records.ledger.values import KeptExecution, KeptWave, LedgerState


@dataclass(frozen=True, slots=True)
class ActGrounds:
    """What everybody is judged by, and of the execution in question what is known and its *waves*, in order."""

    state: LedgerState
    execution: KeptExecution | None
    waves: tuple[KeptWave, ...]
