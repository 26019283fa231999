"""What each key does on the map. Which key that is, is data in `keys`; how it looks afterwards is the view's business."""

from typing import Protocol

import numpy as np
from PySide6.QtCore import QPointF, QRectF

from console.kit.arrows import direction_of
from console.panels.fleet_map.choosing import MapChoosing
from console.panels.fleet_map.drawing.bar import Chip
from console.panels.fleet_map.drawing.labels import NAMES_FROM
from console.panels.fleet_map.keys import MapAction
from console.panels.fleet_map.viewport import MapViewport
from topology.fleet_map.arrangement import NOBODY
from topology.fleet_map.marks import ABNORMAL, CellMark, ColourBy
from topology.region.standing_order import in_order

STEP = 60.0
"""Pixels that a key pans."""
ZOOM_STEP = 1.25
NEAR = 72.0
"""Pixels a server when going near."""
_BY = tuple(ColourBy)


class _Heard(Protocol):
    def emit(self, text: str, /) -> None: ...


class MapSurface(Protocol):
    """What the hand acts on: the parts of the view."""

    viewport: MapViewport
    choosing: MapChoosing
    by: ColourBy

    @property
    def lit_chosen(self) -> _Heard: ...
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
                ground.viewport.pan(-QPointF(right, down) * STEP)
            case MapAction.SAY:
                ground.choosing.say()
            case MapAction.ZOOM_IN | MapAction.ZOOM_OUT:
                ground.viewport.zoom(ZOOM_STEP if act is MapAction.ZOOM_IN else 1 / ZOOM_STEP)
            case MapAction.NEAR:
                self._go_near()
            case MapAction.FIT:
                ground.viewport.fit()
            case MapAction.FIRST | MapAction.LAST:
                self._go_to_end(first=act is MapAction.FIRST)
            case MapAction.NEXT_ABNORMAL | MapAction.LAST_ABNORMAL:
                self._go_to_abnormal(1 if act is MapAction.NEXT_ABNORMAL else -1)
            case MapAction.COLOUR:
                ground.colour_by(_BY[(_BY.index(ground.by) + 1) % len(_BY)])
            case MapAction.REACH:
                ground.choosing.widen()
            case MapAction.LIGHT:
                self._light()
            case MapAction.LET_GO:
                ground.choosing.put(NOBODY)

    def take(self, chip: Chip) -> None:
        """Do what a word of the line below the map is for."""
        match chip:
            case ColourBy():
                self._ground.colour_by(chip)
            case MapAction():
                self.do(chip, 0)
            case CellMark():
                self.light_marked(chip)

    def light_marked(self, mark: CellMark) -> None:
        """Let the servers of the subsystem that has this mark stand out; where one does already, no longer.

        Marks that say a state choose nothing, and take no selection back.
        """
        sheet = self._ground.viewport.sheet
        names = {one: name for name, one in sheet.marks.groups} if sheet is not None else {}
        if self._ground.choosing.lit and mark < ABNORMAL:
            self._ground.lit_chosen.emit("")
        elif not self._ground.choosing.lit and mark in names:
            self._ground.lit_chosen.emit(names[mark])

    def _step(self, right: int, down: int, *, extends: bool) -> None:
        ground, sheet = self._ground, self._ground.viewport.sheet
        if sheet is None:
            raise RuntimeError("there is no sheet here, as there has to be")
        before, area = ground.choosing.choice.cursor, ground.choosing.choice.area
        arrangement = sheet.arrangement
        if before == NOBODY:
            middle = ground.viewport.cell_at(QRectF(ground.viewport.view()).center())
            ground.choosing.put(arrangement.nearest(*middle))
            return
        now = arrangement.step(before, right, down)
        ground.choosing.choice.put(now)
        if extends:
            ground.choosing.choice.area = (
                area[0] if area is not None else arrangement.point(before),
                arrangement.point(now),
            )
        ground.choosing.bring(now)

    def _go_near(self) -> None:
        ground = self._ground
        if ground.viewport.camera.zoom >= NAMES_FROM:
            ground.viewport.fit()
            return
        ground.viewport.zoom(NEAR / ground.viewport.camera.zoom)
        ground.choosing.bring(ground.choosing.choice.cursor)

    def _go_to_end(self, *, first: bool) -> None:
        sheet = self._ground.viewport.sheet
        if sheet is None:
            return
        order = in_order(sheet.region.roster)
        there = order[~np.isin(order, sheet.region.roster.gone)]
        if len(there):
            self._ground.choosing.put(int(there[0 if first else -1]))

    def _go_to_abnormal(self, step: int) -> None:
        sheet = self._ground.viewport.sheet
        if sheet is None:
            raise RuntimeError("there is no sheet here, as there has to be")
        found = sheet.marks.next_abnormal(self._ground.choosing.choice.cursor, step)
        if found != NOBODY:
            self._ground.choosing.put(found)
        else:
            self._ground.choosing.said.emit("Every server that the map shows is normal.")

    def _light(self) -> None:
        """Go through the subsystems of the server that the keys are on, and then to none."""
        ground, sheet = self._ground, self._ground.viewport.sheet
        if sheet is None:
            raise RuntimeError("there is no sheet here, as there has to be")
        names = [""]
        if ground.choosing.choice.cursor != NOBODY:
            region = sheet.region
            profile = region.roster.profiles[int(region.roster.profile[ground.choosing.choice.cursor])]
            names = [*(region.subsystems[number].name for number, _ in profile), ""]
        elif not ground.choosing.lit:
            ground.choosing.said.emit("Go to a server of the subsystem with the arrow keys first.")
        at = names.index(ground.choosing.lit) + 1 if ground.choosing.lit in names[:-1] else 0
        ground.lit_chosen.emit(names[at])
