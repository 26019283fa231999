"""What the frozen program starts: the same as the installed one, under both of its names."""

import signal
import sys
from pathlib import Path


def start() -> int:
    """Run the program, from here on with a word about Ctrl+C; before, quiet_start.py saw to it."""
    import without_opengl

    from console.app.cli import main

    without_opengl.stand_in()
    if signal.getsignal(signal.SIGINT) is signal.SIG_DFL:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    # Started from a menu under this name, without a word, it opens the window as underkeel itself does.
    return main([]) if Path(sys.argv[0]).name == "underkeel-console" else main()


sys.exit(start())
