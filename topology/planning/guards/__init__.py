"""The guards: pure functions from a case to findings, in one table."""
