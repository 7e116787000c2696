"""Measures Skynet beside rclone, on real servers on this machine."""
