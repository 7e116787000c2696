"""Bringing back what is at a destination, now or as it was: a browser of the remote place.

source.py    reads a destination into a catalogue, and answers what is asked of it
chosen.py    what the person chose, as plain values
entries.py   one folder of it, or what a search found, as a list
entries_view.py  how that list is handled
crumbs.py    where one is, folder by folder
times.py     as of when
history.py   all kept states of one file
browser.py   these together: the page to choose on
target.py    where to, and what if a file is there already
pace.py      how fast it goes and how long it takes, as plain values
errand.py    the restoring itself, off the GUI thread
outcome.py   how far it is, and how it ended
window.py    the pages, one after the other
"""
