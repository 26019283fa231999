"""Which key does what on the map, as data. What it then does is the view's business."""

from dataclasses import dataclass
from enum import Enum

from PySide6.QtCore import Qt

_NOT_OURS = Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier


class MapAct(Enum):
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


@dataclass(frozen=True, slots=True)
class MapBinding:
    """A key or a typed character, what it asks for, and a line of help; *shift* and *control* limit it."""

    key: Qt.Key | str
    act: MapAct
    words: str
    shift: bool | None = None
    control: bool = False


_ARROWS = (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down)
BINDINGS = (
    *(MapBinding(key, MapAct.STEP, "go to the next server that way", shift=False) for key in _ARROWS),
    *(MapBinding(key, MapAct.EXTEND, "mark out an area", shift=True) for key in _ARROWS),
    *(MapBinding(key, MapAct.PAN, "pan", control=True) for key in _ARROWS),
    MapBinding(Qt.Key.Key_Return, MapAct.SAY, "write the command for what is chosen"),
    MapBinding(Qt.Key.Key_Enter, MapAct.SAY, "write the command for what is chosen"),
    MapBinding(Qt.Key.Key_Space, MapAct.NEAR, "go near enough for names, or back"),
    MapBinding("+", MapAct.ZOOM_IN, "nearer"),
    MapBinding("=", MapAct.ZOOM_IN, "nearer"),
    MapBinding("-", MapAct.ZOOM_OUT, "farther"),
    MapBinding(Qt.Key.Key_F, MapAct.FIT, "show everything"),
    MapBinding(Qt.Key.Key_Home, MapAct.FIRST, "go to the first server"),
    MapBinding(Qt.Key.Key_End, MapAct.LAST, "go to the last server"),
    MapBinding(Qt.Key.Key_N, MapAct.NEXT_ABNORMAL, "go to the next server that is not normal", shift=False),
    MapBinding(Qt.Key.Key_N, MapAct.LAST_ABNORMAL, "go to the one before", shift=True),
    MapBinding(Qt.Key.Key_C, MapAct.COLOUR, "colour by state, subsystem or plan"),
    MapBinding(Qt.Key.Key_R, MapAct.REACH, "choose server, rack, cell or zone"),
    MapBinding(Qt.Key.Key_L, MapAct.LIGHT, "let the servers of the same subsystem stand out"),
    MapBinding(Qt.Key.Key_Escape, MapAct.LET_GO, "choose nothing"),
)


def map_act_of(key: int, text: str, modifiers: Qt.KeyboardModifier) -> MapAct | None:
    """Look up what a key asks for; None when it is not for the map."""
    if modifiers & _NOT_OURS:
        return None
    shift = bool(modifiers & Qt.KeyboardModifier.ShiftModifier)
    control = bool(modifiers & Qt.KeyboardModifier.ControlModifier)
    for binding in BINDINGS:
        pressed = text == binding.key if isinstance(binding.key, str) else key == binding.key
        if pressed and binding.control is control and binding.shift in (None, shift):
            return binding.act
    return None
