"""A saved moment as a file that can be handed out: the acts up to it, with where the clock stood. It is a file of acts."""

import math

from console.operating.training.training import SavedMoment, Training
from topology.incident.model import Incident
from topology.incident.session.acts import read_acts
from topology.region.sentences.clock import moment_at, zone_of


def moment_text(training: Training) -> str:
    """Write the moment on show; `underkeel replay --acts` reads it, too."""
    until = moment_at(math.floor(training.now()), zone_of(training.incident.time_zone)).isoformat(sep=" ")
    head, _, rest = training.acts_text().partition("\n\n")
    # It is handed out to others: whose run it was is not theirs.
    head = "\n".join(line for line in head.splitlines() if not line.startswith("trainee = "))
    return f'{head.rstrip()}\nuntil = "{until}"\n' + (f"\n{rest}" if rest else "")


def moment_of_text(text: str, source: str, incident: Incident) -> tuple[SavedMoment, int]:
    """Read a moment that was handed out; gives it with the seed of its run.

    Raises:
        IncidentError: with every problem found, each with its place.
    """
    acts = read_acts(text, source, incident)
    watched = not acts.acts and acts.branch == acts.until
    return SavedMoment(acts.until, acts.era, None if watched else acts.branch, acts.acts), acts.seed
