"""Reads one document of a policy (YAML 1.1) and remembers where each of its keys stands."""

from dataclasses import dataclass
from typing import Any, Literal, get_args

import yaml

from governance.errors import InputError
from governance.residency import strictest
from infra.yaml_file import Keys, deepest, refuse_doubles

Layer = Literal["base", "tenant", "jurisdiction"]
LAYERS: tuple[Layer, ...] = get_args(Layer)
LARGEST_DOCUMENT = 256 * 1024  # bytes; a policy is read by people
DEEPEST = 50
OPENING = (
    yaml.BlockMappingStartToken, yaml.BlockSequenceStartToken, yaml.FlowMappingStartToken, yaml.FlowSequenceStartToken
)
CLOSING = (yaml.BlockEndToken, yaml.FlowMappingEndToken, yaml.FlowSequenceEndToken)
REPLACED = frozenset({"when"})  # taken whole from the later document: half of two conditions is neither
STRICTEST = "residency"  # a later document may forbid more, and permit nothing that an earlier one forbids


@dataclass(frozen=True, slots=True)
class Document:
    """A document as its author wrote it."""

    name: str
    text: bytes


@dataclass(frozen=True, slots=True)
class Parsed:
    """A document that is YAML: its layer, its content, and the tree that knows the lines."""

    document: Document
    layer: Layer
    content: dict[str, Any]
    tree: yaml.Node | None

    def reach(self, keys: Keys) -> tuple[int, int]:
        """How many of the keys the document has, and the line of the deepest of them."""
        return deepest(self.tree, keys)

    def at(self, keys: Keys, wrong: str) -> str:
        """A message that points at file, line and key."""
        return f"{self.document.name}:{self.reach(keys)[1]}: {'.'.join(map(str, keys)) or 'policy'}: {wrong}"


def read(document: Document) -> Parsed:
    """Read one; raises InputError that names file, line and what to do."""
    name = document.name
    if len(document.text) > LARGEST_DOCUMENT:
        raise InputError(f"{name}: a policy has at most {LARGEST_DOCUMENT} bytes")
    try:
        _scan(document)
        tree = yaml.compose(document.text, Loader=yaml.SafeLoader)
        content = yaml.safe_load(document.text)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark is not None else 1
        raise InputError(f"{name}:{line}: {error.problem}; this is not YAML") from None
    except (yaml.YAMLError, UnicodeDecodeError, ValueError, RecursionError):
        raise InputError(f"{name}:1: this is not YAML in UTF-8") from None
    if not isinstance(content, dict):
        raise InputError(f"{name}:1: a policy is a mapping that starts with `id:`")
    refuse_doubles(tree, name=name)
    if "digest" in content:
        raise InputError(f"{name}:{deepest(tree, ('digest',))[1]}: digest: computed from the file; leave it out")
    layer = content.pop("layer", "base")
    if layer not in LAYERS:
        raise InputError(f"{name}:{deepest(tree, ('layer',))[1]}: layer: one of {', '.join(LAYERS)}")
    return Parsed(document, layer, content, tree)


def _scan(document: Document) -> None:
    """Refuse aliases, and what is nested so deep that reading it would take for ever."""
    depth = 0
    for token in yaml.scan(document.text):
        place = f"{document.name}:{token.start_mark.line + 1}"
        if isinstance(token, yaml.AliasToken):
            raise InputError(f"{place}: no aliases here: write `*{token.value}` out")
        depth += isinstance(token, OPENING) - isinstance(token, CLOSING)
        if depth > DEEPEST:
            raise InputError(f"{place}: nested more than {DEEPEST} deep; no policy is")


def merged(below: dict[str, Any], above: dict[str, Any], *, whole: bool = True) -> dict[str, Any]:
    """Mappings key by key; anything else, lists too, is what the later document says; residency only grows stricter."""
    both = dict(below)
    for key, value in above.items():
        known = both.get(key)
        if whole and key == STRICTEST and isinstance(known, dict) and isinstance(value, dict):
            both[key] = strictest(known, value)
            continue
        deeper = isinstance(known, dict) and isinstance(value, dict) and key not in REPLACED
        both[key] = merged(known, value, whole=False) if deeper and isinstance(known, dict) else value
    return both
