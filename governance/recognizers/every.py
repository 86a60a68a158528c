"""All pure recognizers over one text, in one call."""

import re

from governance.recognizers.answers import answers
from governance.recognizers.bare import bare
from governance.recognizers.codes import codes
from governance.recognizers.contact_cards import contact_cards
from governance.recognizers.countries import countries
from governance.recognizers.dates import dates
from governance.recognizers.descriptions import descriptions
from governance.recognizers.emails import emails
from governance.recognizers.given import given
from governance.recognizers.names import names
from governance.recognizers.networks import networks
from governance.recognizers.numbers import numbers
from governance.recognizers.places import places
from governance.recognizers.spellings import spellings
from governance.recognizers.told import told
from governance.recognizers.towns import towns
from governance.recognizers.written_addresses import written_addresses
from schemas.redaction import PiiSpan

RECOGNIZERS = (
    emails, numbers, dates, places, networks, names, given, spellings, bare, answers, written_addresses, contact_cards,
    descriptions, countries, codes, told, towns,
)  # fmt: skip
VERSION = "spoken-4"
# Before a date or a name these say nothing of anybody.
CONNECTING = re.compile(r"(?:(?:the|and|yeah|yes|sorry|please|i'm|i am|okay|ok|um|uh)\b[\s,.]*)+(?=\w)", re.IGNORECASE)


def recognize(text: str, context: str | None = None) -> list[PiiSpan]:
    """What every pure recognizer finds; spans may overlap."""
    return [
        span if find is written_addresses else _from_its_first_word(text, span)
        for find in RECOGNIZERS for span in find(text, context)
    ]


def _from_its_first_word(text: str, span: PiiSpan) -> PiiSpan:
    before = CONNECTING.match(text, span.start, span.end)
    return span if before is None or before.end() >= span.end else span.model_copy(update={"start": before.end()})
