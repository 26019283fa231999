"""Why the facts about a region may not be relied on, as a value: an error in its own words, or facts that are too old."""

import msgspec


class FactsOld(msgspec.Struct, frozen=True, tag="facts-old"):
    """The newest fact is *age_s* old, in seconds, which is more than the policy allows."""

    age_s: float


WhyDoubted = FactsOld | str
"""Text where somebody else says it: a source, a ledger, a description that cannot be read."""
