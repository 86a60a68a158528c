"""The deepgram client as every adapter here opens it: at Deepgram, or at another address (self-hosted, a test's)."""

from urllib.parse import urlsplit

from deepgram import AsyncDeepgramClient
from deepgram.core.api_error import ApiError
from deepgram.environment import DeepgramClientEnvironment
from websockets.exceptions import WebSocketException

from governance.errors import TransientError
from infra.speech.bounded import Failures

Client = AsyncDeepgramClient
# JSON that cannot be read, or of another shape, is a failure of its sender, too.
FAILURES: Failures = (ApiError, WebSocketException, OSError, EOFError, ValueError, AttributeError, TypeError)
BROKEN: Failures = (TransientError, *FAILURES)  # also what a socket itself says


def open_client(*, api_key: str, url: str | None) -> AsyncDeepgramClient:
    """Open a client; nothing is sent before the first call."""
    if url is None:
        return AsyncDeepgramClient(api_key=api_key)
    parts = urlsplit(url)
    safe = parts.scheme in {"https", "wss"}
    http, socket = f"http{'s' * safe}://{parts.netloc}", f"ws{'s' * safe}://{parts.netloc}"
    environment = DeepgramClientEnvironment(base=http, production=socket, agent=socket, agent_rest=http)
    return AsyncDeepgramClient(api_key=api_key, environment=environment)
