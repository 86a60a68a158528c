"""Reads the body of a request, as far as it may go."""

from http import HTTPStatus

from fastapi import Request

from api.cloudevents import MAX_BODY
from api.problems import Problem


async def read_body_of(request: Request) -> bytes:
    """Give the body; raises Problem 413 as soon as it is too long."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY:
            detail = f"a request holds at most {MAX_BODY} bytes"
            raise Problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too-large", detail)
    return bytes(body)
