"""Brings a recording's rows to the deciders: what may be heard of it, and whether it holds all speech."""

from collections.abc import Sequence

from sqlalchemy import Connection

from governance.recording import Plan, Stretch, of_assistant, of_caller
from governance.recording_manifest import close
from infra import briefings, recording_gaps, recordings
from infra.recording_chunks import ROUNDING_MS, Piece, Run, length_ms
from infra.recording_sound import CHANNELS, Rendition, doubled
from schemas.audio import AudioRecord
from schemas.recordings import Direction, Interval, RecordingChunk, RecordingCompleted, RecordingIncomplete


def rendition(connection: Connection, tenant: str, call_id: str, *, redacted: bool) -> Rendition | None:
    """Plan how a recording is rendered; None where there is no audio."""
    kept = recordings.pieces(connection, tenant, call_id)
    sounding = [one for one in kept if one.facts.runs and one.direction in CHANNELS]
    if not sounding:
        return None
    plans: dict[Direction, Plan] = {}
    if redacted:
        said = recordings.said(connection, tenant, call_id)
        caller, assistant = _of(kept, "in"), _of(kept, "out")
        keys_ms = [at for one in caller for at in one.facts.keys_ms]
        plans["in"] = of_caller(said, keys_ms=keys_ms, closed=doubled(caller))
        plans["out"] = of_assistant(said, stretches(assistant), closed=doubled(assistant))
    length = max(one.end_ms for one in sounding)
    return Rendition(sample_rate=sounding[0].sample_rate, length_ms=length, plans=plans)


def briefing(connection: Connection, tenant: str, call_id: str, *, handoff: str, redacted: bool) -> Rendition | None:
    """Plan how a handoff's briefing is rendered, from its first sound on; None where there is none with words."""
    told = briefings.said(connection, tenant, call_id, handoff=handoff)
    names = {one.utterance for one in told}
    mine = [
        one for one in _of(recordings.pieces(connection, tenant, call_id), "briefing")
        if any(run.utterance in names for run in one.facts.runs)
    ]
    if not mine:
        return None
    plan = of_assistant(told, stretches(mine), closed=doubled(mine))
    begin = min(one.start_ms for one in mine)
    return Rendition(
        sample_rate=mine[0].sample_rate, length_ms=max(one.end_ms for one in mine) - begin,
        plans={"briefing": plan} if redacted else {}, channels=("briefing",), begin_ms=begin,
    )


def manifest(connection: Connection, tenant: str, call_id: str) -> RecordingCompleted | RecordingIncomplete:
    """Compare a call's speech with its audio."""
    kept = recordings.pieces(connection, tenant, call_id)
    caller = [
        Interval(start_ms=one.start_ms, end_ms=one.end_ms)
        for piece in _of(kept, "in") for one in stretches([piece])
    ]
    played = recordings.played(connection, tenant, call_id)
    played |= {one.utterance: one.played_ms for one in briefings.of_call(connection, tenant, call_id)}
    return close(
        [chunk(one) for one in kept], recordings.said(connection, tenant, call_id), played_ms=played, caller=caller,
        assistant=stretches(_of(kept, "out")), briefings=stretches(_of(kept, "briefing")),
        absent=recording_gaps.left_out(connection, tenant, call_id),
    )


def chunk(piece: Piece) -> RecordingChunk:
    """Give a chunk's line in the manifest."""
    return RecordingChunk(
        direction=piece.direction, number=piece.number, last=piece.last, start_ms=piece.start_ms,
        end_ms=piece.end_ms, sha256=piece.sha256,
    )


def stretches(pieces: Sequence[Piece]) -> list[Stretch]:
    """Give where there is audio, and of which utterance."""
    return [_stretch(run, one) for one in pieces for run in one.facts.runs]


def sounding(frames: Sequence[AudioRecord]) -> list[Stretch]:
    """Give where frames that are not kept sounded; those that follow each other are one."""
    found: list[Stretch] = []
    for one in frames:
        if one.kind != "media" or not one.payload:
            continue
        length = round(length_ms(len(one.payload), one.encoding, one.sample_rate))
        here = Stretch(
            utterance=one.utterance, said_ms=one.said_ms, start_ms=one.offset_ms, end_ms=one.offset_ms + length
        )
        last = found[-1] if found else None
        if last is not None and last.utterance == here.utterance and abs(here.start_ms - last.end_ms) <= ROUNDING_MS:
            found[-1] = last.model_copy(update={"end_ms": max(last.end_ms, here.end_ms)})
        else:
            found.append(here)
    return found


def _stretch(run: Run, piece: Piece) -> Stretch:
    end_ms = run.start_ms + round(length_ms(run.size, piece.encoding, piece.sample_rate))
    return Stretch(utterance=run.utterance, said_ms=run.said_ms, start_ms=run.start_ms, end_ms=end_ms)


def _of(pieces: Sequence[Piece], direction: Direction) -> list[Piece]:
    return [one for one in pieces if one.direction == direction]
