"""Reads multipart/form-data bodies that fit into memory (RFC 7578); headers by the standard library's mail parser."""

from dataclasses import dataclass
from email.message import Message
from email.parser import BytesHeaderParser

MOST_PARTS = 64
FEWEST_SECTIONS = 3  # what precedes the first part, one part, what follows the last


class UnreadableForm(ValueError):
    """Says what is wrong with a form; never quotes its content."""


@dataclass(frozen=True)
class Part:
    """One field of a form; uploads have a file name."""

    name: str
    content: bytes
    filename: str | None
    content_type: str


def parse_form(content_type: str, body: bytes) -> tuple[Part, ...]:
    """Splits a form into its parts, in order."""
    outer = Message()
    outer["Content-Type"] = content_type
    boundary = outer.get_boundary()
    if outer.get_content_type() != "multipart/form-data" or not boundary:
        raise UnreadableForm("the body must be multipart/form-data with a boundary")
    delimiter = b"\r\n--" + boundary.encode("latin-1")
    sections = (b"\r\n" + body).split(delimiter)
    if len(sections) < FEWEST_SECTIONS or not sections[-1].startswith(b"--"):
        raise UnreadableForm("the form is truncated: its closing boundary is missing")
    if len(sections) - FEWEST_SECTIONS + 1 > MOST_PARTS:
        raise UnreadableForm(f"the form has more than {MOST_PARTS} parts")
    return tuple(_part(section) for section in sections[1:-1])


def _part(section: bytes) -> Part:
    head, separator, content = section.partition(b"\r\n\r\n")
    if not separator:
        raise UnreadableForm("a part of the form has no blank line after its headers")
    headers = BytesHeaderParser().parsebytes(head.lstrip(b" \t").removeprefix(b"\r\n") + b"\r\n\r\n")
    name = headers.get_param("name", header="content-disposition")
    if headers.get_content_disposition() != "form-data" or not isinstance(name, str):
        raise UnreadableForm("a part of the form has no name")
    return Part(name=name, content=content, filename=headers.get_filename(), content_type=headers.get_content_type())
