"""Which key does what in the topology, as data. What it then does is the view's business."""

from enum import Enum

from PySide6.QtCore import Qt

from console.kit.arrows import ARROWS
from console.kit.keys import KeyBinding


class TopologyAction(Enum):
    """What a key asks for."""

    STEP = "step"
    PAN = "pan"
    MOVE_CARD = "move card"
    FIND = "find"
    FIT = "fit"
    ZOOM_IN = "zoom in"
    ZOOM_OUT = "zoom out"
    SELECT_FIRST = "select first"
    ACTIVATE = "activate"
    PIN = "pin"
    UNPIN = "unpin"
    NEXT_TROUBLE = "next trouble"
    PREVIOUS_TROUBLE = "previous trouble"
    FOCUS = "focus"
    FOCUS_UP = "focus up"
    FOCUS_DOWN = "focus down"
    MORE_HOPS = "more hops"
    FEWER_HOPS = "fewer hops"
    WAY_TO = "way to"
    BOX = "box"
    ALL_BOXES = "all boxes"
    BACK = "back"
    FORWARD = "forward"
    OUTSIDE = "outside"
    LEGEND = "legend"
    MINIMAP = "minimap"
    FACTS = "facts"
    LET_GO = "let go"


BINDINGS = (
    KeyBinding(Qt.Key.Key_Left, TopologyAction.BACK, "back to the view before", alt=True),
    KeyBinding(Qt.Key.Key_Right, TopologyAction.FORWARD, "forward again", alt=True),
    *(KeyBinding(key, TopologyAction.PAN, "pan", selected=False) for key in ARROWS),
    *(
        KeyBinding(key, TopologyAction.MOVE_CARD, "move the card and pin it", selected=True, shift=True)
        for key in ARROWS
    ),
    *(
        KeyBinding(key, TopologyAction.STEP, "select along edges, or the neighbour", selected=True, shift=False)
        for key in ARROWS
    ),
    KeyBinding("/", TopologyAction.FIND, "find as you type"),
    KeyBinding("+", TopologyAction.ZOOM_IN, "nearer"),
    KeyBinding("=", TopologyAction.ZOOM_IN, "nearer"),
    KeyBinding("-", TopologyAction.ZOOM_OUT, "farther"),
    KeyBinding(Qt.Key.Key_F, TopologyAction.FIT, "show everything"),
    KeyBinding(Qt.Key.Key_Home, TopologyAction.SELECT_FIRST, "select the first card"),
    KeyBinding(Qt.Key.Key_Space, TopologyAction.SELECT_FIRST, "select the first card", selected=False),
    KeyBinding(Qt.Key.Key_Space, TopologyAction.ACTIVATE, "open the selected card", selected=True),
    KeyBinding(Qt.Key.Key_Return, TopologyAction.ACTIVATE, "open the selected card", selected=True),
    KeyBinding(Qt.Key.Key_Enter, TopologyAction.ACTIVATE, "open the selected card", selected=True),
    KeyBinding(Qt.Key.Key_P, TopologyAction.PIN, "pin the card where it is, or unpin it", selected=True),
    KeyBinding(Qt.Key.Key_Delete, TopologyAction.UNPIN, "unpin the card", selected=True),
    KeyBinding(Qt.Key.Key_Backspace, TopologyAction.UNPIN, "unpin the card", selected=True),
    KeyBinding(Qt.Key.Key_N, TopologyAction.NEXT_TROUBLE, "next that is abnormal or touched by the plan", shift=False),
    KeyBinding(Qt.Key.Key_N, TopologyAction.PREVIOUS_TROUBLE, "the one before", shift=True),
    KeyBinding(
        Qt.Key.Key_H,
        TopologyAction.FOCUS,
        "draw the selected card and its neighbours only, or all again",
        selected=True,
    ),
    KeyBinding(Qt.Key.Key_U, TopologyAction.FOCUS_UP, "only upwards: who needs it", selected=True),
    KeyBinding(Qt.Key.Key_D, TopologyAction.FOCUS_DOWN, "only downwards: what it needs", selected=True),
    KeyBinding("]", TopologyAction.MORE_HOPS, "one hop more", selected=True),
    KeyBinding("[", TopologyAction.FEWER_HOPS, "one hop fewer", selected=True),
    KeyBinding(Qt.Key.Key_W, TopologyAction.WAY_TO, "show the way from the selected card to another", selected=True),
    KeyBinding(
        Qt.Key.Key_G,
        TopologyAction.BOX,
        "close the service or cycle of the selected card, or open the box",
        selected=True,
        shift=False,
    ),
    KeyBinding(Qt.Key.Key_G, TopologyAction.ALL_BOXES, "close every service, or open all", shift=True),
    KeyBinding(Qt.Key.Key_O, TopologyAction.OUTSIDE, "go to what the plan touches outside the view"),
    KeyBinding(Qt.Key.Key_L, TopologyAction.LEGEND, "show or hide the legend"),
    KeyBinding(Qt.Key.Key_M, TopologyAction.MINIMAP, "show or hide the small map"),
    KeyBinding(Qt.Key.Key_I, TopologyAction.FACTS, "show all facts of the selected card", selected=True),
    KeyBinding(Qt.Key.Key_Escape, TopologyAction.LET_GO, "show all, then select nothing"),
)
