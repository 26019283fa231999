"""The ways by which an operator reaches what is acted on: which are open now, and who is on the way."""

from topology.incident.branch.agenda import Agenda, Due
from topology.incident.conditions.values import WayIn
from topology.incident.course import CourseMaker
from topology.incident.model import Incident
from topology.incident.moment import Moment
from topology.incident.orders.orders import Go, order_if_any


class WaysIn:
    """Keeps who has travelled where. An incident that states no way in is reached from anywhere."""

    def __init__(self, incident: Incident, agenda: Agenda, maker: CourseMaker, now: float) -> None:
        self._reaches = {reach.name: reach for reach in incident.reaches}
        self._agenda = agenda
        self._maker = maker
        self._gone: dict[str, bool] = {}
        """By way, whether those who were sent are in."""
        for event in incident.events:
            order = order_if_any(event.command, incident.region) if event.time <= now else None
            if isinstance(order, Go):
                self._took_up(self._reaches[order.way], event.time, now)

    def send(self, reach: WayIn, now: float) -> None:
        """Send somebody.

        Raises:
            ValueError: somebody is there, or on the way.
        """
        if reach.name in self._gone:
            where = "in already" if self._gone[reach.name] else "on the way already"
            raise ValueError(f"{reach.title}: they are {where}")
        self._gone[reach.name] = False
        self._agenda.put(Due(now + reach.travel_s, "way", subsystem=reach.name))

    def arrived(self, due: Due, now: float, moment: Moment) -> None:
        """Let those who were sent be there, or in."""
        reach = self._reaches[due.subsystem]
        held_up = [name for name in reach.longer_while if _down(moment, name)]
        if due.text != "in" and reach.longer_s and held_up:
            late = f"{reach.longer_s / 60:,.0f} min more to get in, since {', '.join(held_up)} is down"
            self._maker.tell(now, f"{reach.title}: they are there; it takes {late} (model)", "event")
            self._agenda.put(Due(now + reach.longer_s, "way", subsystem=reach.name, text="in"))
            return
        self._gone[reach.name] = True
        self._maker.tell(now, f"{reach.title}: they are in", "event", noticed=True)

    def closed(self, reach: WayIn, moment: Moment) -> str:
        """Say why a way in is closed; empty where it is open."""
        down = [name for name in reach.needs if _down(moment, name)]
        if down:
            return f"{reach.title} needs {', '.join(down)}, which is down"
        if reach.travel_s and not self._gone.get(reach.name, False):
            there = "they are on the way" if reach.name in self._gone else f"nobody is there: go {reach.name}"
            return f"{reach.title}: {there}"
        return ""

    def all_closed(self, moment: Moment) -> str:
        """Say why nobody reaches anything now; empty where somebody does."""
        found = [self.closed(reach, moment) for reach in self._reaches.values()]
        return f"nobody reaches it: {'; '.join(found)}" if found and all(found) else ""

    def _took_up(self, reach: WayIn, left: float, now: float) -> None:
        """Go on with those whom the account had sent before the branch."""
        self._gone[reach.name] = False
        there = left + reach.travel_s
        if there <= now and reach.longer_s:
            self._agenda.put(Due(max(now, there + reach.longer_s), "way", subsystem=reach.name, text="in"))
        else:
            self._agenda.put(Due(max(now, there), "way", subsystem=reach.name))


def _down(moment: Moment, name: str) -> bool:
    return not moment.standing(name).can_serve()
