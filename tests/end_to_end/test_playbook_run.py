"""Going through a playbook with the keys of a real keyboard: a step that looks, a step that acts, and what the journal says."""

from tests.end_to_end.driver import Desk
from tests.end_to_end.screens import until

RUN = "run debug-slow-billing count=4"


def test_that_a_run_is_looked_at_confirmed_and_journaled_step_by_step(desk: Desk) -> None:
    console = desk.start()
    console.command(RUN)
    console.key("Return")  # the first step looks at the headroom, and its answer stays
    console.key("Return")  # the second step is on show now
    console.confirm_when_ready(4)
    until(lambda: "finished" in desk.kinds(), "the step is carried out")
    [intent] = [entry for entry in desk.journal() if entry["kind"] == "intent"]
    assert intent["command"].startswith("remove 4 servers from billing in az4 because ")
    assert (intent["details"]["playbook"], intent["details"]["step"]) == ("debug-slow-billing", 2)
    assert len(intent["servers"]) == 4
