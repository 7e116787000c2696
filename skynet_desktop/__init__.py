"""Skynet Desktop: keeps folders mirrored, in one direction, to storage you own."""

__version__ = "0.1.0"
