"""What an account's page asks for. Each connector's own settings grow from `SettingsForm`."""

from wtforms import DateField
from wtforms.validators import DataRequired

from app.forms import Form
from app.i18n import lazy


class SettingsForm(Form):
    """The settings of one connector; a field of a secret is empty when it is shown."""


class ReadAgainForm(Form):
    since = DateField(lazy("Read again from"), [DataRequired()])
