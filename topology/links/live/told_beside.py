"""What is told of a live region beside its facts: loads, obstacles, and who was seen to call whom."""

from collections.abc import Mapping

from topology.fleet.loads import Load
from topology.fleet.observed import Observed
from topology.fleet.obstacles import Obstacles
from topology.links.live.joining import Joining
from topology.links.live.observing import Observing


class ToldBeside:
    """Passes on what the source of *joined* and *observing* tell."""

    joined: Joining
    observing: Observing | None

    def obstacles(self) -> Obstacles:
        """Give what stands in the way of taking servers out, where the source tells; never waits."""
        return self.joined.following.reader.obstacles()

    def loads(self) -> Mapping[str, Load]:
        """Give what subsystems carry, where the source tells; never waits."""
        return self.joined.following.loads()

    def observed(self) -> Observed | None:
        """Give who was seen to call whom, where the description names a graph source; never waits."""
        return None if self.observing is None else self.observing.latest
