"""What a language model is asked for a summary of a packet: redacted lines with their turns, and to cite them."""

from schemas.handoffs import HandoffPacket
from schemas.speech import ChatMessage

MOST_LINES = 60  # the latest: what the extract quotes of the beginning is in the packet already
TASK = (
    "You summarise a telephone call for the colleague who takes it over. Write at most six short sentences in English, "
    "one on each line. Use only words, numbers and names that stand in the lines below, and no others; keep names in "
    "angle brackets as they are. Begin each sentence with “The caller” or “The assistant”. After each sentence write "
    "the turns it rests on in square brackets, like [2] or [1, 3]. A sentence without its turns is thrown away."
)


def summary_prompt(packet: HandoffPacket) -> tuple[ChatMessage, ...]:
    """Give the messages; what callers say is data there, and what comes back is held against the same lines."""
    lines = "\n".join(f"[{line.turn}] {line.participant}: {line.text}" for line in packet.transcript[-MOST_LINES:])
    return ChatMessage(role="system", text=TASK), ChatMessage(role="user", text=lines)
