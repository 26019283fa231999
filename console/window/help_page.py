"""What `help` says, from the tables of verbs and of actions; there is no list of its own."""

from console.window.actions import ACTIONS
from topology.command.verbs import VERBS
from topology.command.words import CLAUSES, FIELDS
from topology.planning.answers import Section, TitledAnswer


def help_page(verb: str) -> TitledAnswer:
    """Give the page of one verb, or of all verbs and keys when *verb* is empty."""
    return _one(verb) if verb in VERBS else _all()


def _one(verb: str) -> TitledAnswer:
    entry = VERBS[verb]
    sections = [
        Section("", ("",), ((entry.help,),)),
        Section("How to write it", ("",), tuple((usage,) for usage in entry.usage)),
        Section("Example", ("",), ((entry.example,),)),
    ]
    if entry.clauses:
        sections.append(
            Section("Clauses, in this order", ("", ""), tuple((name, CLAUSES[name]) for name in entry.clauses))
        )
    if "where" in entry.clauses:
        sections.append(Section("What where may compare", ("", ""), tuple(FIELDS.items())))
    return TitledAnswer(f"help {verb}", tuple(sections))


def _all() -> TitledAnswer:
    verbs = tuple((name, entry.help, entry.example) for name, entry in VERBS.items())
    keys = tuple((entry.shortcut, entry.help) for entry in ACTIONS)
    remarks = (
        "help VERB says more about one. Enter never confirms: Ctrl+Enter does, where nothing speaks against it.",
    )
    return TitledAnswer(
        "Help", (Section("Commands", ("", "", "such as"), verbs), Section("Keys", ("", ""), keys)), remarks
    )
