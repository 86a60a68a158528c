"""What an agent hears of a packet before she joins, within a minute: why she is asked, what was said, what is next."""

import re

from schemas.handoffs import HandoffPacket

MOST_CHARACTERS = 700
PSEUDONYM = re.compile(r"<([A-Z][A-Z_]*?)_?[0-9]*>")
WHY = {"en": "Why you are asked", "fr": "Pourquoi on vous appelle"}
NEXT = {"en": "Next step", "fr": "Prochaine étape"}
DANGER = {"en": "Somebody may be in danger.", "fr": "Quelqu'un est peut-être en danger."}
HIDDEN = {"en": "hidden", "fr": "masqué"}


def words(packet: HandoffPacket) -> str:
    """Give the briefing; it is made of redacted text, and a pseudonym is said as the kind of what it hides."""
    tongue = packet.language[:2] if packet.language[:2] in WHY else "en"
    said = [DANGER[tongue]] if packet.emergency else []
    said.append(f"{WHY[tongue]}: {_ended(packet.reason.text)}")
    said += [_ended(one.text) for one in packet.written or packet.summary]
    if packet.next_step is not None:
        said.append(f"{NEXT[tongue]}: {_ended(packet.next_step.text)}")
    whole, kept = PSEUDONYM.sub(lambda found: f"{_kind(found[1])} ({HIDDEN[tongue]})", " ".join(said)), ""
    for sentence in re.split(r"(?<=[.!?…])\s+", whole):
        if len(kept) + len(sentence) >= MOST_CHARACTERS:
            break
        kept = f"{kept} {sentence}".strip()
    return kept or whole[:MOST_CHARACTERS]


def _kind(entity: str) -> str:
    return entity.replace("_", " ").lower()


def _ended(text: str) -> str:
    text = text.strip()
    return text if text.endswith((".", "!", "?", "…", "”")) else f"{text}."
