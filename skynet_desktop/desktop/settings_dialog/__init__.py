"""The settings dialog: a list of pages at the left, one page at the right.

    dialog.py         the frame: pages made when first shown, closing with unsaved work
    page.py           what all pages have in common
    table_part.py     a table of the settings, each value applied when its field is left
    general.py        language, appearance, start at login, updates, keyring
    notifications.py  which messages are shown and heard
    network.py        limits and their timetable, metered connections, proxy
    advanced.py       what few people need, and where our files are
    about.py          who made this, and under which licence
    licences.py       what it is built from, and the licences of it all
    licence_dialog.py the licences, to be read

Services and mappings have rooms of their own beside this one.
"""

from skynet_desktop.desktop.settings_dialog.dialog import SettingsDialog

__all__ = ["SettingsDialog"]
