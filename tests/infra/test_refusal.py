"""A judgement is known by the beginning of its name; what nobody knows is not passed on, it may be anything."""

import pytest

from infra.speech.refusal import by_the_vendor, judgement

pytestmark = pytest.mark.pure


@pytest.mark.parametrize(("why", "known"), [
    ("content_filter: RECITATION", "content_filter"), ("SAFETY", "safety"), ("PROHIBITED_CONTENT", "prohibited"),
    ("GENERATED_AUDIO_SAFETY", "generated_audio_safety"), ("RESPONSE_REJECTED", "response_rejected"),
    ("input_audio_buffer_commit_empty", None), ("refusal", "refusal"), ("stop", None), ("", None),
    (None, None), (400, None),
])
def test_it_is_known_by_how_its_name_begins(why: object, known: str | None) -> None:
    assert judgement(why) == known


def test_what_a_vendor_adds_is_not_passed_on() -> None:
    assert str(by_the_vendor("SAFETY: her card is 4111")) == "answer withheld by its vendor: safety"
    assert str(by_the_vendor("her card is 4111")) == "answer withheld by its vendor"
