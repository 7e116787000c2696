"""One file (or folder) a service, found by the registry; ``base`` is the contract."""
