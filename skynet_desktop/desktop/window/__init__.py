"""The main window: three pages that show what the Controller tells.

main_window.py  sidebar, pages, keys, what is remembered
overview.py     how all mirrors are doing; a card for each, and the speed over time
activity.py     the last actions in a table, searched and sorted
issues.py       what could not be sent, why, and what to do
"""

from skynet_desktop.desktop.window.main_window import MainWindow

__all__ = ["MainWindow"]
