"""Adapters: a fleet source in any language, spoken to by JSON-RPC lines over a child's pipes or a Unix socket."""
