"""The stage on which the desktop app is tried for real: a screen, a session bus, a tray, toasts,
a keyring, accessible names, a network that is metered or gone. All private, all ended by us."""
