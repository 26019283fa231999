"""Opens a plan that was saved for a review: what still holds is put on the command line, what does not says what changed."""

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QWidget

from console.operating.colleagues.saved_plans import PlanFileError, SavedPlan, judged_anew, read_plan, text_of
from console.words import writing as words
from console.words.findings.table import message
from topology.fleet.state import State
from topology.planning.guards.guard import Guard
from topology.planning.plan import Plan
from topology.region.sentences.clock import moment_at


class PlanFile:
    """Reads such files for one region; *state* gives it as it is now."""

    def __init__(
        self,
        state: Callable[[], State | None],
        guards: tuple[Guard, ...],
        start: Callable[[Coroutine[Any, Any, None]], object],
        suggest: Callable[[str], None],
        tell: Callable[[str], None],
        fail: Callable[[str], None],
    ) -> None:
        self._state = state
        self._guards = guards
        self._start = start
        self._suggest = suggest
        self._tell = tell
        self._fail = fail

    def choose(self, window: QWidget) -> QFileDialog:
        """Ask for the file, and open it; the window goes on meanwhile."""
        dialog = QFileDialog(window, "Open plan")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilters(["Plans (*.plan *.json)", "All files (*)"])
        dialog.fileSelected.connect(lambda path: self._start(self.open(Path(path))))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()
        return dialog

    async def open(self, path: Path) -> None:
        """Put a saved plan on the command line, where it is previewed and confirmed like anything typed; or say why not."""
        try:
            saved, plan = await asyncio.to_thread(read_plan, path)
            text = self._text_of(saved, plan)
        except PlanFileError as error:
            self._fail(f"{path.name} was not opened: {error}")
            return
        self._suggest(text)
        when = moment_at(saved.saved_at).strftime("%Y-%m-%d %H:%M:%S UTC")
        self._tell(f"{path.name}, saved by {saved.saved_by} at {when}, still holds: look at it, then confirm.")

    def _text_of(self, saved: SavedPlan, plan: Plan) -> str:
        state = self._state()
        if state is None:
            raise PlanFileError("the region is not loaded yet; open the plan once it is")
        _, changed = judged_anew(saved, plan, state, self._guards)
        if changed:
            what = words.listed([message(one) for one in changed], len(changed))
            raise PlanFileError(f"it is stale: {what}; plan it again")
        return text_of(saved, plan, state, self._guards)
