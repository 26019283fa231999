"""Where a floor holds: the whole region, one zone, or one cell."""

from typing import Any, Literal

Kind = Literal["region", "zone", "cell"]


class Scope(str):
    """A scope that knows its parts, and is its own text: `region`, `zone:az4`, `cell:az4/c1`.

    The text is that of every stable format. It is put together here from the parts, and taken apart nowhere but in
    `read`, for what comes from outside.
    """

    __slots__ = ("cell", "kind", "zone")
    kind: Kind
    zone: str | None
    cell: str | None

    def __new__(cls, kind: Kind, zone: str | None = None, cell: str | None = None) -> "Scope":
        """Make a scope; a zone has a *zone*, a cell also a *cell*."""
        text = {"region": "region", "zone": f"zone:{zone}", "cell": f"cell:{zone}/{cell}"}[kind]
        made = super().__new__(cls, text)
        made.kind, made.zone, made.cell = kind, zone, cell
        return made

    def __getnewargs__(self) -> tuple[Kind, str | None, str | None]:  # type: ignore[override]
        """Give the parts, so that a copy in another process has them, too."""
        return self.kind, self.zone, self.cell

    @property
    def place(self) -> str:
        """The zone or the cell as it is written in a command, `az4` or `az4/c1`; empty for the region."""
        return "/".join(part for part in (self.zone, self.cell) if part is not None)

    @classmethod
    def read(cls, text: str) -> "Scope":
        """Read the text of a scope.

        Raises:
            ValueError: it is not one.
        """
        kind, _, where = text.partition(":")
        zone, slash, cell = where.partition("/")
        if text == "region":
            return WHOLE
        if kind == "zone" and zone and not slash:
            return cls("zone", zone)
        if kind == "cell" and zone and cell:
            return cls("cell", zone, cell)
        raise ValueError(f"{text!r} is no scope; write region, zone:az1 or cell:az1/c1")


WHOLE = Scope("region")
"""The region as a whole."""


def plain(value: Any) -> str:
    """Give a scope as mere text; for encoders, which know no other kind of it.

    Raises:
        NotImplementedError: *value* is something else.
    """
    if isinstance(value, Scope):
        return str(value)
    raise NotImplementedError(f"{type(value).__name__} has no place in JSON")


def decoded(kind: type, value: Any) -> Any:
    """Make a scope of its text; for decoders.

    Raises:
        NotImplementedError: something other than a scope is asked for.
        ValueError: the text is no scope.
    """
    if kind is Scope and isinstance(value, str):
        return Scope.read(value)
    raise NotImplementedError(f"{kind.__name__} has no place in JSON")
