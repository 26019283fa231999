"""What each key does on the map. Which key that is, is data in `keys`; how it looks afterwards is the view's business."""

from typing import Protocol

from PySide6.QtCore import QPointF, QRect, QRectF

from console.kit.arrows import direction_of
from console.panels.fleet_map.camera import MapCamera
from console.panels.fleet_map.choice import CellChoice
from console.panels.fleet_map.keys import MapAction
from console.panels.fleet_map.labels import NAMES_FROM
from console.panels.fleet_map.sheet import MapRaster
from topology.fleet_map.arrangement import NOBODY
from topology.fleet_map.marks import ABNORMAL, CellMark, ColourBy

STEP = 60.0
"""Pixels that a key pans."""
ZOOM_STEP = 1.25
NEAR = 72.0
"""Pixels a server when going near."""
_BY = tuple(ColourBy)


class _Heard(Protocol):
    def emit(self, text: str, /) -> None: ...


class MapSurface(Protocol):
    """What the hand acts on: the view."""

    sheet: MapRaster | None
    camera: MapCamera
    choice: CellChoice
    by: ColourBy
    lit: str

    @property
    def said(self) -> _Heard: ...
    @property
    def lit_chosen(self) -> _Heard: ...
    def view(self) -> QRect: ...
    def cell_at(self, at: QPointF) -> tuple[int, int]: ...
    def put_cursor(self, server: int) -> None: ...
    def bring(self, server: int) -> None: ...
    def choose_reach(self) -> None: ...
    def say(self) -> None: ...
    def pan(self, by: QPointF) -> None: ...
    def zoom(self, factor: float, at: QPointF | None = None) -> None: ...
    def fit(self) -> None: ...
    def colour_by(self, by: ColourBy) -> None: ...


class MapInteraction:
    """Does what a key or a word of the line below the map asks for."""

    def __init__(self, ground: MapSurface) -> None:
        self._ground = ground

    def do(self, act: MapAction, key: int) -> None:
        """Carry out one act; *key* tells the direction of those that have one."""
        ground = self._ground
        right, down = direction_of(key)
        match act:
            case MapAction.STEP | MapAction.EXTEND:
                self._step(right, down, extends=act is MapAction.EXTEND)
            case MapAction.PAN:
                ground.pan(-QPointF(right, down) * STEP)
            case MapAction.SAY:
                ground.say()
            case MapAction.ZOOM_IN | MapAction.ZOOM_OUT:
                ground.zoom(ZOOM_STEP if act is MapAction.ZOOM_IN else 1 / ZOOM_STEP)
            case MapAction.NEAR:
                self._go_near()
            case MapAction.FIT:
                ground.fit()
            case MapAction.FIRST | MapAction.LAST:
                self._go_to_end(first=act is MapAction.FIRST)
            case MapAction.NEXT_ABNORMAL | MapAction.LAST_ABNORMAL:
                self._go_to_abnormal(1 if act is MapAction.NEXT_ABNORMAL else -1)
            case MapAction.COLOUR:
                ground.colour_by(_BY[(_BY.index(ground.by) + 1) % len(_BY)])
            case MapAction.REACH:
                ground.choose_reach()
            case MapAction.LIGHT:
                self._light()
            case MapAction.LET_GO:
                ground.put_cursor(NOBODY)

    def light_marked(self, mark: CellMark) -> None:
        """Let the servers of the subsystem that has this mark stand out; where one does already, no longer.

        Marks that say a state choose nothing, and take no selection back.
        """
        sheet = self._ground.sheet
        names = {one: name for name, one in sheet.marks.groups} if sheet is not None else {}
        if self._ground.lit and mark < ABNORMAL:
            self._ground.lit_chosen.emit("")
        elif not self._ground.lit and mark in names:
            self._ground.lit_chosen.emit(names[mark])

    def _step(self, right: int, down: int, *, extends: bool) -> None:
        ground, sheet = self._ground, self._ground.sheet
        assert sheet is not None
        before, area = ground.choice.cursor, ground.choice.area
        arrangement = sheet.arrangement
        if before == NOBODY:
            middle = ground.cell_at(QRectF(ground.view()).center())
            ground.put_cursor(arrangement.nearest(*middle))
            return
        now = arrangement.step(before, right, down)
        ground.choice.put(now)
        if extends:
            ground.choice.area = area[0] if area is not None else arrangement.point(before), arrangement.point(now)
        ground.bring(now)

    def _go_near(self) -> None:
        ground = self._ground
        if ground.camera.zoom >= NAMES_FROM:
            ground.fit()
            return
        ground.zoom(NEAR / ground.camera.zoom)
        ground.bring(ground.choice.cursor)

    def _go_to_end(self, *, first: bool) -> None:
        sheet = self._ground.sheet
        count = len(sheet.region.roster) if sheet is not None else 0
        if count:
            self._ground.put_cursor(0 if first else count - 1)

    def _go_to_abnormal(self, step: int) -> None:
        sheet = self._ground.sheet
        assert sheet is not None
        found = sheet.marks.next_abnormal(self._ground.choice.cursor, step)
        if found != NOBODY:
            self._ground.put_cursor(found)
        else:
            self._ground.said.emit("Every server that the map shows is normal.")

    def _light(self) -> None:
        """Go through the subsystems of the server that the keys are on, and then to none."""
        ground, sheet = self._ground, self._ground.sheet
        assert sheet is not None
        names = [""]
        if ground.choice.cursor != NOBODY:
            region = sheet.region
            profile = region.roster.profiles[int(region.roster.profile[ground.choice.cursor])]
            names = [*(region.subsystems[number].name for number, _ in profile), ""]
        elif not ground.lit:
            ground.said.emit("Go to a server of the subsystem with the arrow keys first.")
        at = names.index(ground.lit) + 1 if ground.lit in names[:-1] else 0
        ground.lit_chosen.emit(names[at])
