"""A training that goes on elsewhere: what is on show is the same run, and what is done here is done there. No window."""

from collections.abc import Callable
from dataclasses import replace

from console.operating.training.moment_file import moment_of_text
from console.operating.training.training import Training
from topology.incident.session.acts import TypedAct
from topology.incident.session.session import ActAnswer, TrainingSession


class JoinedTraining(Training):
    """The same incident, seed and acts give the same run: so it is gone through here, and only acts and the clock are sent."""

    send: Callable[[str], None] = staticmethod(lambda _text: None)
    """Sends an act to where the run is."""

    def act(self, text: str, by: str = "") -> ActAnswer:
        """Send what was typed; what becomes of it is told, and shown, from there."""
        self.send(text)
        return ActAnswer(TypedAct(self.now(), text), "done", ("sent to the run",))

    def take_over(self) -> TrainingSession:
        """Give a run as it would begin: the first act takes over there, and none begins here."""
        return self.not_begun()

    def follow(self, moment: str, *, is_run: bool) -> None:
        """Be where the run is, as it says itself; *is_run* is whether somebody took over, be it only just now.

        Raises:
            IncidentError: what was sent is no moment of this incident.
        """
        found, seed = moment_of_text(moment, "the run", self.incident)
        self.seed = seed
        self.load(replace(found, branch=found.time) if is_run and found.branch is None else found)
