"""Residency in a policy document: which providers and regions a call's sound and words may not, or only, go to."""

from typing import Annotated

from pydantic import Field, model_validator

from schemas.base import Frozen

Place = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$", description="provider, or region")]
MOST_PLACES = 200
REASON = "What a caller says is processed only where it may be."


class Denial(Frozen):
    """One provider, one region, or one provider within one region."""

    provider: Place | None = None
    region: Place | None = None

    @model_validator(mode="after")
    def _names_one(self) -> "Denial":
        if self.provider is None and self.region is None:
            raise ValueError("name a provider, a region, or both")
        return self


class ResidencyRules(Frozen):
    """A provider must pass all of it: no denial names it, and where regions are listed its own is one of them.

    A region covers what is within it by its name: `us` covers `us` and `us-east-1`. `allow_regions: []` allows none.
    """

    deny: Annotated[tuple[Denial, ...], Field(max_length=MOST_PLACES)] = ()
    allow_regions: Annotated[tuple[Place, ...], Field(max_length=MOST_PLACES)] | None = None
    reason: Annotated[str, Field(min_length=1, max_length=500)] = REASON
