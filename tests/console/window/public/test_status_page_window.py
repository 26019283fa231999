"""The status page in the window: previewed as the public will see it, said only when confirmed, shown with its targets."""

from pathlib import Path

from PySide6.QtWidgets import QApplication

from console.app.replay_session import ReplaySession
from console.app.session import Session
from console.panels.status_page.panel import StatusPagePanel
from console.window.main_window import MainWindow
from tests.console.window.replay_window import replay
from tests.console.window.whole_window import play, until
from tests.topology.status_page.regions import TEXT
from topology.execution.journal_entries import Kind
from topology.planning.answers import TitledAnswer, answer_text

SAYS = 'announce "Elevated errors" for store status investigating'


def described(folder: Path) -> tuple[Path, Path]:
    """Give a description with one target, and the folder that it is published to."""
    page = folder / "page"
    page.mkdir()
    path = folder / "shop.toml"
    text = TEXT[: TEXT.index("[[status_page.targets]]")]
    path.write_text(f'{text}[[status_page.targets]]\nname = "here"\nto = "folder:{page}"\n')
    return path, page


def panel_of(session: Session | ReplaySession) -> StatusPagePanel:
    panel = session.panels.lower["status_page"][1]
    assert isinstance(panel, StatusPagePanel)
    return panel


def texts(panel: StatusPagePanel) -> list[tuple[str, ...]]:
    return [panel.model.row_at(row).texts for row in range(panel.model.rowCount())]


def test_that_an_announcement_is_previewed_then_confirmed_then_published_and_journaled(
    qapp: QApplication, tmp_path: Path
) -> None:
    path, page = described(tmp_path)

    async def scenario(session: Session, window: MainWindow) -> None:
        space, answers = session.workspace, list[TitledAnswer]()
        space.answered.connect(answers.append)
        await until(lambda: (page / "index.html").exists())
        session.panels.choose("status_page")
        session.panels.type(SAYS)
        await until(lambda: bool(answers))
        shown = answer_text(answers[-1])
        assert "As the public will see it" in shown
        assert "Elevated errors" in shown
        assert "Ctrl+Enter says it: published to here, and journaled" in shown
        space.submit(SAYS)
        assert "Elevated errors" not in (page / "index.html").read_text()
        assert space.desk.page.reading is not None
        assert space.desk.page.reading.page.announcements == ()
        session.panels.choose("confirm")
        await until(lambda: "Elevated errors" in (page / "index.html").read_text())
        await until(lambda: any(row[0] == "Announcement 1" for row in texts(panel_of(session))))
        await until(
            lambda: any(row[0] == "Target here" and "holds the page" in row[1] for row in texts(panel_of(session)))
        )
        kept = session.desk.history
        await until(lambda: any(one.kind is Kind.PAGE and one.command == SAYS for one in kept.entries))

    play(qapp, tmp_path, scenario, region=str(path))


def test_that_one_target_alone_is_told_when_the_region_is_opened(qapp: QApplication, tmp_path: Path) -> None:
    path, _ = described(tmp_path)

    async def scenario(session: Session, window: MainWindow) -> None:
        await until(lambda: "The status page has one target, here" in session.panels.messages.toPlainText())

    play(qapp, tmp_path, scenario, region=str(path))


def test_that_a_region_without_a_status_page_says_so_to_whoever_announces(qapp: QApplication, tmp_path: Path) -> None:
    said = 'announce "x" for s3 status investigating'

    async def scenario(session: Session, window: MainWindow) -> None:
        answers, failures = list[TitledAnswer](), list[str]()
        session.workspace.answered.connect(answers.append)
        session.workspace.failed.connect(failures.append)
        session.panels.type(said)
        await until(lambda: bool(answers))
        assert "states no [status_page]" in answer_text(answers[-1])
        session.panels.choose("confirm")
        await until(lambda: bool(failures))
        assert "Not said: the description of the region states no [status_page]" in failures[-1]
        assert panel_of(session).model.rowCount() == 0

    play(qapp, tmp_path, scenario)


def test_that_in_a_training_it_is_said_in_the_run_alone(qapp: QApplication, tmp_path: Path) -> None:
    said = 'announce "Elevated errors" for s3 status investigating'

    async def scenario(session: ReplaySession, window: MainWindow) -> None:
        answers = list[TitledAnswer]()
        session.workspace.answered.connect(answers.append)
        session.panels._scrub(session.training.incident.starts + 1800.0)
        session.panels.type(said)
        await until(lambda: bool(answers))
        assert session.training.session is None
        session.panels.choose("confirm")
        await until(lambda: [act.text for act in session.training.acts] == [said])
        await until(lambda: any(row[0] == "Announcement 1" for row in texts(panel_of(session))))
        assert not any(row[0].startswith("Target") for row in texts(panel_of(session)))

    replay(qapp, tmp_path, scenario)
