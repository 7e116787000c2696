"""Toasts: one a burst, never one a file.

policy.py       when something is worth a word: pure, by events, states and a clock
wording.py      what is said
freedesktop.py  the notification service of Linux desktops, with clicks
toaster.py      which of it is shown, and what a click does
"""

from skynet_desktop.desktop.toasts.toaster import Toaster

__all__ = ["Toaster"]
