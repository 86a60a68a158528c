"""How sure a share is that was seen in some of many: the score interval of Wilson (1927), 95 %."""

from math import sqrt

Z = 1.959963984540054  # the 97.5 % point of the normal distribution


def wilson(found: int, of: int) -> tuple[float, float]:
    """Give the lower and upper bound of the share; raises ValueError where nothing was looked at."""
    if not 0 <= found <= of or of == 0:
        raise ValueError("a share is of at least one, and of no more than all")
    share, spread = found / of, Z * Z / of
    middle = share + spread / 2
    reach = Z * sqrt(share * (1 - share) / of + spread / (4 * of))
    # At the ends the bound is exact, whatever the arithmetic rounds to.
    low = 0.0 if found == 0 else max(0.0, (middle - reach) / (1 + spread))
    high = 1.0 if found == of else min(1.0, (middle + reach) / (1 + spread))
    return low, high
