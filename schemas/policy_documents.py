"""The JSON Schemas (draft 2020-12) of policy documents: a whole one, and one that is laid over another."""

from typing import Any

from schemas.policies import Policy

Json = dict[str, Any]
LAYER = {
    "enum": ["base", "tenant", "jurisdiction"], "default": "base", "description": "each is laid over those before it",
}
# What `when` holds; it is never merged.
WHOLE = {"Condition", "Says", "Detects", "Mentions", "Within", "Count", "Sequence"}


def policy_documents() -> dict[str, Json]:
    """Give each schema by its name: `policy_document` has everything, `policy_layer` what it changes."""
    whole = Policy.model_json_schema()
    del whole["properties"]["digest"]  # computed from the documents
    whole["required"] = [key for key in whole["required"] if key != "digest"]
    whole["properties"]["layer"] = LAYER
    return {"policy_document": whole, "policy_layer": _partly(whole)}


def _partly(schema: Json) -> Json:
    """The same with nothing required, save inside what a later document replaces whole: conditions."""
    layer = {**schema, "required": ["layer"], "properties": {**schema["properties"]}}
    layer["title"] = "PolicyLayer"
    layer["$defs"] = {
        name: {key: value for key, value in shape.items() if key != "required" or name in WHOLE}
        for name, shape in schema["$defs"].items()
    }
    return layer
