"""What somebody says that she reads for: a header or a parameter of any request, told in the audit log's entry."""

from http import HTTPStatus

from starlette.requests import HTTPConnection

from api.problems import Problem
from governance.errors import InputError
from infra.purposes import checked

HEADER, PARAMETER = "Callwarden-Purpose", "purpose"


def stated(connection: HTTPConnection) -> str:
    """Give the purpose, header first; nothing where none is stated, Problem 422 where it cannot be written down."""
    try:
        return checked(connection.headers.get(HEADER) or connection.query_params.get(PARAMETER) or "")
    except InputError as error:
        raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, "unreadable-input", str(error)) from None
