"""The running execution, wave by wave, and the ways to stop it."""
