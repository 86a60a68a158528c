"""Reads a YAML (or JSON) file that a setting names: a mistake is told by file, line and key, and never by its value."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

import yaml
from pydantic import TypeAdapter, ValidationError

from governance.errors import InputError

LARGEST = 256 * 1024  # bytes; such a file is written by people
T = TypeVar("T")
Keys = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class YamlFile(Generic[T]):
    """What a file holds, and the tree that knows its lines."""

    path: Path
    content: T
    tree: yaml.Node | None

    def wrong(self, keys: Keys, message: str) -> InputError:
        """Give an error that points at a key."""
        return _wrong(self.path, self.tree, keys, message)

    def invalid(self, keys: Keys, error: ValidationError) -> InputError:
        """Give an error of what stands below a key, by place and kind alone."""
        return _invalid(self.path, self.tree, keys, error)


def read(path: Path, shape: TypeAdapter[T], *, named_by: str) -> YamlFile[T]:
    """Read a file in its shape; raises InputError that repeats no value, for it may be a secret.

    `named_by` is the setting or option that names such a file.
    """
    try:
        text = path.read_bytes()
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}; {named_by} names this file") from None
    if len(text) > LARGEST:
        raise InputError(f"{path}: has more than {LARGEST} bytes")
    try:
        tree, written = yaml.compose(text, Loader=yaml.SafeLoader), yaml.safe_load(text)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark is not None else 1
        raise InputError(f"{path}:{line}: this is neither YAML nor JSON") from None
    except (yaml.YAMLError, ValueError, RecursionError):
        raise InputError(f"{path}: this is neither YAML nor JSON in UTF-8") from None
    if not isinstance(written, dict):
        raise InputError(f"{path}:1: a mapping is needed, lines of `key: value`")
    refuse_doubles(tree, name=str(path))
    try:
        return YamlFile(path, shape.validate_python(written), tree)
    except ValidationError as error:
        raise _invalid(path, tree, (), error) from None


def deepest(node: yaml.Node | None, keys: Keys) -> tuple[int, int]:
    """How many keys of a path a document has, and the line of the last one it has."""
    line = 1
    for depth, key in enumerate(keys):
        if isinstance(node, yaml.MappingNode):
            pair = next(((k, v) for k, v in node.value if k.value == str(key)), None)
            if pair is None:
                return depth, line
            line, node = pair[0].start_mark.line + 1, pair[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(key, int) and key < len(node.value):
            node = node.value[key]
            line = node.start_mark.line + 1
        else:
            return depth, line
    return len(keys), line


def refuse_doubles(tree: yaml.Node | None, *, name: str) -> None:
    """Raise InputError where a key is written twice in one mapping, which YAML would take silently."""
    repeated = next(_doubles(tree), None)
    if repeated is not None:
        raise InputError(f"{name}:{repeated[1]}: {repeated[0]}: written twice; keep one of them")


def _doubles(node: yaml.Node | None) -> Iterator[tuple[str, int]]:
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            if key.value in seen:
                yield str(key.value), key.start_mark.line + 1
            seen.add(str(key.value))
            yield from _doubles(value)
    elif isinstance(node, yaml.SequenceNode):
        for value in node.value:
            yield from _doubles(value)


def _wrong(path: Path, tree: yaml.Node | None, keys: Keys, message: str) -> InputError:
    named = ".".join(map(str, keys)) or "the document"
    return InputError(f"{path}:{deepest(tree, keys)[1]}: {named}: {message.removeprefix('Value error, ')}")


def _invalid(path: Path, tree: yaml.Node | None, keys: Keys, error: ValidationError) -> InputError:
    first = error.errors(include_input=False, include_url=False, include_context=False)[0]
    return _wrong(path, tree, (*keys, *first["loc"]), first["msg"])
