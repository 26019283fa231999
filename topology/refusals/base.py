"""What all facts of refusals are, and those that are only known as text."""

import msgspec


class RefusalFacts(msgspec.Struct, frozen=True, tag_field="kind"):
    """What a refusal rests on, as values for a program to read, never a sentence. Each kind inherits from this.

    Ledgers and the journal keep them by the name of their kind and the names of their values, which therefore stay.
    """


class ToldRefusal(RefusalFacts, frozen=True, tag="told"):
    """What is only known as text: what an adapter or another system said, an error, and what earlier versions kept."""

    text: str
