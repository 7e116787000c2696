"""Everything with which a person sets up a service.

secrets.py    a service as it is written down in the forms; its secrets and settings saved
chooser.py    what kind of service: a card for each preset
details.py    name, options, secrets
keyring.py    which keyring holds the secrets, and what to do if there is none
test_view.py  the staged test, live
host_key.py   whether to trust a server
editor.py     the four in their order; what the dialog and the wizard show
dialog.py     the editor in a window of its own, and the test of a service that is there
model.py      the services as a list
page.py       the page of the settings dialog
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
