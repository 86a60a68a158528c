"""Errors of a policy document point at the file, the line and the key."""

import json
from importlib.resources import files
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator

from governance.errors import InputError
from infra.policies import bundle, load, parse, shipped
from infra.policy_yaml import Document
from schemas.policies import Policy

pytestmark = pytest.mark.pure

DOCUMENT = files("governance").joinpath("policies/default.yaml").read_bytes()


TENANT = b"""layer: tenant
id: acme
version: 3
title: Acme's calls
lists:
  lawyers: [lawyer, take you to court]
rules:
  legal.threat:
    reason: Legal threats go to people.
    queue: general
    when: {says: {list: lawyers}}
"""
GERMANY = b"""layer: jurisdiction
rules:
  legal.threat:
    when:
      all:
        - says: {list: lawyers}
        - not: {says: {words: [no lawyer]}}
disclosure: {ai: {heard_within_ms: 5000}}
"""


def line_with(text: bytes) -> int:
    """The line number of the first line that holds `text`."""
    return next(n for n, line in enumerate(DOCUMENT.splitlines(), 1) if text in line)


def test_the_version_follows_from_the_document() -> None:
    first, again = parse(DOCUMENT, name="a"), parse(DOCUMENT, name="b")
    other = parse(DOCUMENT + b"# a remark\n", name="a")
    assert first.label == again.label
    assert first.label != other.label
    assert first.label.startswith("default@1+sha256:")


@pytest.mark.parametrize(
    ("before", "after", "at", "key"),
    [
        (b"threshold: 0.5", b"threshold: 5", b"threshold: 0.5", "escalation.explicit_request.threshold"),
        (b"  ai:", b"  ia:", b"  ai:", "disclosure.ia"),
        (b"  claim_within_ms: 20000", b"  claim_within_ms: soon", b"claim_within_ms", "handoff.claim_within_ms"),
    ],
)
def test_a_wrong_value_is_named_by_line_and_key(before: bytes, after: bytes, at: bytes, key: str) -> None:
    with pytest.raises(InputError) as raised:
        parse(DOCUMENT.replace(before, after, 1), name="mine.yaml")
    assert f"mine.yaml:{line_with(at)}: {key}:" in str(raised.value)


def test_a_key_written_twice_is_refused() -> None:
    with pytest.raises(InputError, match="written twice"):
        parse(DOCUMENT + b"id: other\n", name="mine.yaml")


def test_a_queue_must_exist() -> None:
    with pytest.raises(InputError, match="nowhere"):
        parse(DOCUMENT.replace(b"queue: general", b"queue: nowhere", 1), name="mine.yaml")


@pytest.mark.parametrize("document", [b"id: [", b"- a\n", b"", b"\xff\xfe\x00", b"&a [*a]", b"id: !!python/none x"])
def test_what_is_no_policy_is_refused_in_words(document: bytes) -> None:
    with pytest.raises(InputError, match=r"mine\.yaml:\d+:"):
        parse(document, name="mine.yaml")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"none\.yaml"):
        load(tmp_path / "none.yaml")


def made(*texts: bytes) -> Policy:
    """A bundle of documents a.yaml, b.yaml …"""
    return bundle([Document(f"{'abcdef'[n]}.yaml", text) for n, text in enumerate(texts)])


def test_a_document_can_be_laid_over_the_shipped_one() -> None:
    policy = made(TENANT)
    assert policy.label.startswith("acme@3+sha256:")
    assert policy.emergency == load().emergency
    assert policy.rules["legal.threat"].queue == "general"


def test_the_jurisdiction_has_the_last_word_whatever_the_order_of_the_files() -> None:
    policy, other = made(GERMANY, TENANT), made(TENANT, GERMANY)
    assert (policy.digest, policy.disclosure) == (other.digest, other.disclosure)
    assert policy.disclosure.ai.heard_within_ms == 5000
    assert policy.disclosure.ai.reason == load().disclosure.ai.reason
    assert policy.rules["legal.threat"].reason == "Legal threats go to people."


def test_a_condition_is_taken_whole_from_the_later_document() -> None:
    when = made(TENANT, GERMANY).rules["legal.threat"].when
    assert when.says is None
    assert when.every is not None


def test_any_byte_of_any_document_makes_another_version() -> None:
    labels = {made(TENANT).label, made(TENANT + b"#\n").label, made(TENANT, GERMANY).label, made(DOCUMENT).label}
    assert len(labels) == 4


def test_a_folder_is_a_bundle(tmp_path: Path) -> None:
    (tmp_path / "1-base.yaml").write_bytes(DOCUMENT)
    (tmp_path / "2-acme.yaml").write_bytes(TENANT)
    assert load(tmp_path).id == "acme"


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ((TENANT, GERMANY.replace(b"5000", b"soon")), "b.yaml:8: disclosure.ai.heard_within_ms:"),
        ((TENANT.replace(b"queue: general", b"queue: nowhere"),), ".yaml:10: rules.legal.threat.queue: queue"),
        ((TENANT.replace(b"list: lawyers", b"list: judges"),), "a.yaml:11: rules.legal.threat.when: list 'judges'"),
        ((TENANT, GERMANY.replace(b"not:", b"nor:")), "b.yaml:7: rules.legal.threat.when.all.1.nor: no such key"),
        ((TENANT.replace(b"{says: {list: lawyers}}", b"{}"),), "a.yaml:11: rules.legal.threat.when: a condition"),
        ((TENANT.replace(b"says: {list: lawyers}", b"detects: {signal: a.b}"),), ":11: rules.legal.threat.when: no"),
        ((TENANT.replace(b"legal.threat", b"emergency.medical"),), "a.yaml:8: rules.emergency.medical: this rule is"),
        ((TENANT.replace(b"lawyer, take", b"yes, take"),), "a.yaml:6: lists.lawyers.0: Input should be a valid string"),
        ((TENANT.replace(b"layer: tenant", b"layer: town"),), "a.yaml:1: layer: one of base, tenant, jurisdiction"),
        ((TENANT.replace(b"layer: tenant\n", b""),), "missing; a document that builds on the shipped policy says"),
        ((GERMANY,), "a.yaml:1: id: missing"),
        ((DOCUMENT, DOCUMENT), "b.yaml:1: layer: a.yaml is the base already"),
    ],
)
def test_what_is_wrong_in_a_bundle_is_named_by_file_line_and_key(wrong: tuple[bytes, ...], said: str) -> None:
    with pytest.raises(InputError) as raised:
        made(*wrong)
    assert said in str(raised.value)


def test_conditions_are_not_nested_for_ever() -> None:
    deep = b"{not: " * 9 + b"{confidence_below: 0.1}" + b"}" * 9
    with pytest.raises(InputError, match="at most 8 inside each other"):
        made(TENANT.replace(b"{says: {list: lawyers}}", deep))
    with pytest.raises(InputError, match=r"a\.yaml:1:"):
        made(b"id: " + b"[" * 5000)


def test_the_schemas_in_the_documentation_take_what_is_taken() -> None:
    for name, document in (("policy_document", shipped().text), ("policy_layer", TENANT), ("policy_layer", GERMANY)):
        schema = json.loads(Path(f"docs/schemas/{name}.v1.json").read_text(encoding="utf-8"))
        Draft202012Validator(schema).validate(yaml.safe_load(document))
