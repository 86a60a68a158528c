"""The OpenAPI document that is kept is the one the routes give."""

import json
from collections.abc import Iterator

import pytest

from api.openapi import PAGE, document

pytestmark = pytest.mark.contract


def operations() -> Iterator[tuple[str, dict[str, object]]]:
    for path, methods in json.loads(document())["paths"].items():
        for method, operation in methods.items():
            yield f"{method} {path}", operation


def test_the_document_in_docs_is_the_one_of_the_routes() -> None:
    assert PAGE.read_text(encoding="utf-8") == document(), "run: python -m api.openapi"


def test_every_operation_has_an_id_of_its_own_a_summary_and_a_tag() -> None:
    ids = [operation["operationId"] for _, operation in operations()]
    assert len(set(ids)) == len(ids) > 15
    assert all(operation.get("summary") and operation.get("tags") for _, operation in operations())


def test_every_operation_says_that_errors_are_problem_documents() -> None:
    for name, operation in operations():
        answers = operation["responses"]
        assert isinstance(answers, dict)
        assert "application/problem+json" in answers["default"]["content"], name
        assert "422" not in answers, name
