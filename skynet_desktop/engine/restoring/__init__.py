"""Restore: what the destination holds, now and before, and its way back."""
