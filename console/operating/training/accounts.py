"""What is said of nodes besides their counters in a replay: what they serve, by the account or the model, and their restarts."""

from console.operating.training.training import Training
from topology.fleet.account import NodeAccount
from topology.fleet.fleet import Fleet
from topology.incident.branch.accounts import accounts_of, restarts_by_name, restarts_of_marks
from topology.incident.branch.standing import restart_standings
from topology.incident.moment import moment_of_fleet


class TrainingAccounts:
    """Says it of the moment of a training's clock, never of a later one."""

    def __init__(self, training: Training) -> None:
        self._training = training
        self._fleet = Fleet(training.incident.region)
        self._said: tuple[object, dict[str, NodeAccount]] = (None, {})
        """What was said last, and of which moment of the record."""

    def now(self) -> dict[str, NodeAccount]:
        """Give what is said of nodes now; empty where counters tell everything."""
        training = self._training
        if training.session is not None:
            branch = training.session.branch
            return accounts_of(branch.moment(), restarts_by_name(restart_standings(branch.restarts)))
        timeline, time = training.replay.timeline, training.now()
        marks = timeline.marks_at(time)
        if not any(mark.serves is not None or mark.restart for mark in marks.values()):
            return {}
        key = (training.replay.revision, len(training.incident.events_until(time)))
        if key != self._said[0]:
            # A fleet of its own: the timeline's is walked through beside the window while a run is scored.
            self._fleet.state = timeline.states_at(time)
            self._fleet.recount()
            moment = moment_of_fleet(self._fleet, time, marks)
            self._said = key, accounts_of(moment, restarts_of_marks(marks))
        return self._said[1]
