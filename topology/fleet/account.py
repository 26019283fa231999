"""What is known of a node besides its counters: what an account says that it serves, and how its restart stands."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class NodeAccount:
    """What somebody says of a node, in place of what floors and needs say.

    *standing* is empty where nothing is said: `partial` serves some operations, those in *serves* or all but the *lost* ones.
    *note* is a sentence of a few words about its restart, such as `checks until 12:27`.
    """

    standing: Literal["", "holds", "partial", "impacted"] = ""
    serves: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
    note: str = ""
