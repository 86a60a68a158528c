"""All pure recognizers over one text, in one call."""

from governance.recognizers.answers import answers
from governance.recognizers.bare import bare
from governance.recognizers.dates import dates
from governance.recognizers.emails import emails
from governance.recognizers.given import given
from governance.recognizers.names import names
from governance.recognizers.networks import networks
from governance.recognizers.numbers import numbers
from governance.recognizers.places import places
from governance.recognizers.spellings import spellings
from schemas.redaction import PiiSpan

RECOGNIZERS = (emails, numbers, dates, places, networks, names, given, spellings, bare, answers)
VERSION = "spoken-1"


def recognize(text: str, context: str | None = None) -> list[PiiSpan]:
    """What every pure recognizer finds; spans may overlap."""
    return [span for find in RECOGNIZERS for span in find(text, context)]
