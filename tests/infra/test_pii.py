"""Presidio behind the port: names by the model, speech by our recognizers, no network, pseudonyms per call."""

import itertools
import json
import socket
from pathlib import Path
from typing import Any

import pytest
import typer
from presidio_analyzer import AnalyzerEngine, RecognizerRegistry
from typer.testing import CliRunner

from governance.recognizers.every import VERSION
from infra import cli_detect
from infra.pii import PresidioDetector, SlimSpacy
from infra.pii_lines import Line, LineRedactor
from infra.pii_recognizer import SpokenRecognizer
from infra.policies import load
from schemas.redaction import PiiSpan

pytestmark = pytest.mark.flow


@pytest.fixture(scope="module")
def detector() -> PresidioDetector:
    """One warm detector."""
    made = PresidioDetector()
    made.warm_up()
    return made


def program() -> typer.Typer:
    """The two commands alone."""
    app = typer.Typer()
    app.command("redact")(cli_detect.redact)
    app.command("detect")(cli_detect.detect)
    return app


def rows(output: str) -> list[dict[str, Any]]:
    """The JSON Lines of an output."""
    return [json.loads(line) for line in output.splitlines()]


@pytest.mark.parametrize(
    ("said", "hidden", "kind"),
    [
        ("Hello, this is Katherine McDougal speaking", "Katherine McDougal", "PERSON"),
        ("please mail jo.b@example.com", "jo.b@example.com", "EMAIL_ADDRESS"),
        ("the iban is GB33BUKB20201555555555", "GB33BUKB20201555555555", "IBAN_CODE"),
        ("my card is four one one one" + " one" * 12, "four one one one", "CREDIT_CARD"),
        ("it came from 86.121.97.248", "86.121.97.248", "IP_ADDRESS"),
    ],
)
def test_writing_and_speech_are_found(detector: PresidioDetector, said: str, hidden: str, kind: str) -> None:
    spans = detector.detect(said, context=None, language="en")
    assert any(hidden in said[span.start : span.end] and span.type == kind for span in spans)


def test_spans_are_in_order_and_do_not_overlap(detector: PresidioDetector) -> None:
    said = "I'm Ann Lee, mail ann at example dot com, call 555 123 4567, card 4111 1111 1111 1111"
    spans = detector.detect(said, context=None, language="en")
    assert all(a.end <= b.start for a, b in itertools.pairwise(spans))


def test_nothing_is_fetched_to_check_an_address(detector: PresidioDetector, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("a look-up was tried")

    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    detector.detect("see www.example.co.uk or write to a@b.museum", context=None, language="en")


def test_the_version_names_library_model_and_recognizers(detector: PresidioDetector) -> None:
    assert "presidio-analyzer" in detector.version
    assert VERSION in detector.version


def test_our_recognizers_work_in_anyones_presidio() -> None:
    analyzer = AnalyzerEngine(registry=RecognizerRegistry(recognizers=[SpokenRecognizer()]), nlp_engine=SlimSpacy())
    found = analyzer.analyze(text="my pin is one zero one seven", language="en")
    assert [result.entity_type for result in found] == ["PASSWORD"]


def test_lines_of_one_call_share_pseudonyms_questions_and_digits() -> None:
    lines = [
        {"text": "it's four two four two", "call": "c"},
        {"text": "mm-hm", "speaker": "assistant", "call": "c"},
        {"text": "four two four two", "call": "c"},
        {"text": "and your last name?", "speaker": "assistant", "call": "c"},
        {"text": "twombly", "call": "c"},
        {"text": "four two four two"},
    ]
    result = CliRunner().invoke(program(), ["redact"], input="\n".join(map(json.dumps, lines)))
    said = [row["redacted"] for row in rows(result.stdout)]
    assert result.exit_code == 0
    assert said[0] == "it's <NUMERIC_ID_1>"
    assert said[2] == "<NUMERIC_ID_1>"
    assert said[4] == "<PERSON_1>"
    assert [row["text"] for row in rows(result.stdout)] == [line["text"] for line in lines]


def test_an_answer_waits_only_while_its_call_can_change_it() -> None:
    class Nothing:
        version = "nothing"

        def detect(self, text: str, *, context: str | None, language: str, growing: bool = False) -> list[PiiSpan]:
            del text, context, language
            return []

    redactor = LineRedactor(detector=Nothing(), rules=load().redaction, digest=str, most_waiting=3)
    redactor.add(Line(text="hello"))
    assert len(list(redactor.ready())) == 1
    redactor.add(Line(text="four two", call="c"))
    redactor.add(Line(text="hello"))
    assert list(redactor.ready()) == []
    redactor.add(Line(text="mm-hm", call="c", speaker="assistant"))
    redactor.add(Line(text="hello"))
    assert [one["redacted"] for one in redactor.ready()] == ["<NUMERIC_ID_1>", "hello"]
    redactor.add(Line(text="seven nine", call="c"))
    assert [one["redacted"] for one in redactor.finish()] == ["mm-hm", "hello", "<NUMERIC_ID_2>"]


def test_detect_reads_utterances_and_dialogues() -> None:
    lines = [
        {"text": "get me a human"},
        {"turns": [{"speaker": "assistant", "text": "Hi"}, {"speaker": "caller", "text": "my house is on fire"}]},
        {"text": "thanks"},
    ]
    result = CliRunner().invoke(program(), ["detect"], input="\n".join(map(json.dumps, lines)))
    first, second, third = rows(result.stdout)
    assert first["escalation"]["evidence"] == [{"turn": 0, "start": 0, "end": 14}]
    assert second["emergency"]["kind"] == "fire_gas_co"
    assert second["emergency"]["turn"] == 1
    assert (third["escalation"], third["emergency"]) == (None, None)
    assert str(third["policy_version"]).startswith("default@")


@pytest.mark.parametrize("command", ["redact", "detect"])
@pytest.mark.parametrize("line", ['{"text": 4111}', '{"text": "4111 1111', '["4111"]', '{"txt": "4111"}', "4111"])
def test_a_bad_line_is_named_and_never_echoed(command: str, line: str) -> None:
    result = CliRunner().invoke(program(), [command], input='{"text": "hello"}\n' + line)
    assert result.exit_code == 2
    assert "line 2" in result.stderr
    assert "4111" not in result.stderr
    assert len(rows(result.stdout)) == 1


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    result = CliRunner().invoke(program(), ["redact", str(tmp_path / "none.jsonl")])
    assert result.exit_code == 2
    assert "none.jsonl" in result.stderr
