"""A saved moment as a file that can be handed out: the acts up to it, with where the clock stood. It is a file of acts."""

from console.operating.training.training import SavedMoment, Training
from topology.incident.model import Incident
from topology.incident.session.acts import Acts, read_acts, written_acts


def moment_text(training: Training) -> str:
    """Write the moment on show; `underkeel replay --acts` reads it, too."""
    # It is handed out to others: whose run it was is not theirs.
    now = training.now()
    left = now if training.left_at is None else training.left_at
    acts = Acts(left, now, training.era_of_run, training.seed, tuple(training.acts))
    return written_acts(acts, training.incident, ends=True)


def moment_of_text(text: str, source: str, incident: Incident) -> tuple[SavedMoment, int]:
    """Read a moment that was handed out; gives it with the seed of its run.

    Raises:
        IncidentError: with every problem found, each with its place.
    """
    acts = read_acts(text, source, incident)
    watched = not acts.acts and acts.branch == acts.until
    return SavedMoment(acts.until, acts.era, None if watched else acts.branch, acts.acts), acts.seed
