"""The dialog that chooses an incident."""
