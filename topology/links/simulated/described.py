"""The description of a simulated region as the region's link sees it: what the store made of it, and no reading of its own."""

from topology.links.simulated.store import SimulatedStore
from topology.region.region import Region


class DescriptionOfStore:
    """A `DescriptionFeed` that passes on what a *store* reads; *fresh* forgets every act when it is first opened."""

    def __init__(self, store: SimulatedStore, fresh: bool) -> None:
        self._store = store
        self._fresh = fresh

    @property
    def region(self) -> Region:
        """The region as the store has it."""
        return self._store.region

    @property
    def read_at(self) -> float:
        """When the description was last read well."""
        return self._store.description.read_at

    @property
    def trouble(self) -> str:
        """What is wrong with the description since."""
        return self._store.description.trouble

    def open(self, now: float) -> None:
        """Open the store, which reads the description.

        Raises:
            LinkError: the description cannot be read, or the acts cannot be forgotten.
        """
        fresh, self._fresh = self._fresh, False
        self._store.open(fresh)

    def look(self, now: float) -> bool:
        """The store looks by itself, and tells as a source that it has to be read anew."""
        return False

    def doubt(self) -> str:
        """Say why the description may not be what is known of it."""
        return self._store.description.doubt()
