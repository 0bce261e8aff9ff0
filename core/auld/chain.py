"""How the rows of the log are sealed: salted commitments, and the chain of hashes over them.

    commitment = sha256(salt, sha256(raw body), payload)
    chain      = sha256(chain of the row before, header, commitment)

The salt (16 random bytes) and the digest of the body have fixed lengths, so no byte can move from one part to another;
without a body the digest is 32 zero bytes. The header is a JSON array of the row's other columns. The chain covers the
commitment, not the payload: payload, salt and body may be erased, and the chain still verifies. The salt keeps an erased
payload from being guessed from its commitment.
"""

from __future__ import annotations

import os
from hashlib import sha256

import msgspec

SALT = 16
_NO_BODY = bytes(32)
_encode = msgspec.json.encode


def salts(count: int) -> list[bytes]:
    """That many fresh salts, in one call to the system."""
    pool = os.urandom(SALT * count)
    return [pool[at : at + SALT] for at in range(0, SALT * count, SALT)]


def genesis(owner: str) -> bytes:
    """The chain value before an owner's first event."""
    return sha256(b"auld:" + owner.encode()).digest()


def commitment(salt: bytes, payload: bytes, raw: bytes | None) -> bytes:
    """What the chain holds in the place of payload and body."""
    return sha256(salt + (_NO_BODY if raw is None else sha256(raw).digest()) + payload).digest()


def link(previous: bytes, header: tuple[int, str, int, str, str, int, int, int | None], committed: bytes) -> bytes:
    """The next chain value. ``header`` is position, type, version, account, ref, revision, recorded_at, occurred_at."""
    return sha256(previous + _encode(header) + committed).digest()
