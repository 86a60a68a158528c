"""Of a phrase cut off, at most the word at the edge is wrong, and a disclosure cut in the middle was not given."""


import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance import disclosures
from governance.disclosures import DisclosuresState, Line
from infra.clock import now
from infra.policies import bundle
from infra.policy_yaml import Document
from schemas.disclosures import DisclosureHeard
from schemas.turns import Word
from streams.voice.spoken import FRAME_MS, Phrase, Spoken

pytestmark = pytest.mark.pure
SPOKEN = b"""layer: tenant
id: acme
version: 1
title: Acme's calls
disclosure:
  ai: {heard_within_ms: 10000, texts: {en: "You are speaking with the AI assistant of Acme Bank."}}
"""


@given(st.lists(st.integers(60, 900), min_size=1, max_size=30), st.integers(0, 30_000))
def test_with_a_vendors_word_times_at_most_the_word_at_the_edge_is_wrong(lengths: list[int], played_ms: int) -> None:
    ends = np.cumsum(lengths)
    words = tuple(
        Word(text=f"w{at}", start_ms=int(end) - length, end_ms=int(end))
        for at, (length, end) in enumerate(zip(lengths, ends, strict=True))
    )
    whole = int(ends[-1])
    spoken = Spoken([Phrase(" ".join(one.text for one in words), 0, whole, words=words)])
    heard = len(spoken.heard(played_ms).split())
    sounded = sum(1 for one in words if one.end_ms <= played_ms)
    assert heard - sounded in {0, 1}  # a word of whose end less than a frame is missing was heard
    assert heard == sounded or words[sounded].end_ms <= played_ms + FRAME_MS


def test_a_disclosure_cut_in_the_middle_was_not_given() -> None:
    policy = bundle([Document("acme.yaml", SPOKEN)])
    before, _ = disclosures.require(
        DisclosuresState(language="en"), policy, occasion="start", cause="c1", at=now()
    )
    text = "You are speaking with the AI assistant of Acme Bank."
    whole = Spoken([Phrase(text, 0, 100 * len(text))])
    for played_ms in range(0, 100 * len(text) + 1, 50):
        heard = whole.heard(played_ms)
        line = Line(
            event_id="", utterance="a1", text=heard, at=now(), turn=0, interrupted=heard != text, played_ms=played_ms,
            how="audio_clock",
        )
        _, said = disclosures.take(before, line, policy)
        given_ = any(isinstance(one, DisclosureHeard) for one in said)
        assert given_ <= (heard == text), heard
