"""Everything with which a person sets up a mapping.

folder_part.py   folder, service, place there, with one real file as an example
filters_part.py  what is left out, live
deletes_part.py  what a deletion here means there
safety_part.py   that, what is kept at the destination, and how often all is verified
looking.py       a look at the folder (and the service) off the GUI thread
dry_run.py       what would be sent, before anything is
editor.py        the parts as tabs, and what they amount to
dialog.py        the editor in a window of its own; the dry run before a new mapping starts
banner.py        a sentence that must not be passed over
dressed.py       the look of a form made from a table of the settings
model.py         the mappings as a list
delegate.py      how a row of it is painted
page.py          the page of the settings dialog
"""

from skynet_desktop.desktop.mappings.deletes_part import DeletesPart
from skynet_desktop.desktop.mappings.dry_run import DryRun
from skynet_desktop.desktop.mappings.filters_part import FiltersPart
from skynet_desktop.desktop.mappings.folder_part import FolderPart
from skynet_desktop.desktop.mappings.page import MappingsPage

__all__ = ["DeletesPart", "DryRun", "FiltersPart", "FolderPart", "MappingsPage"]
