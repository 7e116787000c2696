"""Everything with which a person sets up a service.

secrets.py    a service as it is written down in the forms; its secrets and settings saved
chooser.py    what kind of service: a card (card.py) for each preset
details.py    name (naming.py), the preset's questions (questions.py), options, secrets
keyring.py    which keyring holds the secrets, and what to do if there is none
test_view.py  the staged test, live; stage_row.py and stages.py are a stage and its words
host_key.py   whether to trust a server
editor.py     all of these in their order
dialog.py     the editor in a window of its own, and the test of a service that is there
page.py       the page of the settings dialog; model.py and delegate.py are its list
alive.py      for answers that come when a widget may be gone
"""

from skynet_desktop.desktop.services.chooser import Choice, ServiceChooser
from skynet_desktop.desktop.services.details import ServiceDetails
from skynet_desktop.desktop.services.dialog import ServiceDialog, TestDialog
from skynet_desktop.desktop.services.editor import ServiceEditor
from skynet_desktop.desktop.services.page import ServicesPage
from skynet_desktop.desktop.services.secrets import Draft, connection_of, save
from skynet_desktop.desktop.services.test_view import TrialView

__all__ = [
    "Choice",
    "Draft",
    "ServiceChooser",
    "ServiceDetails",
    "ServiceDialog",
    "ServiceEditor",
    "ServicesPage",
    "TestDialog",
    "TrialView",
    "connection_of",
    "save",
]
