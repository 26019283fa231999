"""The states of a server, and their words in descriptions and on the screen."""

from enum import IntEnum


class ServerState(IntEnum):
    """What a server is doing; only `IN_SERVICE` counts as capacity."""

    JOINING = 0
    IN_SERVICE = 1
    DRAINING = 2
    REMOVED = 3
    FAILED = 4


STATE_NAMES = tuple(state.name.lower() for state in ServerState)
"""The words of descriptions and of the screen, by number."""
