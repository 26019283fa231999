"""Which key does what in the topology, as data. What it then does is the view's business."""

from dataclasses import dataclass
from enum import Enum

from PySide6.QtCore import Qt

from console.kit.arrows import ARROWS

_NOT_OURS = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.MetaModifier


class Act(Enum):
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


@dataclass(frozen=True, slots=True)
class Binding:
    """A key or a typed character, what it asks for, and a line of help; *selected* limits it to a selection, or to none."""

    key: Qt.Key | str
    act: Act
    words: str
    selected: bool | None = None
    shift: bool | None = None
    alt: bool = False


BINDINGS = (
    Binding(Qt.Key.Key_Left, Act.BACK, "back to the view before", alt=True),
    Binding(Qt.Key.Key_Right, Act.FORWARD, "forward again", alt=True),
    *(Binding(key, Act.PAN, "pan", selected=False) for key in ARROWS),
    *(Binding(key, Act.MOVE_CARD, "move the card and pin it", selected=True, shift=True) for key in ARROWS),
    *(Binding(key, Act.STEP, "select along edges, or the neighbour", selected=True, shift=False) for key in ARROWS),
    Binding("/", Act.FIND, "find as you type"),
    Binding("+", Act.ZOOM_IN, "nearer"),
    Binding("=", Act.ZOOM_IN, "nearer"),
    Binding("-", Act.ZOOM_OUT, "farther"),
    Binding(Qt.Key.Key_F, Act.FIT, "show everything"),
    Binding(Qt.Key.Key_Home, Act.SELECT_FIRST, "select the first card"),
    Binding(Qt.Key.Key_Space, Act.SELECT_FIRST, "select the first card", selected=False),
    Binding(Qt.Key.Key_Space, Act.ACTIVATE, "open the selected card", selected=True),
    Binding(Qt.Key.Key_Return, Act.ACTIVATE, "open the selected card", selected=True),
    Binding(Qt.Key.Key_Enter, Act.ACTIVATE, "open the selected card", selected=True),
    Binding(Qt.Key.Key_P, Act.PIN, "pin the card where it is, or unpin it", selected=True),
    Binding(Qt.Key.Key_Delete, Act.UNPIN, "unpin the card", selected=True),
    Binding(Qt.Key.Key_Backspace, Act.UNPIN, "unpin the card", selected=True),
    Binding(Qt.Key.Key_N, Act.NEXT_TROUBLE, "next that is abnormal or touched by the plan", shift=False),
    Binding(Qt.Key.Key_N, Act.PREVIOUS_TROUBLE, "the one before", shift=True),
    Binding(Qt.Key.Key_H, Act.FOCUS, "draw the selected card and its neighbours only, or all again", selected=True),
    Binding(Qt.Key.Key_U, Act.FOCUS_UP, "only upwards: who needs it", selected=True),
    Binding(Qt.Key.Key_D, Act.FOCUS_DOWN, "only downwards: what it needs", selected=True),
    Binding("]", Act.MORE_HOPS, "one hop more", selected=True),
    Binding("[", Act.FEWER_HOPS, "one hop fewer", selected=True),
    Binding(Qt.Key.Key_W, Act.WAY_TO, "show the way from the selected card to another", selected=True),
    Binding(
        Qt.Key.Key_G,
        Act.BOX,
        "close the service or cycle of the selected card, or open the box",
        selected=True,
        shift=False,
    ),
    Binding(Qt.Key.Key_G, Act.ALL_BOXES, "close every service, or open all", shift=True),
    Binding(Qt.Key.Key_O, Act.OUTSIDE, "go to what the plan touches outside the view"),
    Binding(Qt.Key.Key_L, Act.LEGEND, "show or hide the legend"),
    Binding(Qt.Key.Key_M, Act.MINIMAP, "show or hide the small map"),
    Binding(Qt.Key.Key_I, Act.FACTS, "show all facts of the selected card", selected=True),
    Binding(Qt.Key.Key_Escape, Act.LET_GO, "show all, then select nothing"),
)


def act_of(key: int, text: str, modifiers: Qt.KeyboardModifier, selected: bool) -> Act | None:
    """Look up what a key asks for; None when it is not for the topology."""
    if modifiers & _NOT_OURS:
        return None
    shift, alt = (bool(modifiers & one) for one in (Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.AltModifier))
    for binding in BINDINGS:
        if binding.alt is not alt:
            continue
        pressed = text == binding.key if isinstance(binding.key, str) else key == binding.key
        if pressed and binding.selected in (None, selected) and binding.shift in (None, shift):
            return binding.act
    return None
