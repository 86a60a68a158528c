"""The callers of the demo are understood by the recogniser, over the telephone, as far as the demo says they are."""

import httpx
import pytest

from infra.call_script import Say
from infra.demo.scenes import SECRETS, Scene, scenes
from infra.speech.openai_speech_to_text import DIGIT_PROMPT
from infra.speech.wav import Wav, write_wav

pytestmark = pytest.mark.flow


@pytest.fixture
def played(local_models: str) -> dict[str, Scene]:
    """Speak anew for each try: a voice sounds another way each time, and one rendering may be hard to understand."""
    return {scene.name: scene for scene in scenes(local_models, run="test")}


def said(scene: Scene) -> list[Wav]:
    return [step.wav for step in scene.script if isinstance(step, Say)]


def heard(wav: Wav, *, at: str, digits: bool = False) -> str:
    answer = httpx.post(
        f"{at}/audio/transcriptions", files={"file": ("said.wav", write_wav(wav), "audio/wav")}, timeout=60,
        data={"model": "whisper-tiny.en", "prompt": DIGIT_PROMPT if digits else ""},
    )
    answer.raise_for_status()
    return str(answer.json()["text"]).lower()


def test_the_recorded_person_asks_for_customer_support(played: dict[str, Scene], local_models: str) -> None:
    assert "speak to customer support" in heard(said(played["support"])[0], at=local_models)


def test_the_danger_is_understood(played: dict[str, Scene], local_models: str) -> None:
    understood = heard(said(played["emergency"])[0], at=local_models)
    assert "husband has collapsed" in understood
    assert "not breathing" in understood


def test_the_card_number_is_spoken_and_is_heard_as_a_long_number(played: dict[str, Scene], local_models: str) -> None:
    understood = heard(said(played["payment"])[1], at=local_models, digits=True)
    assert sum(one.isdigit() for one in understood) >= 12  # not always the right ones: hence the keys


def test_the_calls_of_each_run_are_their_own(played: dict[str, Scene], local_models: str) -> None:
    again = scenes(local_models, run="other")
    assert {scene.name for scene in again} == set(played)
    assert not {scene.call_id for scene in again} & {scene.call_id for scene in played.values()}


def test_every_caller_is_sought_afterwards(played: dict[str, Scene]) -> None:
    assert {scene.caller for scene in played.values()} <= set(SECRETS)
