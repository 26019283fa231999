"""What is said of a removal for which others have to come back first."""

from console.words.writing import plural
from topology.planning.ahead.making_room import MakingRoom


def room_label(room: MakingRoom) -> str:
    """Say what the restore is good for."""
    return f"Nothing blocks it once {plural(room.servers, 'server')} more serve:"


def then_line(room: MakingRoom) -> str:
    """Say the second step."""
    return f"then {room.then}, once they serve again"


def room_lines(room: MakingRoom | None) -> list[str]:
    """Say both commands, one below the other; nothing where there is nothing to offer."""
    if room is None:
        return []
    return ["Makes room, in two commands:", f"  1. {room.restore}", f"  2. {room.then}, once they serve again"]
