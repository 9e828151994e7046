"""What an account at the paper partners can be told."""

from wtforms import StringField
from wtforms.validators import Optional, Regexp

from app.i18n import lazy
from modules.connectors import SettingsForm


class PaperSettings(SettingsForm):
    folder = StringField(
        lazy("Folder"),
        [
            Optional(),
            Regexp(
                r"^[A-Za-z0-9_-]{1,40}$",
                message=lazy("A folder has up to 40 letters without accents, digits, - and _."),
            ),
        ],
        description=lazy("Where the partners keep their books, inside the data folder."),
    )
