"""The tray: one icon for all mappings, and its menu.

tray.py     the icon: state, animation, tooltip, clicks; comes when a tray comes
host.py     whether there is a tray, and when one appears
menu.py     the menu: built once, changed in place
outline.py  a rim, so that the icon reads on light and dark panels
"""

from skynet_desktop.desktop.tray.tray import Tray

__all__ = ["Tray"]
