"""ML-DSA-44 verification (FIPS 204, algorithms 3 and 8) in plain Python: a second opinion for tests, slow and plain."""

import hashlib
import itertools

Q, N, D, K, L, TAU, GAMMA1, GAMMA2, BETA, OMEGA = 8380417, 256, 13, 4, 4, 39, 1 << 17, 95232, 78, 80
Poly = list[int]
ZETAS = [pow(1753, int(f"{k:08b}"[::-1], 2), Q) for k in range(N)]


def ntt(w: Poly) -> Poly:
    out, m, length = list(w), 0, 128
    while length:
        for start in range(0, N, 2 * length):
            m += 1
            for j in range(start, start + length):
                t = ZETAS[m] * out[j + length] % Q
                out[j], out[j + length] = (out[j] + t) % Q, (out[j] - t) % Q
        length //= 2
    return out


def inverse(w: Poly) -> Poly:
    out, m, length = list(w), N, 1
    while length < N:
        for start in range(0, N, 2 * length):
            m -= 1
            for j in range(start, start + length):
                t = out[j]
                out[j], out[j + length] = (t + out[j + length]) % Q, (out[j + length] - t) * ZETAS[m] % Q
        length *= 2
    # The loop above multiplies by zeta where the standard does by minus zeta and subtracts the other way round.
    return [value * 8347681 % Q for value in out]


def unpack(data: bytes, bits: int) -> Poly:
    whole, mask = int.from_bytes(data, "little"), (1 << bits) - 1
    return [whole >> (bits * i) & mask for i in range(N)]


def expand(rho: bytes, row: int, column: int) -> Poly:
    stream = hashlib.shake_128(rho + bytes((column, row))).digest(3 * 1024)
    found = (int.from_bytes(stream[i : i + 3], "little") & 0x7FFFFF for i in range(0, len(stream), 3))
    return [value for value in found if value < Q][:N]


def challenge(seed: bytes) -> Poly:
    stream = hashlib.shake_256(seed).digest(2048)
    signs, at, c = int.from_bytes(stream[:8], "little"), 8, [0] * N
    for i in range(N - TAU, N):
        while stream[at] > i:
            at += 1
        j = stream[at]
        at += 1
        c[i], c[j] = c[j], 1 - 2 * (signs & 1)
        signs >>= 1
    return c


def hints(data: bytes) -> list[set[int]] | None:
    found, index = [], 0
    for i in range(K):
        end = data[OMEGA + i]
        places = data[index:end]
        if end < index or end > OMEGA or any(a >= b for a, b in itertools.pairwise(places)):
            return None
        found.append(set(places))
        index = end
    return None if any(data[index:OMEGA]) else found


def use_hint(hinted: bool, r: int) -> int:
    low = r % (2 * GAMMA2)
    low -= 2 * GAMMA2 if low > GAMMA2 else 0
    high = 0 if r - low == Q - 1 else (r - low) // (2 * GAMMA2)
    low -= 1 if r - low == Q - 1 else 0
    return (high + (1 if low > 0 else -1)) % 44 if hinted else high


def verify(public_key: bytes, message: bytes, signature: bytes) -> bool:
    """Judge a signature with the empty context."""
    if len(public_key) != 1312 or len(signature) != 2420:
        return False
    rho = public_key[:32]
    t1 = [unpack(public_key[32 + 320 * i : 352 + 320 * i], 10) for i in range(K)]
    seed = signature[:32]
    z = [[GAMMA1 - v for v in unpack(signature[32 + 576 * i : 608 + 576 * i], 18)] for i in range(L)]
    hinted = hints(signature[32 + 576 * L :])
    if hinted is None or any(abs(v) >= GAMMA1 - BETA for poly in z for v in poly):
        return False
    tr = hashlib.shake_256(public_key).digest(64)
    mu = hashlib.shake_256(tr + b"\x00\x00" + message).digest(64)
    c, zs = ntt(challenge(seed)), [ntt(poly) for poly in z]
    w1 = b""
    for i in range(K):
        rows = [expand(rho, i, j) for j in range(L)]
        high = ntt([v << D for v in t1[i]])
        mixed = [(sum(rows[j][n] * zs[j][n] for j in range(L)) - c[n] * high[n]) % Q for n in range(N)]
        values = [use_hint(n in hinted[i], v) for n, v in enumerate(inverse(mixed))]
        w1 += sum(v << (6 * n) for n, v in enumerate(values)).to_bytes(192, "little")
    return hashlib.shake_256(mu + w1).digest(32) == seed
