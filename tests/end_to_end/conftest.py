"""Screens and desks for the tests in which keys are typed into the real window."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.end_to_end.driver import Desk
from tests.end_to_end.screens import Screen


@pytest.fixture(scope="module")
def screen(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Screen]:
    """The smallest screen that the window promises to work on."""
    with Screen(1280, 720, tmp_path_factory.mktemp("screen")) as small:
        yield small


@pytest.fixture
def make_screen(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[int, int], Screen]]:
    with ExitStack() as screens:
        yield lambda width, height: screens.enter_context(Screen(width, height, tmp_path_factory.mktemp("screen")))


@pytest.fixture
def make_desk(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Callable[..., Desk]]:
    """Make desks that are tidied up, with a look at what the programs said and a picture of the end."""
    desks: list[Desk] = []

    def make(screen: Screen, theme: str = "night") -> Desk:
        home = tmp_path / f"home-{len(desks)}"
        home.mkdir()
        desks.append(Desk(screen, home, theme))
        return desks[-1]

    yield make
    for number, desk in enumerate(desks):
        picture = desk.screen.save(tmp_path / f"end-{number}.png") if desk.screen.is_up else "(it was ended)"
        said = "".join(console.said() for console in desk.consoles)
        for console in desk.consoles:
            console.end()
        request.node.add_report_section("teardown", "screen", f"what was on the screen: {picture}\n{said}{desk.log()}")
        assert "Traceback" not in said
        assert " ERROR " not in desk.log()
        assert " CRITICAL " not in desk.log()


@pytest.fixture
def desk(make_desk: Callable[..., Desk], screen: Screen) -> Desk:
    return make_desk(screen)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    """On a failure, keep what was on the screen at that moment and say where."""
    report = yield
    desk = getattr(item, "funcargs", {}).get("desk")
    if call.when == "call" and report.failed and isinstance(desk, Desk) and desk.screen.is_up:  # type: ignore[attr-defined]
        picture = desk.screen.save(desk.home.parent / "failed.png")
        report.sections.append(("screen", f"what was on the screen: {picture}"))  # type: ignore[attr-defined]
    return report
