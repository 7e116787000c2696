"""The setup for Windows; made on Windows, and under wine where there is none."""
