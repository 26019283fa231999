"""How far the reading of a region is, in words: heard from the thread that reads, shown by the one that paints."""


class ReadSoFar:
    """The newest word of the reading; empty before the first."""

    def __init__(self) -> None:
        self._word = ""

    def hear(self, word: str) -> None:
        """Take in the newest word, in whichever thread."""
        self._word = word

    def told(self, name: str, seconds: int) -> str:
        """Say what is being read, for how many seconds already, and how much of it there is."""
        waited = f" … {seconds:,} s" if seconds else " …"
        return f"Reading {name}{waited}" + (f"\n{self._word} …" if self._word else "")
