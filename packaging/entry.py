"""What the frozen program starts: the same as the installed one, under both of its names."""

import sys
from pathlib import Path

import without_opengl

from console.app.cli import main

without_opengl.stand_in()
# Started from a menu under this name, without a word, it opens the window as underkeel itself does.
sys.exit(main([]) if Path(sys.argv[0]).name == "underkeel-console" else main())
