"""What a command would do: servers, effects, findings, verdict. It has no way to act."""
