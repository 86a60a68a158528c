"""All pure recognizers of French over one text, in one call."""

from governance.recognizers.french_answers import french_answers
from governance.recognizers.french_dates import french_dates
from governance.recognizers.french_emails import french_emails
from governance.recognizers.french_names import french_names
from governance.recognizers.french_numbers import french_numbers
from governance.recognizers.french_places import french_places
from schemas.redaction import PiiSpan

FRENCH_RECOGNIZERS = (french_emails, french_numbers, french_dates, french_places, french_names, french_answers)
FRENCH_VERSION = "spoken-fr-1"


def recognize_french(text: str, context: str | None = None) -> list[PiiSpan]:
    """What every pure recognizer of French finds; spans may overlap."""
    return [span for find in FRENCH_RECOGNIZERS for span in find(text, context)]
