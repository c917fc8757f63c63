"""The owner's password, of which only a hash is kept."""

import base64
import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from typing import Self

# OWASP's password storage cheat sheet, the choice that takes 16 MB: a small host has no more.
COST, BLOCK, PASSES = 14, 8, 5
LENGTH = 32  # bytes
HASH = re.compile(r"scrypt:(\d{2}):(\d{1,2}):(\d{1,2}):([\w-]{22}):([\w-]{43})")
MEMORY = 64 * 2**20  # bytes that a hash may need at most
UNFIT = "should be a hash that python -m ui.owner.hash_password wrote"


@dataclass(frozen=True)
class Password:
    """A password's hash, by scrypt (RFC 7914).

    Its text holds no dollar sign, which shells and compose files would take for a variable.
    """

    cost: int
    block: int
    passes: int
    salt: bytes
    digest: bytes

    @classmethod
    def of(cls, password: str) -> Self:
        """Return the hash of a password, with a salt of its own."""
        salt = secrets.token_bytes(16)
        return cls(COST, BLOCK, PASSES, salt, digest(password, salt, (COST, BLOCK, PASSES)))

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the hash that a text is; raises ValueError if it is none."""
        found = HASH.fullmatch(text)
        if not found:
            raise ValueError(UNFIT)
        cost, block, passes = map(int, found.groups()[:3])
        if not (cost >= 10 and block and 1 <= passes <= 16 and needed(cost, block) <= MEMORY):
            raise ValueError(UNFIT)
        salt, digest = (base64.urlsafe_b64decode(part + "==") for part in found.groups()[3:])
        return cls(cost, block, passes, salt, digest[:LENGTH])

    def __str__(self) -> str:
        parts = [base64.urlsafe_b64encode(p).decode().rstrip("=") for p in (self.salt, self.digest)]
        return ":".join(["scrypt", *map(str, (self.cost, self.block, self.passes)), *parts])

    def fits(self, password: str) -> bool:
        """Tell whether it is this password; takes as long whether it is or not."""
        given = digest(password, self.salt, (self.cost, self.block, self.passes))
        return hmac.compare_digest(given, self.digest)


def digest(password: str, salt: bytes, work: tuple[int, int, int]) -> bytes:
    """Return what scrypt makes of a password."""
    cost, block, passes = work
    return hashlib.scrypt(
        password.encode("utf-8", "surrogatepass"),
        salt=salt,
        n=2**cost,
        r=block,
        p=passes,
        maxmem=2 * MEMORY,
        dklen=LENGTH,
    )


def needed(cost: int, block: int) -> int:
    """Return how many bytes scrypt needs."""
    return int(128 * 2**cost * block)
