"""HAProxy as a fleet source: backends are subsystems, servers are servers, over its runtime API."""
