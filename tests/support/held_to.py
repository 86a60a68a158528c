"""The shipped policy with other payment rules, as what every call is held to."""

from infra.payment_door import PolicyOf
from infra.policies import load
from schemas.policies import PaymentRules


def held_to(rules: PaymentRules) -> PolicyOf:
    """Give `policy_of` for a payment door."""
    policy = load(None).model_copy(update={"payment": rules})
    return lambda _tenant, _call: policy
