"""What a program of a desktop does besides its own work: editing, preferences, scale, windows, paper, help, the palette."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import QDialog

from console.kit.host.system_look import SYSTEM, theme_of
from console.window.actions import ACTIONS, ActionEntry
from console.window.desktop.editing import edit
from console.window.desktop.preferences import PreferencesDialog
from console.window.desktop.recent import RecentRegions
from console.window.desktop.scaling import Scaling
from console.window.help.window import ABOUT, KEYS, NEWS, HelpWindow
from console.window.main_window import MainWindow
from console.window.menus.bar import OF_TEXTS, MenuBar
from console.window.menus.states import MenuStates
from console.window.palette.dialog import Palette
from console.window.palette.sources import of_actions, of_buttons, of_commands
from console.window.settings import SettingsStore
from console.window.showing.console_panels import ConsolePanels
from console.window.workspace import Workspace
from console.words.paper.plan_text import headroom_lines, plan_lines
from console.words.plan_rows import headroom_rows
from topology.fleet.state import State

Handlers = dict[str, Callable[[], object]]
NO_PLAN = "There is no plan on show to copy: type a command first."


class DesktopChoices(QObject):
    """Each method is what one action does. *set_theme* paints everything anew; *caption* says what a page on paper is of."""

    def __init__(
        self,
        window: MainWindow,
        workspace: Workspace,
        settings: SettingsStore,
        panels: ConsolePanels,
        set_theme: Callable[[str], None],
        caption: Callable[[State], str],
    ) -> None:
        super().__init__(window)
        self.menus: MenuBar | None = None
        self.more: tuple[ActionEntry, ...] = ()
        self.type_text: Callable[[str], None] = lambda text: None
        self.choose: Callable[[str, str], None] = lambda field, value: None
        """Takes what is chosen in the preferences."""
        self._window, self._workspace, self._settings, self._panels = window, workspace, settings, panels
        self._set_theme, self._caption = set_theme, caption
        self._scaling = Scaling(window, settings)
        self._help: HelpWindow | None = None
        self.dialog: QDialog | None = None
        """The one opened last."""
        hints = QGuiApplication.styleHints()
        hints.colorSchemeChanged.connect(self._follow_desktop)
        hints.accessibility().contrastPreferenceChanged.connect(self._follow_desktop)

    def make_menus(
        self, handle: Callable[[str], None], more: tuple[ActionEntry, ...], open_region: Callable[[str], None]
    ) -> dict[str, QAction]:
        """Put the menus into the window, with some *more* actions; gives the actions by their ids."""
        self.menus, self.more = MenuBar(self._window, handle, more), more
        self._window.setMenuBar(self.menus)
        recent = self.menus.insert_menu("File", "new_window", "Recent regions")
        self.recent = RecentRegions(recent, self._settings, open_region)
        self.states = MenuStates(self.menus, self.mark_menus, lambda: self._workspace.view)
        return self.menus.actions_by_id

    def handlers(self) -> Handlers:
        """Give what each action does, by its id."""
        pages = {"manual": "index.md", "keys": KEYS, "news": NEWS, "about": ABOUT}
        return {
            **{name: partial(edit, name) for name in OF_TEXTS},
            **{f"theme.{name}": partial(self.choose_theme, name) for name in (SYSTEM, "night", "day", "contrast")},
            **{name: partial(self.show_help, page) for name, page in pages.items()},
            "theme": lambda: self.choose_theme("day" if self._window.theme.is_dark else "night"),
            "copy_plan": self.copy_plan,
            "preferences": self.show_preferences,
            "larger": partial(self.scale_by, 1),
            "smaller": partial(self.scale_by, -1),
            "larger_page": self._window.page_room.toggle,
            "detach": self._window.detaching.page,
            "detach_topology": self._window.detaching.upper,
            "palette": self.show_palette,
            "print": self.print_page,
        }

    def choose_theme(self, choice: str) -> None:
        """Paint everything in a theme, or as the desktop has it, and keep the choice."""
        self._settings.change(theme=choice)
        self._set_theme(theme_of(choice))
        if self._help is not None:
            self._help.set_theme(self._window.theme)

    def scale_by(self, step: int) -> None:
        """Draw everything one step larger or smaller."""
        self._workspace.tell(self._scaling.by(step))

    def scale_to(self, scale: int) -> None:
        """Draw everything at so many percent."""
        self._workspace.tell(self._scaling.to(scale))

    def show_preferences(self) -> None:
        """Open the preferences beside the window."""
        self.dialog = PreferencesDialog(self._window, self._settings.value, self.choose)
        self.dialog.open()

    def show_help(self, page: str) -> None:
        """Open the help window at a page."""
        if self._help is None:
            self._help = HelpWindow(self._window, self._window.theme)
        self._help.open_at(page)

    def show_palette(self) -> None:
        """Let everything that can be done now be found by its words."""
        if self.menus is None:
            return
        entries = (*ACTIONS, *self.more)
        self.dialog = palette = Palette(
            self._window,
            [
                *of_actions(entries, self.menus.actions_by_id),
                *of_buttons(self._window),
                *of_commands(self.type_text),
            ],
        )
        corner = self._window.mapToGlobal(self._window.rect().center())
        palette.move(
            corner.x() - palette.width() // 2, self._window.mapToGlobal(self._window.rect().topLeft()).y() + 70
        )
        palette.open()

    def copy_plan(self) -> None:
        """Put the plan on show on the clipboard, as text."""
        view = self._workspace.view
        plan = None if view is None else view.work.plan
        if plan is None:
            self._workspace.tell_failure(NO_PLAN)
            return
        QGuiApplication.clipboard().setText("\n".join(plan_lines(plan)))
        self._workspace.tell("The plan is on the clipboard.")

    def print_page(self) -> None:
        """Print the topology, and the plan on show or the headroom of every subsystem."""
        from console.window.desktop.printing import ask_and_print, page_of

        view = self._workspace.view
        if view is None:
            self._workspace.tell_failure("There is nothing to print yet: wait until the region is loaded.")
            return
        plan = view.work.plan
        lines = headroom_lines(headroom_rows(view.state)) if plan is None else plan_lines(plan)
        document = page_of(self._panels.topology, self._caption(view.state), lines)

        def done(file: str) -> None:
            self._workspace.tell(f"Printed into {file}." if file else "Printed.")

        self.dialog = ask_and_print(self._window, document, done)

    def mark_menus(self) -> None:
        """Show at the entries what is on now; asked for whenever the menu opens."""
        menus, kept = self.menus, self._settings.value
        if menus is None:
            return
        for name in (SYSTEM, "night", "day", "contrast"):
            menus.check(f"theme.{name}", kept.theme == name)
        menus.check("motion", kept.reduced_motion)
        menus.check("shows_preview", kept.shows_preview)
        menus.check("full_screen", self._window.isFullScreen())
        menus.check("larger_page", self._window.page_room.is_larger)

    def _follow_desktop(self, *_now: object) -> None:
        if self._settings.value.theme == SYSTEM:
            self._set_theme(theme_of(SYSTEM))
