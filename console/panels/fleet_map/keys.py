"""Which key does what on the map, as data. What it then does is the view's business."""

from enum import Enum

from PySide6.QtCore import Qt

from console.kit.arrows import ARROWS
from console.kit.keys import KeyBinding


class MapAction(Enum):
    """What a key asks for."""

    STEP = "step"
    EXTEND = "extend"
    PAN = "pan"
    SAY = "say"
    ZOOM_IN = "zoom in"
    ZOOM_OUT = "zoom out"
    NEAR = "near"
    FIT = "fit"
    FIRST = "first"
    LAST = "last"
    NEXT_ABNORMAL = "next abnormal"
    LAST_ABNORMAL = "last abnormal"
    COLOUR = "colour"
    REACH = "reach"
    LIGHT = "light"
    LET_GO = "let go"


BINDINGS = (
    *(KeyBinding(key, MapAction.STEP, "go to the next server that way", shift=False) for key in ARROWS),
    *(KeyBinding(key, MapAction.EXTEND, "mark out an area", shift=True) for key in ARROWS),
    *(KeyBinding(key, MapAction.PAN, "pan", control=True) for key in ARROWS),
    KeyBinding(Qt.Key.Key_Return, MapAction.SAY, "write the command for what is chosen"),
    KeyBinding(Qt.Key.Key_Enter, MapAction.SAY, "write the command for what is chosen"),
    KeyBinding(Qt.Key.Key_Space, MapAction.NEAR, "go near enough for names, or back"),
    KeyBinding("+", MapAction.ZOOM_IN, "nearer"),
    KeyBinding("=", MapAction.ZOOM_IN, "nearer"),
    KeyBinding("-", MapAction.ZOOM_OUT, "farther"),
    KeyBinding(Qt.Key.Key_F, MapAction.FIT, "show everything"),
    KeyBinding(Qt.Key.Key_Home, MapAction.FIRST, "go to the first server"),
    KeyBinding(Qt.Key.Key_End, MapAction.LAST, "go to the last server"),
    KeyBinding(Qt.Key.Key_N, MapAction.NEXT_ABNORMAL, "go to the next server that is not normal", shift=False),
    KeyBinding(Qt.Key.Key_N, MapAction.LAST_ABNORMAL, "go to the one before", shift=True),
    KeyBinding(Qt.Key.Key_C, MapAction.COLOUR, "colour by state, subsystem or plan"),
    KeyBinding(Qt.Key.Key_R, MapAction.REACH, "choose server, rack, cell or zone"),
    KeyBinding(Qt.Key.Key_L, MapAction.LIGHT, "let the servers of the same subsystem stand out"),
    KeyBinding(Qt.Key.Key_Escape, MapAction.LET_GO, "choose nothing"),
)
