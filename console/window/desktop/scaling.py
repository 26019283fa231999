"""The scale of the window, larger and smaller by steps, at once where Qt can."""

from console.kit.host.live_scale import set_live_scale
from console.window.frame.base_window import BaseWindow
from console.window.settings import SCALES, SettingsStore


def next_scale(now: int, step: int) -> int:
    """Give the scale one step up or down, within those there are."""
    at = min(range(len(SCALES)), key=lambda number: abs(SCALES[number] - now))
    return SCALES[max(0, min(len(SCALES) - 1, at + step))]


class Scaling:
    """Changes the scale, keeps it, and says what came of it."""

    def __init__(self, window: BaseWindow, settings: SettingsStore) -> None:
        self._window, self._settings = window, settings

    def by(self, step: int) -> str:
        """Go one step up or down; gives a sentence."""
        return self.to(next_scale(self._settings.value.scale, step))

    def to(self, scale: int) -> str:
        """Draw everything at *scale* percent; gives a sentence."""
        if scale == self._settings.value.scale:
            return f"Scale {scale} % already: it goes from {SCALES[0]} to {SCALES[-1]} %."
        before = self._settings.value.scale
        self._settings.change(scale=scale)
        handle = self._window.windowHandle()
        if handle is None or not set_live_scale(scale, [handle]):
            return f"Scale {scale} % from the next start on."
        self._window.keep_size(before / scale)
        return f"Scale {scale} %."
