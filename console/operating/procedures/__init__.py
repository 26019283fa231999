"""Playbooks as an operator goes through them, and their audit."""
