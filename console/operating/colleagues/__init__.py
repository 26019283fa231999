"""The other operators of a region: who is there, what they carry out, and the approvals that one asks of another."""
