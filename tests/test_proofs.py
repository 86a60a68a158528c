"""Every source file has its proof: a test of its own name, or a named one that imports it, and why there."""

import ast
from functools import cache
from pathlib import Path

import pytest

from tests.support.tree import ROOT, text_of, tracked

pytestmark = pytest.mark.pure

PACKAGES = ("schemas", "governance", "infra", "streams", "api")
# Beginning of a path -> the test that proves it; the longest beginning counts.
ELSEWHERE = {
    # Shapes are proven where they are written and read again.
    "schemas/": "schemas/test_codec.py",
    "schemas/answers.py": "infra/test_read_model.py",
    "schemas/audit.py": "infra/test_audit_store.py",
    "schemas/audio.py": "streams/voice/test_session.py",
    "schemas/conditions.py": "governance/test_conditions.py",
    "schemas/disclosure_rules.py": "governance/test_consent.py",
    "schemas/disclosure_answers.py": "api/test_reports.py",
    "schemas/disclosures.py": "governance/test_disclosures.py",
    "schemas/policies.py": "governance/test_verdicts.py",
    "schemas/policy_answers.py": "api/test_policies.py",
    "schemas/policy_documents.py": "schemas/test_asyncapi.py",
    "schemas/redaction.py": "streams/test_rooms.py",
    "schemas/residency.py": "governance/test_residency.py",
    "schemas/retention.py": "governance/test_retention.py",
    "schemas/speech.py": "infra/test_openai_speech.py",
    "schemas/subject_export.py": "api/test_subject_exports.py",
    "schemas/telemetry.py": "test_telemetry.py",
    "governance/audit/errors.py": "governance/audit/test_verify.py",
    "infra/serving.py": "infra/test_local_models.py",
    "infra/hidden_names.py": "infra/test_payment_door.py",
    "governance/ladder_": "governance/test_ladder.py",
    "governance/tongues.py": "governance/test_nothing_survives.py",
    "governance/audit/timestamp.py": "infra/test_timestamp_client.py",
    "governance/audit/bundle.py": "infra/test_bundle.py",
    "governance/audit/bundle_": "infra/test_bundle_anchor.py",
    "governance/errors.py": "streams/test_processor.py",
    # Lists of phrases and recognizers are proven by what is found with them.
    "governance/disclosure.py": "governance/test_policy.py",
    "governance/jurisdictions.py": "governance/test_consent.py",
    "governance/phrases/consent_words.py": "governance/test_consent.py",
    "governance/shown.py": "governance/test_consent.py",
    "governance/listening.py": "governance/test_policy.py",
    "governance/open_": "governance/test_redaction_window.py",
    "governance/phrases/": "governance/test_emergency.py",
    "governance/phrases/moods.py": "governance/test_behaviour.py",
    "governance/phrases/person_": "governance/test_escalation.py",
    "governance/phrases/trigger_words.py": "governance/test_triggers.py",
    "governance/recognizers/": "governance/test_recognizers.py",
    "governance/recognizers/french_": "governance/test_french.py",
    "governance/recording_manifest.py": "streams/test_recording.py",
    "governance/rules.py": "governance/test_policy.py",
    "governance/sounding.py": "governance/test_recording.py",
    "governance/spoken/": "governance/test_spoken.py",
    "governance/spoken/french_": "governance/test_french.py",
    "infra/detector_scores.py": "infra/test_cli_eval.py",
    "infra/policy_book.py": "streams/test_pinning.py",
    "infra/policy_publishing.py": "api/test_policies.py",
    "infra/policy_store.py": "streams/test_pinning.py",
    "infra/policy_yaml.py": "infra/test_policies.py",
    "infra/pii": "streams/test_rooms.py",
    "infra/pii_lines.py": "infra/test_pii.py",
    "infra/pii_recognizer.py": "infra/test_pii.py",
    "infra/languages.py": "infra/test_pii_languages.py",
    "infra/pii_model.py": "infra/test_pii_languages.py",
    "infra/pii_stock.py": "infra/test_cli_eval.py",
    # Adapters that are parts of one thing are proven by that thing at work.
    "infra/amended_packets.py": "infra/test_read_model.py",
    "infra/audit_reconcile.py": "infra/test_audit_tampering.py",
    "infra/audit_rows.py": "api/test_audit.py",
    "infra/audit_source.py": "infra/test_cli_audit.py",
    "infra/audit_tables.py": "infra/test_audit_store.py",
    "infra/bench/": "infra/test_bench.py",
    "infra/bench/pipecat_pipeline.py": "infra/test_bench_voice.py",
    "infra/bench/vendor": "infra/test_bench_voice.py",
    "infra/bench/voice": "infra/test_bench_voice.py",
    "infra/cli_bench_voice.py": "infra/test_bench_voice.py",
    "infra/bundle_": "infra/test_bundle.py",
    "infra/cosigning.py": "streams/test_cosigner.py",
    "infra/stream_heads.py": "streams/test_heads.py",
    "infra/call_script.py": "infra/test_cli_call.py",
    "infra/call_sweep.py": "infra/test_forgetting.py",
    "infra/erasures.py": "infra/test_forgetting.py",
    "infra/holds.py": "infra/test_erasure_race.py",
    "infra/key_gate.py": "infra/test_erasure_race.py",
    "infra/retention_": "infra/test_forgetting.py",
    "infra/child_process.py": "infra/test_embedded_broker.py",
    "infra/cli_": "infra/test_cli.py",
    "infra/cli_access.py": "infra/test_cli_audit.py",
    "infra/cli_anchor.py": "infra/test_timestamp_client.py",
    "infra/cli_rotation.py": "streams/test_publisher.py",
    "infra/cli_backtest.py": "infra/test_backtests.py",
    "infra/cli_bundle.py": "infra/test_bundle.py",
    "infra/cli_subject.py": "infra/test_cli_retention.py",
    "infra/clock.py": "infra/test_front_door.py",
    "infra/cursors.py": "infra/test_handoff_desk.py",
    "infra/demo/": "flow/test_demo.py",
    "infra/dispatch_": "streams/test_dispatch.py",
    "infra/emergency_desk.py": "api/test_emergencies.py",
    "infra/drain.py": "flow/test_one_governed_call.py",
    "infra/handset.py": "infra/test_cli_call.py",
    "infra/house.py": "flow/test_one_governed_call.py",
    "infra/key_": "infra/test_keys.py",
    "infra/local_models/": "infra/test_local_models.py",
    "infra/local_models/kokoro.py": "infra/test_kokoro.py",
    "infra/outbox.py": "infra/test_handoff_desk.py",
    "infra/private_file.py": "infra/test_keys.py",
    "infra/read_": "infra/test_read_model.py",
    "infra/sealed_payload.py": "infra/test_keys.py",
    "infra/speech/": "infra/test_voice_activity.py",
    "infra/speech/bounded.py": "infra/test_openai_speech.py",
    "infra/speech/deepgram_": "infra/test_deepgram_speech.py",
    "infra/detector_forms.py": "infra/test_cli_eval.py",
    "infra/onnx_accuracy.py": "infra/test_pii_name_model.py",
    "infra/pii_plain_words.py": "infra/test_pii_name_model.py",
    "infra/speech/g711.py": "infra/test_wav.py",
    "infra/speech/openai_": "infra/test_openai_speech.py",
    "infra/speech/dialogues.py": "contracts/test_speech_to_speech.py",
    "infra/speech/gemini_speech_to_speech.py": "contracts/test_speech_to_speech.py",
    "infra/speech/moshi_speech_to_speech.py": "contracts/test_speech_to_speech.py",
    "infra/speech/openai_speech_to_speech.py": "contracts/test_speech_to_speech.py",
    "infra/speech/own_text_to_speech.py": "contracts/test_text_to_speech.py",
    "infra/speech/sound.py": "contracts/test_text_to_speech.py",
    "infra/speech/voxtral_speech_to_text.py": "contracts/test_speech_to_text.py",
    "infra/speech/pipecat_": "infra/test_pipecat_speech.py",
    "infra/speech/pipecat_speech_to_text.py": "infra/test_pipecat_recognition.py",
    "infra/speech/pipecat_words.py": "infra/test_pipecat_recognition.py",
    "infra/speech/ports.py": "infra/test_openai_speech.py",
    "infra/speech/word_places.py": "infra/test_word_places.py",
    "infra/telemetry": "test_telemetry.py",
    "infra/tenancy.py": "infra/test_read_model.py",
    "infra/topics.py": "contracts/test_event_bus.py",
    "infra/trace_carrier.py": "test_telemetry.py",
    # Doors are proven through the socket, in the whole application.
    "api/": "api/test_health.py",
    "api/audio_": "api/test_audio_socket.py",
    "api/cloudevents.py": "api/test_events.py",
    "api/examples.py": "api/test_openapi.py",
    "api/gateway.py": "api/test_audio_socket.py",
    "api/handoff_stream.py": "api/test_handoffs.py",
    "infra/reveals.py": "api/test_reveals.py",
    "infra/subject": "api/test_subject_exports.py",
    "api/holds.py": "api/test_erasures.py",
    "api/stewardship.py": "api/test_erasures.py",
    "api/problems.py": "api/test_events.py",
    "infra/access_log.py": "api/test_audit.py",
    "infra/audio_seal.py": "api/test_audio_socket.py",
    "infra/calls_reader.py": "api/test_calls.py",
    "infra/handoff_bell.py": "api/test_handoffs.py",
    "infra/idempotency.py": "api/test_handoffs.py",
    "infra/recording_chunks.py": "infra/test_recording_sound.py",
    "infra/payment_remains.py": "streams/test_payment_sweep.py",
    "infra/payment_tables.py": "infra/test_payment_door.py",
    "infra/payment_windows.py": "streams/test_payment_sweep.py",
    "governance/redacting_payments.py": "governance/test_payment_window.py",
    "schemas/payments.py": "governance/test_payment_window.py",
    "infra/webhooks/": "infra/webhooks/test_sender.py",
    "infra/webhooks/deliveries.py": "streams/test_webhook_courier.py",
    "infra/webhooks/delivery_log.py": "api/test_webhooks.py",
    "infra/webhooks/tables.py": "streams/test_webhook_courier.py",
    "schemas/webhooks.py": "streams/test_webhook_courier.py",
    "infra/recording_plan.py": "streams/test_recording.py",
    "infra/recording_gaps.py": "streams/test_payment_sweep.py",
    "infra/disclosure_tables.py": "infra/test_read_model.py",
    "infra/disclosure_report.py": "api/test_reports.py",
    "infra/cli_report.py": "api/test_reports.py",
    "infra/recording_consents.py": "streams/test_consent_sweep.py",
    "infra/consent_door.py": "streams/test_consent_sweep.py",
    "infra/redaction_failures.py": "api/test_health.py",
    "infra/recordings.py": "api/test_recordings.py",
    "infra/sealed_originals.py": "api/test_reveals.py",
    "infra/settings.py": "api/test_health.py",
    "infra/deadlines.py": "streams/test_recorder.py",
    "streams/deadlines.py": "streams/test_recorder.py",
    "streams/entries.py": "streams/test_recorder.py",
    "streams/recording_end.py": "streams/test_recording.py",
    # The rooms are thin: one call folded down all five shows each.
    "governance/redacting.py": "streams/test_rooms.py",
    "streams/dispatcher.py": "streams/test_dispatch.py",
    "streams/handoff.py": "streams/test_rooms.py",
    "streams/ladder.py": "streams/test_rooms.py",
    "streams/intake.py": "streams/test_rooms.py",
    "streams/policy.py": "streams/test_rooms.py",
    "streams/redaction.py": "streams/test_rooms.py",
    "streams/turns.py": "streams/test_rooms.py",
    # The wire and the composition roots run as processes.
    "streams/app.py": "streams/test_stair.py",
    "streams/governance.py": "streams/test_stair.py",
    "streams/records.py": "streams/test_stair.py",
    "streams/topology.py": "streams/test_stair.py",
    "streams/transport.py": "streams/test_stair.py",
    # The live session is a loop of small parts; each is heard working in a whole call.
    "streams/voice/": "streams/voice/test_session.py",
    "streams/voice/consenting.py": "streams/voice/test_agreement.py",
    "streams/voice/signs.py": "streams/voice/test_nothing_waits.py",
    "streams/voice/stock.py": "streams/voice/test_chain.py",
    "streams/voice/relay.py": "streams/voice/test_chain.py",
    "streams/voice/mind.py": "streams/voice/test_chain.py",
    "streams/voice/speaker.py": "streams/voice/test_chain.py",
    "infra/speech/kinds.py": "infra/test_provider_chains.py",
    "infra/speech/links.py": "streams/voice/test_chain.py",
    # What ties sessions to Kafka, the vault and the providers is proven by the worker on real ones.
    "streams/voice/air.py": "streams/voice/test_worker.py",
    "streams/voice/decisions.py": "streams/voice/test_worker.py",
    "streams/voice/providers.py": "streams/voice/test_worker.py",
    "streams/voice/recall.py": "streams/voice/test_worker.py",
    "streams/voice/redactor.py": "streams/voice/test_worker.py",
    "streams/voice/sidecar.py": "contracts/test_speech_to_speech.py",
}
# What only makes sense as a process is run as one, and commands are loaded by name: no import shows either.
AS_A_PROCESS = {
    "infra/dispatch_", "streams/dispatcher.py",
    "infra/cli_",
    "infra/demo/", "infra/local_models/", "streams/app.py", "streams/governance.py", "streams/records.py",
    "streams/topology.py", "streams/transport.py",
}


