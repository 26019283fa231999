"""A trainee's hands: open the incident, play to the decision, type a command, confirm it, and be told how it went."""

import json

from tests.end_to_end.driver import SIDE, Desk
from tests.end_to_end.screens import Box, until

DEBRIEF: Box = (0.28, 0.4, 0.67, 0.88)
"""Where the debrief draws both runs over time."""


def test_that_a_trainee_plays_to_the_decision_acts_and_sees_the_debrief(desk: Desk) -> None:
    console = desk.start("replay", "s3-2017", title="^REPLAY · us-east-1 · .* · Underkeel")
    console.fill_the_screen()
    console.key("alt+4", "F5")
    desk.wait_to_see("replay", (0.0, 0.0, 0.2, 0.1), 500)
    console.command("remove 4 servers from billing")
    desk.wait_to_see("plan", SIDE, desk.screen.width * desk.screen.height // 300)
    until(lambda: console.key("ctrl+Return") or console.title().startswith("TRAINING"), "the first act takes over")
    console.key("ctrl+d", "ctrl+d")
    desk.wait_to_see("caution", DEBRIEF)
    desk.wait_to_see("plan", DEBRIEF)
    scores = desk.home / "data" / "underkeel" / "scores.json"
    until(scores.exists, "the score is kept")
    (best,) = json.loads(scores.read_text())["scores"].values()
    assert (best["minutes_short"], best["catastrophes"]) == (0, 0)
    assert (desk.kinds(), desk.acts()) == ([], [])
    console.focus()
    console.key("ctrl+q")
    until(lambda: console.windows("kept nowhere"), "closing asks, for the run is kept nowhere")
    console.hands("windowfocus", "--sync", console.windows("kept nowhere")[0])
    console.key("alt+f")
    assert console.process.wait(15) == 0
