"""From nothing to a mirror that runs, step by step.

wizard.py       the window: the way from step to step, back, and out
progress.py     the line at the top that says where one is
page.py         what all steps have in common
welcome.py      the way to go: a mirror, or the try-out
service.py      what kind of service, its details, its test
folder.py       which folder, and how much is in it
destination.py  where it goes, and what a deletion means there
filters.py      what is left out
rehearsal.py    the dry run
ready.py        starting at login; the last step before anything is written
tryout.py       the try-out and its two folders
arrival.py      the first files on their way
plan.py         what was decided, and how all of it is written or none
"""

from skynet_desktop.desktop.wizard.wizard import Wizard

__all__ = ["Wizard"]
