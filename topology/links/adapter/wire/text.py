"""Text that came from an adapter is text: nothing in it moves a cursor, changes a colour or turns the writing around."""

LONGEST = 500


def as_text(raw: str, longest: int = LONGEST) -> str:
    r"""Give a text fit for a sentence: what cannot be printed as an escape such as `\x1b`, and not longer than *longest*."""
    told = "".join(sign if sign.isprintable() else _escaped(sign) for sign in raw[:longest])
    return f"{told}…" if len(raw) > longest else told


def _escaped(sign: str) -> str:
    return sign.encode("unicode_escape").decode("ascii")
