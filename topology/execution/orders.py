"""What somebody, or something, ordered of an execution: to pause, to stop, to halt, to wait for the link no longer."""

from dataclasses import dataclass


@dataclass(slots=True)
class Orders:
    """Names are of operators; an empty text is nobody, or no reason."""

    paused_by: str = ""
    stopped_by: str = ""
    halted: str = ""
    """Why nothing more is sent, for a reason that nobody chose."""
    is_cancelled: bool = False
    """Whether the link was told of a stop."""
    is_let_go: bool = False
    """Whether the link is waited for no longer."""

    @property
    def is_stopped(self) -> bool:
        """Whether somebody stopped it."""
        return bool(self.stopped_by)

    def stop(self, operator: str) -> None:
        """Send nothing more, from now on; the first who said so is named."""
        self.stopped_by = self.stopped_by or operator

    def halt(self, why: str) -> None:
        """Send nothing more; the first reason stays."""
        self.halted = self.halted or why
