"""Asks ONNX Runtime to multiply four-bit weights in eight-bit integers: one attribute of a model's MatMulNBits nodes.

The protocol buffer is edited by its wire format (varints and lengths), so that no ONNX toolkit has to be installed.
Sources: onnx.proto (ModelProto.graph = 7, GraphProto.node = 1, NodeProto.op_type = 4, .attribute = 5) and ONNX
Runtime's contrib operators (MatMulNBits, accuracy_level 4 = int8).
"""

from collections.abc import Iterator

GRAPH, NODE, OPERATOR, ATTRIBUTE = 7, 1, 4, 5
VARINT, FIXED_64, LENGTH, FIXED_32 = 0, 1, 2, 5
# AttributeProto: name = 1, i = 3, type = 20 (INT = 2).
EIGHT_BIT = b"\x0a\x0eaccuracy_level\x18\x04\xa0\x01\x02"


def eight_bit(model: bytes) -> bytes:
    """Give the model with the attribute on every MatMulNBits; others are as they were."""
    parts = []
    for field, content, whole in _fields(memoryview(model)):
        parts.append(_field(GRAPH, _graph(content)) if field == GRAPH and content is not None else bytes(whole))
    return b"".join(parts)


def _graph(graph: memoryview) -> bytes:
    parts = []
    for field, content, whole in _fields(graph):
        quantised = field == NODE and content is not None and _operator(content) == b"MatMulNBits"
        parts.append(_field(NODE, bytes(content or b"") + _field(ATTRIBUTE, EIGHT_BIT)) if quantised else bytes(whole))
    return b"".join(parts)


def _operator(node: memoryview) -> bytes:
    return next((bytes(content or b"") for field, content, _ in _fields(node) if field == OPERATOR), b"")


def _fields(message: memoryview) -> Iterator[tuple[int, memoryview | None, memoryview]]:
    """Number, content where it has a length, and the bytes of each field."""
    at = 0
    while at < len(message):
        began = at
        tag, at = _varint(message, at)
        content = None
        if tag & 7 == VARINT:
            _, at = _varint(message, at)
        elif tag & 7 == LENGTH:
            length, at = _varint(message, at)
            content = message[at : at + length]
            at += length
        else:
            at += {FIXED_32: 4, FIXED_64: 8}[tag & 7]
        yield tag >> 3, content, message[began:at]


def _varint(message: memoryview, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = message[at]
        value |= (byte & 127) << shift
        at, shift = at + 1, shift + 7
        if byte < 128:
            return value, at


def _field(number: int, content: bytes) -> bytes:
    length, size = b"", len(content)
    while size > 127:
        length, size = length + bytes([size & 127 | 128]), size >> 7
    return bytes([number << 3 | LENGTH]) + length + bytes([size]) + content
