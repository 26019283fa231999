"""The alarms that stand: fed with the conditions of each moment and with what operators do, it gives every step of their lives.

It holds no clock: times come in, those of the region. The same conditions and acts give the same steps.
"""

from collections.abc import Collection, Iterable, Iterator

from topology.alarms.values import Alarm, AlarmKey, AlarmStep, Condition, Shelf, Standing, StepKind
from topology.region.alarming.policy import AlarmPolicy, Priority

LONGEST_SHELF_S = 24 * 3600.0
"""For how long an alarm can be put aside at most. Source: ISA-18.2, 10.4.3 asks for a limit; sites choose a shift or a day."""

APART_S = 5.0
"""So much sooner than here an alarm may begin at another console, which looks once a second and hears of facts by itself."""


class AlarmBoard:
    """Every alarm that is not normal."""

    def __init__(self, policy: AlarmPolicy) -> None:
        self.policy = policy
        self._alarms: dict[AlarmKey, Alarm] = {}
        self._since: dict[AlarmKey, float] = {}
        """Since when conditions are so that have not lasted long enough yet."""
        self._away: dict[AlarmKey, float] = {}
        """Since when the condition of a standing alarm is away, while it may still come back."""
        self._kept: dict[AlarmKey, tuple[AlarmStep, ...]] = {}
        """What others know of alarms that do not stand here (yet): who raised, saw or shelved them."""
        self._listed: tuple[Alarm, ...] | None = None
        self._is_loosened = False
        """Whether an alarm went, or follows from another one, so that what was spoken for by it may have to speak."""
        self._first: float | None = None
        """When it was looked the first time."""

    @property
    def alarms(self) -> tuple[Alarm, ...]:
        """All that stand: loud ones first, then by priority, the newest last.

        Those that follow from another one and are quiet come right behind it; a loud one stands for itself.
        """
        if self._listed is None:
            self._listed = tuple(self._in_order())
        return self._listed

    def _in_order(self) -> list[Alarm]:
        below: dict[AlarmKey, list[tuple[float, AlarmKey, Alarm]]] = {}
        own: list[tuple[bool, Priority, float, AlarmKey, Alarm]] = []
        for key, one in self._alarms.items():
            is_quiet = one.is_quiet
            root = self._root(key) if is_quiet else key
            if root == key:
                own.append((is_quiet, one.priority, one.raised, key, one))
            else:
                below.setdefault(root, []).append((one.raised, key, one))
        found: list[Alarm] = []
        for _, _, _, key, one in sorted(own):
            found.append(one)
            if key in below:
                found.extend(follows for _, _, follows in sorted(below[key]))
        return found

    @property
    def loud(self) -> tuple[Alarm, ...]:
        """Those that nobody has seen yet and that wait for somebody."""
        return tuple(one for one in self.alarms if not one.is_quiet)

    def step(self, conditions: Iterable[Condition], now: float) -> tuple[AlarmStep, ...]:
        """Take in all that is so at *now*; what is not among *conditions* is not so."""
        self._listed = None
        self._first = now if self._first is None else self._first
        steps: list[AlarmStep] = []
        present: set[AlarmKey] = set()
        fresh: list[Condition] = []
        alarms, off = self._alarms, self.policy.off
        for condition in conditions:
            key = condition.key
            if key.rule in off or key in present:
                continue
            present.add(key)
            standing = alarms.get(key) if alarms else None
            if standing is None or standing.standing is Standing.RETURNED:
                fresh.append(condition)
                continue
            self._away.pop(key, None)
            if condition != standing.condition:
                self._is_loosened = self._is_loosened or condition.cause != standing.condition.cause
                self._alarms[key] = standing._replace(condition=condition)
        self._raise(fresh, now, steps)
        self._since = {key: since for key, since in self._since.items() if key in present}
        self._return(present, now, steps)
        self._unhide(now, steps)
        self._end_shelves(now, steps)
        # What was left of an alarm that does not stand any more says nothing of one that comes later.
        self._kept = {
            key: told
            for key, told in self._kept.items()
            if now - told[-1].time <= self.policy.off_after_s or key in self._since
        }
        return tuple(steps)

    def _raise(self, fresh: Collection[Condition], now: float, steps: list[AlarmStep]) -> None:
        alarms, since, policy = self._alarms, self._since, self.policy
        rules = {condition.key.rule for condition in fresh}
        held_s = {rule: policy.holds_back_s(rule) for rule in rules}
        priorities = {rule: policy.priority(rule) for rule in rules}
        raised = []
        for condition in fresh:
            key = condition.key
            if not held_s[key.rule] or now - since.setdefault(key, now) >= held_s[key.rule]:
                raised.append(condition)
                if since:
                    since.pop(key, None)
                alarms[key] = Alarm(condition, priorities[key.rule], now)
        causes, spoken = self._hide(raised)
        for condition, cause in zip(raised, causes, strict=True):
            key = condition.key
            if self._kept and (kept := self._kept.pop(key, ())):
                for step in kept:
                    alarms[key] = _as_kept(alarms[key], step, now)
                continue
            below = spoken.get(key, 0) if cause is None else 0
            steps.append(AlarmStep(StepKind.RAISED, key, now, priorities[key.rule], "", "", None, cause, below))

    def _hide(self, raised: Iterable[Condition]) -> tuple[list[AlarmKey | None], dict[AlarmKey, int]]:
        """Let new alarms be spoken for by their root while that waits to be seen.

        Gives that root for each, None where it speaks for itself, and for how many each root speaks.
        """
        alarms, causes, spoken = self._alarms, list[AlarmKey | None](), dict[AlarmKey, int]()
        above: AlarmKey | None = None
        root, speaks = None, False
        for condition in raised:
            if condition.cause is None:
                causes.append(None)
                continue
            key = condition.key
            if condition.cause is not above or root is None:  # those of one cause come one after another
                root, above = self._root(key), condition.cause
                first = alarms[root]
                speaks = first.standing is Standing.RAISED and first.shelf is None
            if root == key or not speaks:
                causes.append(None)
                above = None
                continue
            alarm = alarms[key]
            alarms[key] = Alarm(condition, alarm.priority, alarm.raised, hidden=True)
            causes.append(root)
            spoken[root] = spoken.get(root, 0) + 1
        return causes, spoken

    def _unhide(self, now: float, steps: list[AlarmStep]) -> None:
        """Let alarms speak for themselves whose cause went away while they are still so."""
        if not self._is_loosened:
            return
        self._is_loosened = bool(self._away)  # what may come back still is looked at again
        for key, alarm in self._alarms.items():
            if alarm.hidden and alarm.condition.cause not in self._alarms and alarm.standing is Standing.RAISED:
                if key in self._away:
                    continue
                self._alarms[key] = alarm._replace(hidden=False)
                steps.append(AlarmStep(StepKind.RAISED, key, now, alarm.priority))

    def _return(self, present: set[AlarmKey], now: float, steps: list[AlarmStep]) -> None:
        gone = set() if self._alarms.keys() <= present else self._alarms.keys() - present
        for key, alarm in list(self._alarms.items()) if gone else ():
            if key not in gone or alarm.standing is Standing.RETURNED:
                continue
            if now - self._away.setdefault(key, now) < self.policy.off_after_s:
                continue
            del self._away[key]
            if alarm.is_quiet:
                del self._alarms[key]
                self._is_loosened = True
                steps.append(AlarmStep(StepKind.NORMAL, key, now, alarm.priority))
            else:
                self._alarms[key] = alarm._replace(standing=Standing.RETURNED, returned=now)
                steps.append(AlarmStep(StepKind.RETURNED, key, now, alarm.priority))

    def _end_shelves(self, now: float, steps: list[AlarmStep]) -> None:
        for key, alarm in self._alarms.items():
            if alarm.shelf is not None and alarm.shelf.until <= now:
                self._alarms[key] = alarm._replace(shelf=None, standing=Standing.RAISED, by="")
                steps.append(AlarmStep(StepKind.UNSHELVED, key, now, alarm.priority))

    def acknowledge(self, keys: Iterable[AlarmKey], operator: str, now: float) -> tuple[AlarmStep, ...]:
        """Let *operator* have seen alarms, and what stands below them; those that returned are normal with that."""
        self._listed = None
        steps = []
        for alarm in self._with_below(keys):
            if alarm.standing is Standing.ACKNOWLEDGED:
                continue
            if alarm.standing is Standing.RETURNED:
                del self._alarms[alarm.key]
                self._is_loosened = True
                kind = StepKind.NORMAL
            else:
                self._alarms[alarm.key] = alarm._replace(standing=Standing.ACKNOWLEDGED, by=operator, hidden=False)
                kind = StepKind.ACKNOWLEDGED
            steps.append(AlarmStep(kind, alarm.key, now, alarm.priority, operator))
        return tuple(steps)

    def shelve(
        self, keys: Iterable[AlarmKey], operator: str, seconds: float, reason: str, now: float
    ) -> tuple[AlarmStep, ...]:
        """Put alarms aside for a time.

        Raises:
            ValueError: the time is not above 0, or longer than `LONGEST_SHELF_S`, or there is no reason.
        """
        if not 0 < seconds <= LONGEST_SHELF_S:
            raise ValueError(f"an alarm is shelved for up to {LONGEST_SHELF_S / 3600:.0f} h, not for {seconds:g} s")
        if not reason.strip():
            raise ValueError('say why it is shelved: because "…"')
        self._listed = None
        steps = []
        for alarm in self._with_below(keys):
            if alarm.standing is Standing.RETURNED:
                continue
            self._alarms[alarm.key] = alarm._replace(shelf=Shelf(operator, reason, now + seconds))
            steps.append(AlarmStep(StepKind.SHELVED, alarm.key, now, alarm.priority, operator, reason, now + seconds))
        return tuple(steps)

    def unshelve(self, keys: Iterable[AlarmKey], operator: str, now: float) -> tuple[AlarmStep, ...]:
        """Take alarms from the shelf again; they are as loud as if they were new."""
        self._listed = None
        steps = []
        for alarm in self._with_below(keys):
            if alarm.shelf is not None:
                self._alarms[alarm.key] = alarm._replace(shelf=None, standing=Standing.RAISED, by="")
                steps.append(AlarmStep(StepKind.UNSHELVED, alarm.key, now, alarm.priority, operator))
        return tuple(steps)

    def hear(self, steps: Iterable[AlarmStep]) -> None:
        """Take in what operators of other consoles, or of an earlier session, did; in order.

        What it says of an alarm that stands here holds at once; of one that does not (yet), at the next moment. What was said of
        an alarm that is over says nothing of the one that stands now; but another console may have seen this one begin a moment
        sooner, and when those began that stood at the first look here, nobody here knows.
        """
        self._listed = None
        for step in _still_said(steps):
            alarm = self._alarms.get(step.key)
            if step.kind in (StepKind.NORMAL, StepKind.RETURNED):
                self._kept.pop(step.key, None)
                if alarm is not None and alarm.standing is Standing.RETURNED and step.kind is StepKind.NORMAL:
                    del self._alarms[step.key]
                    self._is_loosened = True
            elif alarm is None:
                self._kept[step.key] = (*self._kept.get(step.key, ()), step)
            elif step.time >= self._began_by(alarm):
                self._alarms[step.key] = _as_kept(alarm, step, step.time)

    def _began_by(self, alarm: Alarm) -> float:
        """Give the earliest moment at which an alarm may have begun for another console."""
        held_s = self.policy.holds_back_s(alarm.key.rule)
        if self._first is None or alarm.raised - held_s <= self._first:
            return float("-inf")
        return alarm.raised - min(self.policy.off_after_s, APART_S)

    def about(self, name: str) -> tuple[AlarmKey, ...]:
        """Give the alarms that are about something by its name."""
        return tuple(one.key for one in self.alarms if one.key.about == name)

    def _root(self, key: AlarmKey) -> AlarmKey:
        """Give the alarm at the top of what *key* follows from, of those that stand; in a circle, the first by name."""
        alarms = self._alarms
        cause = alarms[key].condition.cause
        above = alarms.get(cause) if cause is not None else None
        if cause is None or above is None:
            return key
        if above.condition.cause is None:
            return cause
        seen = [key]
        while cause is not None and cause in alarms:
            if cause in seen:
                return min(seen[seen.index(cause) :])
            seen.append(cause)
            cause = alarms[cause].condition.cause
        return seen[-1]

    def _with_below(self, keys: Iterable[AlarmKey]) -> list[Alarm]:
        wanted = {key for key in keys if key in self._alarms}
        below = {key for key, one in self._alarms.items() if one.is_quiet and self._root(key) in wanted}
        return [one for key, one in self._alarms.items() if key in wanted or key in below]


def _still_said(steps: Iterable[AlarmStep]) -> Iterator[AlarmStep]:
    """Give steps without those of alarms that were over later."""
    by_key: dict[AlarmKey, list[AlarmStep]] = {}
    for step in steps:
        if step.kind in (StepKind.NORMAL, StepKind.RETURNED):
            by_key[step.key] = [step]
        else:
            by_key.setdefault(step.key, []).append(step)
    return (step for told in by_key.values() for step in told)


def _as_kept(alarm: Alarm, step: AlarmStep, now: float) -> Alarm:
    """Give an alarm as somebody left it."""
    if step.kind is StepKind.RAISED:
        return alarm._replace(raised=min(alarm.raised, step.time))
    if step.kind is StepKind.ACKNOWLEDGED:
        return alarm._replace(standing=Standing.ACKNOWLEDGED, by=step.operator)
    if step.kind is StepKind.SHELVED and step.until is not None and step.until > now:
        return alarm._replace(shelf=Shelf(step.operator, step.reason, step.until))
    if step.kind is StepKind.UNSHELVED:
        return alarm._replace(shelf=None, standing=Standing.RAISED, by="")
    return alarm
