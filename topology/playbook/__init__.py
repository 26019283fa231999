"""Playbooks: established procedures as data, with typed parameters and what each step expects of its plan."""
