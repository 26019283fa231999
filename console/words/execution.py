"""What the execution panel says, in words. Pure functions from a progress to text."""

from typing import Literal

from console.words import writing as words
from topology.command.grammar.parts import parts_of
from topology.execution.execution import Phase, Progress, WaveProgress

Meaning = Literal["alarm", "caution", "clear", "note"]

_DOING = {"remove": "Removing", "restore": "Restoring"}
_DONE = {"remove": "removed", "restore": "restored"}
_MOVING = {"remove": "draining", "restore": "joining"}


def title(progress: Progress) -> str:
    """Name what is being done: Removing 25 servers from billing."""
    count = words.plural(progress.total, "server")
    parts = parts_of(progress.command)
    where = f" {parts.selection}" if parts.quantity else ""
    if progress.phase.is_end:
        out = count if progress.servers_out == progress.total else f"{words.number(progress.servers_out)} of {count}"
        undone = "Undo: " if progress.undo else ""
        done = f"{undone}{_DONE[progress.action]} {out}{'' if progress.undo else where}"
        return done[:1].upper() + done[1:]
    if progress.undo:
        return f"Undo: restoring {count}"
    return f"{_DOING[progress.action]} {count}{where}"


def doing(progress: Progress | None) -> str:
    """Say for the title of a window what is being carried out: removing 20/48; nothing where nothing is."""
    if progress is None or progress.phase.is_end:
        return ""
    verb = {Phase.PAUSED: "paused", Phase.STOPPING: "stopping"}.get(progress.phase, _DOING[progress.action].lower())
    return f"{verb} {words.number(progress.servers_out)}/{words.number(progress.total)}"


def folded(progress: Progress) -> str:
    """Say in one line how an execution ended."""
    mark = "✓" if progress.phase is Phase.FINISHED and not progress.unknown and not progress.refused else "■"
    return (
        f"{mark} {title(progress)} · {counts(progress)}"
        if progress.phase is not Phase.FINISHED
        else f"{mark} {title(progress)}"
    )


def about(progress: Progress, pace_per_minute: int | None) -> str:
    """Say how it goes: wave 3 of 5 · 5 servers each · 10 per minute · floors checked again before every wave."""
    waves = progress.waves
    parts = [f"wave {words.number(progress.wave)} of {words.number(len(waves))}"]
    if pace_per_minute and progress.left and not progress.phase.is_end and progress.phase is not Phase.PAUSED:
        parts.append(f"about {words.duration(progress.left / pace_per_minute * 60)} left")
    if waves:
        largest = max(wave.total for wave in waves)
        parts.append(f"{words.plural(largest, 'server')} each" if len(waves) > 1 else words.plural(largest, "server"))
    if pace_per_minute is not None:
        parts.append(f"{words.number(pace_per_minute)} per minute")
    if progress.action == "remove":
        parts.append("floors checked again before every wave")
    return " · ".join(parts)


def counts(progress: Progress) -> str:
    """Count the servers by what became of them; what is nought is left out."""
    named = (
        (progress.done, _DONE[progress.action]),
        (progress.moving, _MOVING[progress.action]),
        (sum(wave.total for wave in progress.waves if wave.state == "sent"), "sent"),
        (progress.left, "to go" if not progress.phase.is_end else "not touched"),
        (progress.returned, "back in service" if progress.action == "remove" else "in service already"),
        (progress.refused, "refused by the region"),
        (progress.unknown, "unknown: the region has not said"),
    )
    return " · ".join(f"{words.number(count)} {what}" for count, what in named if count)


def meaning_of(progress: Progress) -> Meaning:
    """Say how the state is marked."""
    if progress.phase is Phase.HALTED:
        return "alarm"
    if progress.unknown or progress.refused or progress.phase in (Phase.PAUSED, Phase.STOPPED, Phase.STOPPING):
        return "caution"
    return "clear" if progress.phase is Phase.FINISHED else "note"


def state_line(progress: Progress, now: float | None) -> str:
    """Say why it waits and for how long, or how it ended."""
    said = progress.reason or progress.sentence
    if progress.next_at is None or now is None or progress.phase is not Phase.WAITING:
        return f"next wave at {progress.turn}: {said}" if progress.turn else said
    left = f"next wave in {words.clock(progress.next_at - now)}"
    return f"{left}, at {progress.turn}: {said}" if progress.turn else f"{left}: {said}"


def undo_label(progress: Progress) -> str:
    """Say what Undo would do; empty where there is nothing to undo, or this is an undo itself."""
    if progress.undo or progress.servers_out == 0:
        return ""
    verb = "restore" if progress.action == "remove" else "remove"
    return f"Undo: {verb} {words.plural(progress.servers_out, 'server')}"


def undo_command(progress: Progress) -> str:
    """Give the command text of Undo for exactly this execution."""
    return "undo" if progress.entry is None else f"undo {progress.entry}"


def wave_share(wave: WaveProgress) -> str:
    """Say how far a wave is in very little space."""
    return f"{wave.done}/{wave.total}"


def wave_word(wave: WaveProgress, action: Literal["remove", "restore"]) -> str:
    """Say how a wave stands, in the space of a segment."""
    if wave.state == "moving":
        return f"{_MOVING[action]} {wave_share(wave)}"
    return {"planned": "", "sent": "sent", "done": "done"}[wave.state]


def bar_sentence(progress: Progress) -> str:
    """Say the bar in words."""
    done = sum(wave.state == "done" for wave in progress.waves)
    text = f"{words.number(done)} of {words.plural(len(progress.waves), 'wave')} done"
    current = next((wave for wave in progress.waves if wave.state in ("moving", "sent")), None)
    if current is not None:
        text += f", wave {current.number} {wave_word(current, progress.action)}"
    return text
