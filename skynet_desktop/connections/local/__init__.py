"""Local: a folder on another disk or a mounted share.

connection.py   the class the engine sees
root.py         whether the folder is still the same one, and where in it a path lies
names.py        which names a folder can hold, and which are ours
probe.py        what the file system does to names, times and permissions
copying.py      bytes into a temporary file, going on after a stop
fetching.py     bytes back to here
leftovers.py    removing unfinished copies of ours, and nobody else's
sync.py         making what was written durable
"""

from skynet_desktop.connections.local.connection import LocalConnection

__all__ = ["LocalConnection"]
