"""What is declared: subsystems, floors, policy, the roster, and the reading of descriptions and tables."""
