"""The proof that a destination holds what is here, and what to do about what differs.

verdict.py  what is said of a verification, as plain values
model.py    the differences, page by page
report.py   the differences as a text to keep or to send to somebody
menu.py     how thoroughly to verify
dialog.py   the last verification, or the one that runs, in a window
strip.py    the same in one line of a mapping's card
"""
