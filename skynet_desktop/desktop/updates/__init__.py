"""New versions, as a person meets them.

updates.py  looks once a day, off the GUI thread, and remembers what it found
wording.py  what is said of it
dialog.py   what is new, and the way to the download
part.py     a line with two buttons, for Settings > About
"""
