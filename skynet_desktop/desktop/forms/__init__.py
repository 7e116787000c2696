"""Forms made from what is declared: a connection's options, a table of the settings.

inputs.py     one input for each kind of value, all with the same four methods
secret.py     the input for a secret: dots, an eye, and whether one is kept already
field.py      label, input, help and what is wrong, one below the other
fold.py       "More options"
choices.py    what a choice is called on the screen
options.py    OptionForm: the options of a connection
tables.py     SettingsForm: a table of the settings
"""

from skynet_desktop.desktop.forms.options import OptionForm
from skynet_desktop.desktop.forms.tables import SettingsForm

__all__ = ["OptionForm", "SettingsForm"]
