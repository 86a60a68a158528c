"""Where personal data was found in a text, as a detector says it."""

from typing import Annotated

from pydantic import Field

from schemas.base import Frozen


class PiiSpan(Frozen):
    """Characters of a text that identify somebody: of what type, how surely, found by which recognizer."""

    start: Annotated[int, Field(ge=0)]
    end: Annotated[int, Field(gt=0)]
    type: str
    score: Annotated[float, Field(ge=0, le=1)]
    recognizer: str
