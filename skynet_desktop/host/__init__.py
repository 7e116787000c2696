"""What differs from one operating system to the next, and from one process to the next."""
