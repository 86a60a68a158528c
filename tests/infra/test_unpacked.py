"""Audio leaves as it is on a socket that agreed to compress messages; what comes packed is read all the same."""

from types import SimpleNamespace

import pytest
from websockets.extensions.permessage_deflate import PerMessageDeflate
from websockets.frames import Frame, Opcode

from infra.speech.unpacked import unpacked

pytestmark = pytest.mark.pure
SAMPLES = b"\x00\x01" * 320
WINDOW = 12


def packing() -> PerMessageDeflate:
    return PerMessageDeflate(
        remote_no_context_takeover=False, local_no_context_takeover=False, remote_max_window_bits=WINDOW,
        local_max_window_bits=WINDOW,
    )


def agreed() -> SimpleNamespace:
    """The socket of an SDK, whose connection has agreed with the other side."""
    return SimpleNamespace(_websocket=SimpleNamespace(extensions=[packing()]))


def test_a_frame_of_samples_leaves_as_it_is() -> None:
    (extension,) = unpacked(agreed())._websocket.extensions
    frame = Frame(Opcode.BINARY, SAMPLES)
    assert extension.encode(frame) == Frame(Opcode.BINARY, SAMPLES, rsv1=False)
    assert packing().encode(frame).rsv1  # without it, it would not


def test_what_the_other_side_packs_is_read_message_after_message() -> None:
    vendor, (extension,) = packing(), unpacked(agreed())._websocket.extensions
    for said in (b"where is my order", b"where is my order now"):
        packed = vendor.encode(Frame(Opcode.TEXT, said))
        assert extension.decode(packed, max_size=1_000).data == said


def test_an_answer_that_is_not_packed_is_read_too() -> None:
    (extension,) = unpacked(agreed())._websocket.extensions
    assert extension.decode(Frame(Opcode.TEXT, b"plain"), max_size=1_000).data == b"plain"


@pytest.mark.parametrize("socket", ["anything", SimpleNamespace(_websocket=SimpleNamespace())])
def test_a_socket_of_another_make_stays_as_it_is(socket: object) -> None:
    assert unpacked(socket) is socket
