"""The settings dialog: a list of pages at the left, one page at the right.

    dialog.py         the frame: pages made when first shown, closing with unsaved work
    page.py           what all pages have in common; a page made from a declared table
    general.py        language, appearance, start at login, keyring
    notifications.py  which messages are shown and heard
    network.py        limits and their timetable, metered connections, proxy
    advanced.py       what few people need, and where our files are
    about.py          version, licence, and those of what we are built from

Services and mappings have rooms of their own beside this one.
"""

from skynet_desktop.desktop.settings_dialog.dialog import SettingsDialog

__all__ = ["SettingsDialog"]
