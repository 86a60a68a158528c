"""Given names that are no everyday words (stdlib-js datasets, CC0; we left words out)."""

from governance.recognizers.given_names import a_d, e_k, l_q, r_z

GIVEN_NAMES = frozenset(f"{a_d.NAMES} {e_k.NAMES} {l_q.NAMES} {r_z.NAMES}".split())
