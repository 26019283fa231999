"""The act on a live region: judged in its moment, sent, answered for, and what became of it."""
