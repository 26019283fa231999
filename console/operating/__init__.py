"""What an operator does, without Qt: regions, executions, the journal, trainings. Only here are links and records reached."""
