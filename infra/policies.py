"""Reads policy documents (YAML 1.1); an error names the file, the line and the key, and says what to do."""

import hashlib
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from governance.errors import InputError
from schemas.policies import Policy

DEFAULT = "policies/default.yaml"
LARGEST_DOCUMENT = 256 * 1024  # bytes; a policy is read by people


def load(path: Path | None = None) -> Policy:
    """The policy of a file, or the one that ships with Callwarden."""
    if path is None:
        return parse(files("governance").joinpath(DEFAULT).read_bytes(), name="default.yaml")
    try:
        document = path.read_bytes()
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}; give the path of a policy file") from None
    return parse(document, name=str(path))


def parse(document: bytes, *, name: str) -> Policy:
    """A policy from its YAML text; the version cites the digest of exactly these bytes."""
    if len(document) > LARGEST_DOCUMENT:
        raise InputError(f"{name}: a policy has at most {LARGEST_DOCUMENT} bytes")
    try:
        tree = yaml.compose(document, Loader=yaml.SafeLoader)
        content = yaml.safe_load(document)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark is not None else 1
        raise InputError(f"{name}:{line}: {error.problem}; this is not YAML") from None
    except (yaml.YAMLError, UnicodeDecodeError, ValueError):
        raise InputError(f"{name}:1: this is not YAML in UTF-8") from None
    if not isinstance(content, dict):
        raise InputError(f"{name}:1: a policy is a mapping that starts with `id:`")
    repeated = next(doubles(tree), None)
    if repeated is not None:
        raise InputError(f"{name}:{repeated[1]}: {repeated[0]}: written twice; keep one of them")
    if "digest" in content:
        raise InputError(f"{name}:{line_of(tree, ('digest',))}: digest: computed from the file; leave it out")
    try:
        return Policy.model_validate({**content, "digest": hashlib.sha256(document).hexdigest()})
    except ValidationError as error:
        raise InputError("\n".join(problems(error, tree, name))) from None


def problems(error: ValidationError, tree: yaml.Node | None, name: str) -> Iterator[str]:
    """One line for each wrong key."""
    for problem in error.errors(include_url=False, include_context=False, include_input=False):
        keys = tuple(key for key in problem["loc"] if key != "[key]")
        said = "no such key; see default.yaml" if problem["type"] == "extra_forbidden" else problem["msg"]
        yield f"{name}:{line_of(tree, keys)}: {'.'.join(map(str, keys)) or 'policy'}: {said}"


def line_of(node: yaml.Node | None, keys: tuple[Any, ...]) -> int:
    """The line of the deepest key of a path that the document has."""
    line = 1
    for key in keys:
        if isinstance(node, yaml.MappingNode):
            pair = next(((k, v) for k, v in node.value if k.value == str(key)), None)
            if pair is None:
                return line
            line, node = pair[0].start_mark.line + 1, pair[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(key, int) and key < len(node.value):
            node = node.value[key]
            line = node.start_mark.line + 1
    return line


def doubles(node: yaml.Node | None) -> Iterator[tuple[str, int]]:
    """Keys written twice in one mapping, which YAML would take silently, with their lines."""
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            if key.value in seen:
                yield str(key.value), key.start_mark.line + 1
            seen.add(key.value)
            yield from doubles(value)
    elif isinstance(node, yaml.SequenceNode):
        for value in node.value:
            yield from doubles(value)
