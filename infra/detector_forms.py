"""The forms a labelled file is scored in: as it is, without the question just asked, without capitals."""

from collections.abc import Sequence

from infra.detector_scores import Gold, Row

WITHOUT_QUESTION = "without the question"
LOWER_CASE = "lower case, no punctuation"


def forms(rows: Sequence[Row]) -> dict[str, list[Row]]:
    """Every form that differs from the file; the file itself is under the empty name."""
    found = {"": list(rows)}
    if any(row.context or row.requested_item for row in rows):
        found[WITHOUT_QUESTION] = [row.model_copy(update={"context": None, "requested_item": None}) for row in rows]
    if any(row.text != row.text.lower() for row in rows):
        found[LOWER_CASE] = [lower_case(row) for row in rows]
    return found


def lower_case(row: Row) -> Row:
    """The row as a recogniser writes it that knows no capitals and no punctuation; its labels move along."""
    said: list[str] = []
    moved = []  # where each character of the text, and its end, went
    for char in row.text:
        moved.append(len(said))
        if char.isalnum() or char.isspace() or char == "'":
            said.append(char.lower() if len(char.lower()) == 1 else char)
        elif char == "-":
            said.append(" ")
    moved.append(len(said))
    spans = tuple(
        Gold(start=moved[min(one.start, len(row.text))], end=moved[min(one.end, len(row.text))], type=one.type)
        for one in row.spans
    )
    return row.model_copy(update={"text": "".join(said), "spans": spans})
