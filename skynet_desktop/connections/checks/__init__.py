"""The checks behind ``connections.conformance``; the only part of the app that needs pytest."""
