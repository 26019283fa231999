"""What was typed before, and the way back through it."""

MOST = 500


class CommandHistory:
    """Commands, oldest first, each only once. Walking keeps to those that start with what was typed."""

    def __init__(self) -> None:
        self._texts: list[str] = []
        self._place: int | None = None
        self._draft = ""

    def set(self, texts: list[str]) -> None:
        """Take the commands of earlier sessions."""
        self._texts = []
        for text in texts:
            self.remember(text)

    def remember(self, text: str) -> None:
        """Add a command as the newest; an older one like it is dropped."""
        text = text.strip()
        if text:
            self._texts = [*(known for known in self._texts if known != text), text][-MOST:]
        self.leave()

    def texts(self) -> list[str]:
        """Give every command, oldest first."""
        return list(self._texts)

    def leave(self) -> None:
        """Forget the walk: something was typed."""
        self._place = None

    def older(self, current: str) -> str | None:
        """Give the next older command that starts as what was typed; None when there is none."""
        if self._place is None:
            self._draft = current
        end = len(self._texts) if self._place is None else self._place
        for place in range(end - 1, -1, -1):
            if self._texts[place].startswith(self._draft) and self._texts[place] != current:
                self._place = place
                return self._texts[place]
        return None

    def newer(self, current: str) -> str | None:
        """Give the next newer one, at last what was typed; None when no walk is under way."""
        if self._place is None:
            return None
        for place in range(self._place + 1, len(self._texts)):
            if self._texts[place].startswith(self._draft) and self._texts[place] != current:
                self._place = place
                return self._texts[place]
        self._place = None
        return self._draft
