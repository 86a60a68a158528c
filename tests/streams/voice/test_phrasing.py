"""Phrases are spoken as soon as they are complete, and nothing of the text is lost."""

from collections.abc import AsyncIterator, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.voice.phrasing import phrases

pytestmark = pytest.mark.pure


async def cut(tokens: Sequence[str]) -> list[str]:
    async def each() -> AsyncIterator[str]:
        for token in tokens:
            yield token

    return [phrase async for phrase in phrases(each())]


async def test_a_sentence_is_a_phrase() -> None:
    assert await cut(["It left", " yesterday. ", "It", " comes on Thursday."]) == [
        "It left yesterday. ", "It comes on Thursday.",
    ]


async def test_the_first_clause_is_spoken_before_its_sentence_is_written() -> None:
    text = "Order 4 2 left our warehouse yesterday, and it should be with you on Thursday, or on Friday."
    assert (await cut([text]))[0] == "Order 4 2 left our warehouse yesterday, "
    assert len(await cut([text])) == 2


async def test_an_abbreviation_ends_no_sentence() -> None:
    assert await cut(["Dr. Smith is in. ", "Goodbye."]) == ["Dr. Smith is in. ", "Goodbye."]


async def test_a_first_sentence_is_spoken_before_the_next_token_shows_that_it_ended() -> None:
    spoken: list[str] = []

    async def each() -> AsyncIterator[str]:
        for token in ["Your", " order", " left", " yesterday", "."]:
            yield token
        assert spoken == ["Your order left yesterday."]
        yield " Goodbye."

    async for phrase in phrases(each()):
        spoken.append(phrase)
    assert spoken == ["Your order left yesterday.", " Goodbye."]


@pytest.mark.parametrize("tokens", [
    ["You", " may", " write", " to", " Dr", ".", " Smith."], ["It", " costs", " you", " only", " 3", ".", "5."],
    ["Look", " at", " it", " on", " www", ".", "example", ".com."],
])
async def test_a_full_stop_that_ends_no_sentence_is_waited_for(tokens: list[str]) -> None:
    assert await cut(tokens) == ["".join(tokens)]


@given(st.lists(st.text(alphabet="ab .,!?-", max_size=8)))
async def test_phrases_are_the_text(tokens: list[str]) -> None:
    assert "".join(await cut(tokens)).strip() == "".join(tokens).strip()
