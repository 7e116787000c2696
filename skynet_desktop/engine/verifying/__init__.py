"""Verify: the proof that the destination holds what is here, file by file."""
