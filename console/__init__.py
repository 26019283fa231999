"""The program the operator sees: the window and the command line. The only code that knows a screen exists."""
