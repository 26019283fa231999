"""`python -P -m underkeel_start`: the program, where its own name is not to be had."""

import sys

from underkeel_start import main

sys.exit(main())
