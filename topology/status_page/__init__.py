"""What those outside are told: the state of each service, announcements, ninety days of history."""
