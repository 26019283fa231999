"""Where the project and the tests' data lie, however deep the test that asks."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT / "tests" / "data"