def source_files() -> list[str]:
    """Files with something in them; migrations run in every test that has a database."""
    return [
        name for name in tracked(".py")
        if name.split("/")[0] in PACKAGES and not name.startswith("infra/migrations/")
        and ast.parse(text_of(name)).body[1:]
    ]


def row_of(name: str) -> str | None:
    return max((row for row in ELSEWHERE if name.startswith(row)), key=len, default=None)


def own_test(name: str) -> bool:
    wanted = f"test_{Path(name).stem}.py"
    places = (f"tests/{name.split('/')[0]}/", "tests/contracts/", "tests/flow/", "tests/faults/")
    return any(Path(one).name == wanted for one in tracked(".py") if one.startswith(places))


@cache
def imported_by(name: str) -> frozenset[str]:
    """Files of the project that a file imports itself."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(text_of(name))):
        modules: list[str] = []
        if isinstance(node, ast.Import):
            modules = [one.name for one in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            modules = [node.module, *(f"{node.module}.{one.name}" for one in node.names)]
        places = [one.replace(".", "/") for one in modules]
        files = [f"{one}{ending}" for one in places for ending in (".py", "/__init__.py")]
        found |= {file for file in files if (ROOT / file).is_file()}
    return frozenset(found)


@cache
def reached_by(test: str) -> frozenset[str]:
    """Files of the project that a test brings to work."""
    seen: set[str] = set()
    waiting = [test]
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            waiting += imported_by(name)
    return frozenset(seen)


def test_every_source_file_has_its_test() -> None:
    unproven = [name for name in source_files() if not own_test(name) and row_of(name) is None]
    assert not unproven, "\n" + "\n".join(unproven)


@pytest.mark.parametrize("row", ELSEWHERE)
def test_a_proof_elsewhere_reaches_what_it_proves(row: str) -> None:
    test = f"tests/{ELSEWHERE[row]}"
    assert (ROOT / test).is_file()
    mine = [name for name in source_files() if row_of(name) == row and not own_test(name)]
    unreached = [name for name in mine if row not in AS_A_PROCESS and name not in reached_by(test)]
    assert not unreached, "\n" + "\n".join(unreached)
