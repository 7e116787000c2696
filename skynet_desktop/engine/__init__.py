"""Blocking loops that stop when told; one job a file. Knows no Qt, network library or screen."""
