"""What the voice bench says: overhead over the vendors' fixed delays, where it goes, and what the processes took."""

from collections.abc import Sequence

from infra.bench.figures import Machine, Spread, percentile, spread
from infra.bench.vendor_times import FIXED_MS, TurnTimes
from infra.bench.voice_line import Asked
from schemas.base import Frozen

TARGETS_MS = {1: (15.0, 40.0), 10: (15.0, 40.0), 50: (None, 60.0)}  # calls: p50, p95
LOAD_P95_MS = 50.0
HOLDERS = ("voice-0", "api")  # what holds a call's session and its socket


class Waterfall(Frozen):
    """The four ways between the vendors, median and p95 in milliseconds; a turn's net overhead is their sum."""

    way_in_ms: tuple[float, float]  # last sample at the front door -> at the recogniser
    turn_ms: tuple[float, float]  # end of turn from the recogniser -> request at the language model
    phrase_ms: tuple[float, float]  # token that completes the phrase -> phrase at the voice
    way_out_ms: tuple[float, float]  # first audio from the voice -> out at the front door


class Level(Frozen):
    """One number of calls at once."""

    calls: int
    frame_ms: int  # of audio in each message of a caller
    turns: int
    lost: int
    signs: int = 0  # of the lost: a sign that the caller is heard came first, the answer being later than 0.8 s
    over: Spread  # time to first audio minus the fixed delays
    net: Spread  # and minus how late the stand-ins themselves were
    waterfall: Waterfall
    processor_share: dict[str, float]  # of one core, by process
    memory_mb: dict[str, float]

    @property
    def cores(self) -> float:
        """Cores that the side took, without the stand-ins and the callers."""
        return round(sum(one for name, one in self.processor_share.items() if name not in ("vendors", "callers")), 2)


class VoiceReport(Frozen):
    """One run of `callwarden bench voice`."""

    command: str
    date: str
    machine: Machine
    pipecat: tuple[Level, ...]
    callwarden: tuple[Level, ...]

    def targets(self) -> dict[str, bool]:
        """Tell for each target that was measured whether this run meets it."""
        met: dict[str, bool] = {}
        baseline = {one.calls: one for one in self.pipecat}
        for one in self.callwarden:
            p50, p95 = TARGETS_MS.get(one.calls, (None, None))
            if p50 is not None:
                met[f"{one.calls} calls: overhead p50 <= {p50:.0f} ms"] = one.net.p50_ms <= p50
            if p95 is not None:
                met[f"{one.calls} calls: overhead p95 <= {p95:.0f} ms"] = one.net.p95_ms <= p95
            beside = baseline.get(one.calls)
            if beside is not None:
                met[f"{one.calls} calls: p50 not slower than Pipecat"] = one.net.p50_ms <= beside.net.p50_ms
                met[f"{one.calls} calls: p95 not slower than Pipecat"] = one.net.p95_ms <= beside.net.p95_ms
            met[f"{one.calls} calls: every turn answered"] = one.lost == 0
        return met


class LoadReport(Frozen):
    """One run of `callwarden bench load`."""

    command: str
    date: str
    machine: Machine
    steps: tuple[Level, ...]

    @property
    def held(self) -> int:
        """The most calls at which p95 stayed within the bound and every turn was answered."""
        within = [one.calls for one in self.steps if one.net.p95_ms <= LOAD_P95_MS and one.lost == 0]
        return max(within, default=0)

    @property
    def cores_a_call(self) -> float | None:
        """What a further call takes of a core, from the first step to the last."""
        return self._slope([(one.calls, one.cores) for one in self.steps])

    @property
    def mb_a_call(self) -> float | None:
        """What a further call takes of the voice worker's and the gateway's memory, in MiB."""
        return self._slope([(one.calls, sum(one.memory_mb.get(name, 0) for name in HOLDERS)) for one in self.steps])

    @staticmethod
    def _slope(points: Sequence[tuple[int, float]]) -> float | None:
        (first, at_first), (last, at_last) = points[0], points[-1]
        return round((at_last - at_first) / (last - first), 3) if last > first else None


def level(
    asked: Sequence[Asked], times: dict[int, TurnTimes], *, calls: int, frame_ms: int, share: dict[str, float],
    memory: dict[str, float],
) -> Level:
    """Put the callers' and the vendors' notes together; the first turn of each call is left out.

    A turn is lost where nothing came out, or something else than its answer.
    """
    counted = [one for one in asked if not one.warm]
    whole = [
        (one.ended_at, one.first_at, times[one.number]) for one in counted
        if one.first_at is not None and one.number in times and 0 < times[one.number].audio_at <= one.first_at
    ]
    if not whole:
        raise ValueError("no turn was answered")
    over = [first - ended - FIXED_MS / 1000 for ended, first, _ in whole]
    net = [one - turn.late_ms / 1000 for one, (_, _, turn) in zip(over, whole, strict=True)]
    return Level(
        calls=calls, frame_ms=frame_ms, turns=len(counted), lost=len(counted) - len(whole),
        signs=sum(one.number in times and _too_late(one, times[one.number]) for one in counted),
        over=spread(over), net=spread(net),
        waterfall=Waterfall(
            way_in_ms=_middle([turn.heard_at - ended for ended, _, turn in whole]),
            turn_ms=_middle([turn.asked_at - turn.final_at for _, _, turn in whole]),
            phrase_ms=_middle([turn.said_at - turn.phrase_at for _, _, turn in whole]),
            way_out_ms=_middle([first - turn.audio_at for _, first, turn in whole]),
        ),
        processor_share=share, memory_mb=memory,
    )


def _too_late(one: Asked, turn: TurnTimes) -> bool:
    return one.first_at is not None and turn.final_at <= one.first_at and not 0 < turn.audio_at <= one.first_at


def _middle(seconds: Sequence[float]) -> tuple[float, float]:
    ordered = sorted(round(1000 * one, 2) for one in seconds)
    return percentile(ordered, 0.5), percentile(ordered, 0.95)
