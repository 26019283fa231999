"""What the source of a region promises about acts, as far as plans and people have to know it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Promises:
    """What holds while a plan is carried out. The default is a simulated region, which promises all.

    *others_act* says who can act beside us although no ledger of ours sees it, in words that end a sentence; empty for nobody.
    """

    atomic: bool = True
    """A wave is judged and taken whole, or not at all, in one step."""
    others_act: str = ""
    returns_load: bool = True
    """What ran on a server comes back with it; else giving it back gives no capacity back."""
    moves_load: bool = False
    """What ran on a server goes elsewhere when it leaves, and does not move back by itself."""
    restores_by_name: bool = True
    stops_mid_wave: bool = True
    """What still drains at a stop can be given back."""
    this_machine_only: bool = False
    """The ledger is seen by programs on this machine alone: consoles elsewhere act unseen."""
