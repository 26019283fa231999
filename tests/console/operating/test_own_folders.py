"""Each test, and each program it starts, has settings and folders of its own."""

from pathlib import Path

from PySide6.QtCore import QSettings, QStandardPaths


def _settings() -> QSettings:
    return QSettings(QSettings.Format.IniFormat, QSettings.Scope.UserScope, "underkeel-tests", "folders")


def test_that_settings_are_written_in_the_folder_of_the_test(user_folders: Path) -> None:
    settings = _settings()
    settings.setValue("left", "behind")
    settings.sync()
    assert Path(settings.fileName()).is_relative_to(user_folders)


def test_that_settings_of_an_earlier_test_are_not_seen(user_folders: Path) -> None:
    assert _settings().value("left") is None


def test_that_standard_folders_are_those_of_the_test(user_folders: Path) -> None:
    found = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.GenericDataLocation)
    assert Path(found).is_relative_to(user_folders)
