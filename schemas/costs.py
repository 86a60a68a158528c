"""What calls cost: prices of a list, usage as it was recorded, and what of it has no price or no measure."""

from datetime import date
from decimal import Decimal
from typing import Literal

from pydantic import Field

from schemas.base import Frozen
from schemas.outside import Operation

Unit = Literal["audio_minute", "million_characters", "million_input_tokens", "million_output_tokens", "call_minute"]
Reason = Literal["no_price", "not_measured"]


class Price(Frozen):
    """The price of one unit of one system; `*` at the end of a model stands for whatever follows."""

    provider: str = Field(max_length=64)
    model: str = Field(default="*", max_length=128)
    region: str | None = Field(default=None, max_length=64, description="absent: wherever it runs")
    operation: Operation | Literal["telephony"]
    unit: Unit
    price: Decimal = Field(ge=0, max_digits=12, decimal_places=6)
    source: str = Field(max_length=300, description="where it was read")
    checked: date | None = Field(default=None, description="when it was held against its source; absent: never")


class PriceList(Frozen):
    """A dated list of prices in one currency."""

    currency: str = Field(pattern=r"^[A-Z]{3}$")
    dated: date
    about: str = Field(max_length=500)
    prices: tuple[Price, ...]


class Usage(Frozen):
    """What one call took of one provider, as its events recorded it; of telephony, how long the call was."""

    tenant: str
    call_id: str
    operation: Operation | Literal["telephony"]
    provider: str
    model: str
    region: str
    calls: int = Field(default=0, ge=0)
    audio_ms: int = Field(default=0, ge=0)
    characters: int = Field(default=0, ge=0)
    input_tokens: int = Field(default=0, ge=0)
    output_tokens: int = Field(default=0, ge=0)


class Item(Frozen):
    """What one unit of one system came to."""

    operation: str
    provider: str
    model: str
    region: str
    unit: Unit
    quantity: Decimal
    price: Decimal
    amount: Decimal
    source: str
    checked: date | None


class Unpriced(Frozen):
    """What is in no sum: it has no price, or nobody told how much of it there was."""

    operation: str
    provider: str
    model: str
    region: str
    why: Reason
    calls: int


class Sum(Frozen):
    """What something came to, and for each minute of calls; `complete` where nothing of it is unpriced."""

    name: str
    calls: int
    minutes: Decimal
    amount: Decimal
    a_minute: Decimal | None
    complete: bool


class CostReport(Frozen):
    """Costs of calls: in all, for each tenant and call, and by system."""

    currency: str
    prices_dated: date
    about: str
    whole: Sum
    mixes: tuple[Sum, ...] = Field(description="calls with the same systems together, named by them")
    tenants: tuple[Sum, ...]
    calls: tuple[Sum, ...]
    items: tuple[Item, ...]
    unpriced: tuple[Unpriced, ...]
