"""The valid commands that one slip of the hand or of memory makes of a typed one; what they would do is planning's."""

from topology.command.slips.edits import SlipKind
from topology.command.slips.keyboards import LAYOUTS, KeyboardLayout
from topology.command.slips.search import MOST_SLIPS, Slip, each_slip, slips_of

__all__ = ["LAYOUTS", "MOST_SLIPS", "KeyboardLayout", "Slip", "SlipKind", "each_slip", "slips_of"]
