"""The check-up: what the doctor finds, live.

topics.py       what its topics are called, and all it found as a text
examining.py    the doctor at work, off the GUI thread
dialog.py       the findings in a window
finding_row.py  one of them
"""
