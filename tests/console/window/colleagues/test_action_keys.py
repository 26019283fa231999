"""A key that two actions share does neither."""

from collections import Counter

from console.window.actions import ACTIONS


def test_that_no_two_actions_have_one_key() -> None:
    keys = Counter(entry.shortcut for entry in ACTIONS if entry.shortcut)
    assert [key for key, count in keys.items() if count > 1] == []
