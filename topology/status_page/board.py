"""The board behind a status page: fed with readings and with what operators say, it gives every step, and the page at any moment.

It holds no clock and no dice: times and tokens come in. The same steps, heard in order, make the same page. The order of steps is
the truth: where a clock was set back, what came before happened no later than what came after.
"""

from collections.abc import Callable, Iterable, Mapping
from copy import copy

from topology.region.public.policy import StatusPagePolicy
from topology.status_page.history import DAY_S, DAYS, Change, Watching, days_of
from topology.status_page.page import PublicPage, PublicService
from topology.status_page.values import (
    MAINTENANCE,
    TROUBLE,
    Announced,
    Announcement,
    AnnouncementStatus,
    AnyPageStep,
    Drilled,
    Overridden,
    Released,
    ServiceReading,
    ServiceState,
    Shown,
    Update,
    Updated,
    Watched,
)

WATCHED_EACH_S = 3600.0
LONGEST_OVERRIDE_S = 24 * 3600.0
"""For how long an operator can say how a service is without saying it again."""
UNKNOWN = ServiceReading(ServiceState.UNKNOWN)


class AnnouncingError(ValueError):
    """What was to be announced cannot be: the end of a sentence."""


class StatusBoard:
    """All that a page is made of."""

    def __init__(self, policy: StatusPagePolicy, services: Iterable[str]) -> None:
        self.policy = policy
        self.services = tuple(services)
        self._said: set[AnyPageStep] = set()
        """What operators said, each once."""
        self._announcements: dict[str, Announcement] = {}
        self._shown: dict[str, ServiceReading] = {}
        self._changes: dict[str, list[Change]] = {}
        self._overrides: dict[str, Overridden] = {}
        self._judged: dict[str, ServiceReading] = {}
        """What is measured, behind the hold."""
        self._differs: dict[str, float] = {}
        """Since when what is measured is not what was measured behind the hold."""
        self._watching = Watching()
        self._spoken = float("-inf")
        """When the last step was."""
        self.drilled: Drilled | None = None

    # ---- what is heard ----------------------------------------------------------------------------------------------

    def hear(self, steps: Iterable[AnyPageStep]) -> bool:
        """Take in steps, in order: of an earlier session, of another console, or those that this board gave.

        What an operator said counts once, however often it is heard. Gives whether there was anything new.
        """
        news = False
        for step in steps:
            if not isinstance(step, Shown | Watched):
                if step in self._said:
                    continue
                self._said.add(step)
            news = True
            self._spoken = step.time
            self._watching.saw(step.time)
            self._take(step)
        return news

    def knows(self, step: AnyPageStep) -> bool:
        """Whether an operator's step was heard."""
        return step in self._said

    def copy(self) -> "StatusBoard":
        """Give another board that knows the same, and goes its own way from here."""
        other = copy(self)
        for name in ("_announcements", "_shown", "_overrides", "_judged", "_differs"):
            setattr(other, name, dict(getattr(self, name)))
        other._said = set(self._said)  # noqa: SLF001 - of the same class
        other._changes = {name: list(changes) for name, changes in self._changes.items()}  # noqa: SLF001
        other._watching = self._watching.copy()  # noqa: SLF001
        return other

    def _take(self, step: AnyPageStep) -> None:
        match step:
            case Announced():
                first = Update(step.time, step.status, "")
                made = Announcement(
                    step.number, step.token, step.title, step.services, (first,), step.starts, step.ends
                )
                self._announcements.setdefault(made.key, made)
            case Updated():
                known = self._announcements.get(step.key)
                if known is not None:
                    updates = (*known.updates, Update(step.time, step.status, step.text))
                    self._announcements[step.key] = known._replace(updates=updates)
            case Shown():
                self._show(step)
            case Overridden():
                self._overrides[step.service] = step
            case Released():
                self._overrides.pop(step.service, None)
            case Drilled():
                self.drilled = step
            case Watched():
                pass

    def _show(self, step: Shown) -> None:
        reading = ServiceReading(step.state, step.operations)
        self._shown[step.service] = reading
        changes = self._changes.setdefault(step.service, [])
        if changes and changes[-1][0] > step.time:
            changes[:] = [(min(time, step.time), state) for time, state in changes]
        changes.append((step.time, step.state))
        oldest = step.time - (DAYS + 1) * DAY_S
        while len(changes) > 1 and changes[1][0] < oldest:
            del changes[0]
        self._watching.forget_before(oldest)

    # ---- what is measured -------------------------------------------------------------------------------------------

    def judge(self, readings: Mapping[str, ServiceReading], now: float) -> tuple[AnyPageStep, ...]:
        """Take in how services are; give what changes on the page by it, and that somebody watched, once an hour."""
        steps: list[AnyPageStep] = [Released(now, name) for name, said in self._overrides.items() if said.until <= now]
        ended = {step.service for step in steps if isinstance(step, Released)}
        for name in self.services:
            self._hold(name, readings.get(name, UNKNOWN), now)
            override = None if name in ended else self._overrides.get(name)
            wanted = self._judged[name] if override is None else ServiceReading(override.state)
            if self._shown.get(name) != wanted:
                steps.append(Shown(now, name, wanted.state, wanted.operations))
        steps.extend(self._maintained(now))
        if not steps and not 0 <= now - self._spoken < WATCHED_EACH_S:
            steps.append(Watched(now))
        self.hear(steps)
        return tuple(steps)

    def _hold(self, name: str, reading: ServiceReading, now: float) -> None:
        """Let a reading count once what counted so far was not so for the whole of the hold."""
        held = self._judged.get(name)
        if held is None and name not in self._overrides and name in self._shown:
            held = self._judged[name] = self._shown[name]  # of an earlier session
        if held is None or reading == held:
            self._judged[name] = reading
            self._differs.pop(name, None)
        elif now - min(now, self._differs.setdefault(name, now)) >= self.policy.hold_s:
            self._judged[name] = reading
            del self._differs[name]
        else:
            self._differs[name] = min(now, self._differs[name])

    def _maintained(self, now: float) -> Iterable[AnyPageStep]:
        """Let maintenance begin and end at its times, unless somebody said otherwise before."""
        for one in self._announcements.values():
            if one.starts is None or one.ends is None:
                continue
            status = one.status
            if status is AnnouncementStatus.SCHEDULED and one.starts <= now < one.ends:
                yield Updated(now, one.key, AnnouncementStatus.IN_PROGRESS)
            elif status in (AnnouncementStatus.SCHEDULED, AnnouncementStatus.IN_PROGRESS) and one.ends <= now:
                yield Updated(now, one.key, AnnouncementStatus.COMPLETED)

    # ---- what operators say -----------------------------------------------------------------------------------------

    def announce(
        self,
        title: str,
        services: tuple[str, ...],
        status: AnnouncementStatus,
        now: float,
        token: Callable[[], str],
        window: tuple[float, float] | None = None,
    ) -> Announced:
        """Begin an announcement; with a *window* it is maintenance from the one time to the other.

        Raises:
            AnnouncingError: a service is not known, or the window is over or ends before it begins.
        """
        if unknown := next((name for name in services if name not in self.services), None):
            raise AnnouncingError(f"no service is called {unknown}; there are {', '.join(self.services) or 'none'}")
        if window is not None and not (window[0] < window[1] and now < window[1]):
            raise AnnouncingError("the maintenance would end before it begins, or is over already")
        starts, ends = window or (None, None)
        number = 1 + max((one.number for one in self._announcements.values()), default=0)
        return Announced(now, number, token(), title, services, status, starts, ends)

    def update(self, number: int, text: str, status: AnnouncementStatus | None, now: float) -> Updated:
        """Say more in an announcement; without a *status* it stays as far as it is.

        Raises:
            AnnouncingError: there is none of this number, it is over, or it does not go through such a status.
        """
        known = self.announcement(number)
        if known is None:
            raise AnnouncingError(f"there is no announcement {number:,}")
        goes_through = MAINTENANCE if known.is_maintenance else TROUBLE
        if status is not None and status not in goes_through:
            raise AnnouncingError(f"announcement {number:,} can be {', '.join(goes_through)}, not {status}")
        if known.is_over and (status is None or status in (AnnouncementStatus.RESOLVED, AnnouncementStatus.COMPLETED)):
            raise AnnouncingError(f"announcement {number:,} is {known.status}; say a status to open it again")
        return Updated(now, known.key, status or known.status, text)

    def override(
        self, service: str, state: ServiceState, seconds: float, reason: str, now: float
    ) -> tuple[Overridden, Shown]:
        """Say how a service is, for a time, whatever is measured; it shows at once.

        Raises:
            AnnouncingError: the service is not known, the time is not above 0 or longer than a day, or there is no reason.
        """
        if service not in self.services:
            raise AnnouncingError(f"no service is called {service}; there are {', '.join(self.services) or 'none'}")
        if not 0 < seconds <= LONGEST_OVERRIDE_S:
            raise AnnouncingError(f"a state is said for up to {LONGEST_OVERRIDE_S / 3600:.0f} h, and then said again")
        if not reason.strip():
            raise AnnouncingError('say why: because "…"; the page gives the reason')
        return Overridden(now, service, state, now + seconds, reason), Shown(now, service, state)

    def release(self, service: str, now: float) -> tuple[AnyPageStep, ...]:
        """Let what is measured of a service show again.

        Raises:
            AnnouncingError: nobody said how it is.
        """
        if service not in self._overrides:
            raise AnnouncingError(f"nobody said how {service} is: the page shows what is measured")
        judged = self._judged.get(service, UNKNOWN)
        return Released(now, service), Shown(now, service, judged.state, judged.operations)

    # ---- what it says -----------------------------------------------------------------------------------------------

    def announcement(self, number: int) -> Announcement | None:
        """Give the announcement of a number; of several, that two consoles gave it to, the newest."""
        found = [one for one in self._announcements.values() if one.number == number]
        return max(found, key=lambda one: (one.began, one.token), default=None)

    def page(self, region: str, now: float, console: str = "") -> PublicPage:
        """Give the page at a moment."""
        slowest = 0.0 if self.drilled is None else self.drilled.slowest_s
        promised = self.policy.promised_s(slowest)
        announcements = sorted(self._announcements.values(), key=lambda one: (one.began, one.number), reverse=True)
        return PublicPage(
            self.policy.title,
            self.policy.address,
            region,
            now,
            now + promised,
            promised,
            tuple(self._service(name, now) for name in self.services),
            tuple(announcements),
            None if self.drilled is None else self.drilled.time,
            console,
        )

    def _service(self, name: str, now: float) -> PublicService:
        changes = self._changes.get(name, [])
        override = self._overrides.get(name)
        return PublicService(
            name,
            self.policy.title_of(name),
            self._shown.get(name, UNKNOWN),
            _since(changes),
            "" if override is None else override.reason,
            days_of(changes, self._watching, now),
        )


def _since(changes: list[Change]) -> float | None:
    """Give when the state that holds began: steps that only changed which operations are lost do not count."""
    since = None
    for time, state in reversed(changes):
        if state is not changes[-1][1]:
            break
        since = time
    return since
