"""The settings open the tactics they name and no others; what is wrong in them stops the worker at its start."""

import pytest

from governance.errors import InputError
from infra.settings import Settings
from schemas.redaction import PiiSpan
from streams.detection import Detection
from streams.voice.knowing import nobody_knows
from streams.voice.providers import open_providers
from streams.voice.tactics import Tactics
from streams.voice.tactics_set import looked_up, open_tactics
from tests.support.chains import SETUP

pytestmark = pytest.mark.contract

URL = "http://127.0.0.1:9/v1"


class Detector:
    """Finds addresses."""

    version = "tests"

    def detect(
        self, text: str, *, context: str | None = None, language: str = "en", growing: bool = False
    ) -> list[PiiSpan]:
        at = text.find("@")
        return [PiiSpan(start=at, end=at + 1, type="EMAIL_ADDRESS", score=1.0, recognizer="tests")] if at >= 0 else []


def opened(settings: Settings) -> Tactics:
    return open_tactics(settings, open_providers(settings), Detection(Detector(), within_s=5))


async def test_as_shipped_what_may_be_wrong_for_a_caller_is_off_and_what_only_saves_time_is_on() -> None:
    tactics = opened(Settings(models_url=URL))
    assert tactics.answers is None
    assert tactics.small == ()
    assert tactics.lookup is nobody_knows
    assert tactics.warming is not None
    assert (tactics.phrases, tactics.interims, tactics.rail, tactics.window.summary) == (True, True, True, True)


async def test_each_switch_opens_or_closes_its_tactic() -> None:
    settings = Settings(
        models_url=URL, answer_cache="similar", small_chat_model="tiny", warm_connections=False, stream_phrases=False,
        act_on_interims=False, output_rail=False, window_messages=8, window_tokens=400, window_summary=False,
        caller_context_url="http://127.0.0.1:9/callers",
    )
    tactics = opened(settings)
    assert tactics.answers is not None
    assert [link.port.provider.model for link in tactics.small] == ["tiny"]
    assert tactics.lookup is not nobody_knows
    assert tactics.warming is None
    assert (tactics.phrases, tactics.interims, tactics.rail) == (False, False, False)
    assert (tactics.window.messages, tactics.window.tokens, tactics.window.summary) == (8, 400, False)


async def test_what_holds_personal_data_is_not_clean() -> None:
    tactics = opened(Settings(models_url=URL))
    assert await tactics.clean("We are open.", "en")
    assert not await tactics.clean("Write to ann@acme.example.", "en")


async def test_who_hides_her_number_is_not_asked_for() -> None:
    class Never:
        async def facts(self, *, tenant: str, call_id: str, caller: str) -> tuple[str, ...]:
            return (f"{tenant} {call_id} {caller}",)

    lookup = looked_up(Never())
    assert await lookup(SETUP) == ()
    assert await lookup(SETUP.model_copy(update={"caller": "caller-3f"})) == ("default c1 caller-3f",)


async def test_an_address_that_is_none_stops_the_worker_at_its_start() -> None:
    with pytest.raises(InputError, match="CALLER_CONTEXT_URL"):
        opened(Settings(models_url=URL, caller_context_url="ftp://x"))
