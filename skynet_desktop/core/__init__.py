"""Pure values and rules: no I/O, no threads, nothing of the operating system."""
