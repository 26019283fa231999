"""How many servers may leave by themselves within the longer windows of a policy: what a limit by the hour holds back."""

from topology.region.region import Window


class LeavingLimits:
    """Counts what leaves; *listed* is how many servers the region lists. Without windows it holds nothing back."""

    def __init__(self, windows: tuple[Window, ...], listed: int) -> None:
        self._windows = windows
        self._listed = listed
        self._left: list[tuple[float, int]] = []
        self.why = ""
        """The limit that held something back last."""

    def leave(self, count: int, now: float) -> None:
        """Note that so many leave now."""
        if self._windows:
            self._left.append((now, count))

    def next_at(self, count: int, now: float) -> float | None:
        """Give when so many could leave, seconds since 1970 UTC; None for now. More than a window holds waits for an empty one."""
        latest = None
        for window in self._windows:
            within = [(time, left) for time, left in self._left if time > now - window.seconds]
            room = window.count(self._listed) - sum(left for _, left in within)
            for time, left in within:
                if room >= count:
                    break
                room += left
                if latest is None or time + window.seconds > latest:
                    latest, self.why = time + window.seconds, f"no more than {window} may leave"
        return latest
