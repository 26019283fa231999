"""The rim: live regions behind one protocol, and the files they keep. The only part that waits, or touches a disk."""
