"""What a description says of alarms."""
