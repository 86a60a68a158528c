"""Reads policies: one document or a bundle of them; an error names the file, the line and the key, and what to do."""

import hashlib
from collections.abc import Iterator, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from governance.errors import InputError
from governance.rules import misnamed
from infra.policy_yaml import LAYERS, Document, Parsed, merged, read
from infra.yaml_file import Keys
from schemas.policies import Policy

DEFAULT = "policies/default.yaml"
OWN_NAME = ("id", "version", "title")
MOST_DOCUMENTS = 20
SAID = {
    "extra_forbidden": "no such key; see default.yaml",
    "missing": "missing; a document that builds on the shipped policy says `layer: tenant`",
}


def load(path: Path | None = None) -> Policy:
    """The policy of a file or of a folder of files, or the one that ships with Callwarden."""
    return bundle(documents(path))


def documents(path: Path | None) -> list[Document]:
    """The documents of a file or a folder, as they are."""
    if path is None:
        return [shipped()]
    try:
        if not path.is_dir():
            return [Document(str(path), path.read_bytes())]
        found = sorted((*path.glob("*.yaml"), *path.glob("*.yml")))
        if not found:
            raise InputError(f"{path}: no .yaml file in this folder; give a policy file, or a folder of them")
        return [Document(str(one), one.read_bytes()) for one in found]
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}; give the path of a policy file") from None


def shipped() -> Document:
    """The document that ships with Callwarden."""
    return Document("default.yaml", files("governance").joinpath(DEFAULT).read_bytes())


def parse(document: bytes, *, name: str) -> Policy:
    """A policy from the text of one document."""
    return bundle([Document(name, document)])


def complete(given: Sequence[Document]) -> list[Document]:
    """The documents of a bundle with the shipped one where it is their base: what a version is kept as."""
    based = any(read(one).layer == "base" for one in given)
    return [*given] if based else [shipped(), *given]


def bundle(given: Sequence[Document]) -> Policy:
    """A policy from its documents, later layers over earlier ones: base, tenant, jurisdiction; raises InputError.

    Where no document is the base, the shipped one is. Within a layer the order is that of the names.
    """
    if not 1 <= len(given) <= MOST_DOCUMENTS:
        raise InputError(f"a bundle has 1 to {MOST_DOCUMENTS} documents")
    own = sorted((read(one) for one in given), key=lambda one: (LAYERS.index(one.layer), one.document.name))
    bases = [one for one in own if one.layer == "base"]
    if len(bases) > 1:
        raise InputError(f"{bases[1].document.name}:1: layer: {bases[0].document.name} is the base already; say "
                         f"`layer: tenant` or `layer: jurisdiction` in one of them")
    for key in OWN_NAME:
        if not any(key in one.content for one in own):
            raise InputError(own[-1].at((key,), "missing; a policy has an id, a version and a title of its own"))
    layers = own if bases else [read(shipped()), *own]
    content: dict[str, Any] = {}
    for one in layers:
        content = merged(content, one.content)
    try:
        policy = Policy.model_validate({**content, "digest": digest(layers)})
    except ValidationError as error:
        raise InputError("\n".join(problems(error, layers))) from None
    wrong = [pointed(layers, keys, why) for keys, why in misnamed(policy)]
    if wrong:
        raise InputError("\n".join(wrong))
    return policy


def digest(layers: Sequence[Parsed]) -> str:
    """What names exactly these documents: the digest of the bytes of one, or of the layers and digests of several."""
    sums = [(one.layer, hashlib.sha256(one.document.text).hexdigest()) for one in layers]
    if len(sums) == 1:
        return sums[0][1]
    return hashlib.sha256("".join(f"{layer} {each}\n" for layer, each in sums).encode()).hexdigest()


def problems(error: ValidationError, layers: Sequence[Parsed]) -> Iterator[str]:
    """One line for each wrong key."""
    for problem in error.errors(include_url=False, include_input=False):
        keys = problem.get("ctx", {}).get("keys") or tuple(key for key in problem["loc"] if key != "[key]")
        said = SAID.get(problem["type"], problem["msg"])
        yield pointed(layers, keys, said.removeprefix("Value error, "))


def pointed(layers: Sequence[Parsed], keys: Keys, wrong: str) -> str:
    """A message that points at the document whose word counts: of those that have most of the keys, the last."""
    return max(reversed(layers), key=lambda one: one.reach(keys)[0]).at(keys, wrong)
