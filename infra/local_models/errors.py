"""Errors in the shape of the OpenAI API, with messages that say what to change; request content is never quoted."""

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

FIRST_SERVER_ERROR = 500
CODE_BY_STATUS = {404: "not_found", 405: "method_not_allowed"}


class ApiError(Exception):
    """A refusal that the client is told about."""

    def __init__(self, status: int, message: str, *, code: str, param: str | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.body = {
            "error": {
                "message": message,
                "type": "server_error" if status >= FIRST_SERVER_ERROR else "invalid_request_error",
                "param": param,
                "code": code,
            }
        }


def invalid(message: str, *, param: str | None = None, code: str = "invalid_value") -> ApiError:
    """The request cannot be fulfilled as it is."""
    return ApiError(400, message, code=code, param=param)


def unknown_model(model: str, known: tuple[str, ...]) -> ApiError:
    """No such model here."""
    message = f"there is no model {model[:64]!r} here; known: {', '.join(known)}"
    return ApiError(404, message, code="model_not_found", param="model")


def _answer(error: ApiError) -> JSONResponse:
    return JSONResponse(error.body, status_code=error.status)


async def _refused(_: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, ApiError):
        raise error
    return _answer(error)


async def _unreadable(_: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, RequestValidationError):
        raise error
    fault = error.errors()[0]
    path = ".".join(str(step) for step in fault["loc"] if step != "body") or None
    return _answer(invalid(f"{path or 'the body'}: {fault['msg']}", param=path))


async def _no_such_route(_: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, HTTPException):
        raise error
    code = CODE_BY_STATUS.get(error.status_code, "http_error")
    return _answer(ApiError(error.status_code, str(error.detail), code=code))


def answer_errors(app: FastAPI) -> None:
    """Makes the app answer every error in the OpenAI shape."""
    app.add_exception_handler(ApiError, _refused)
    app.add_exception_handler(RequestValidationError, _unreadable)
    app.add_exception_handler(HTTPException, _no_such_route)
