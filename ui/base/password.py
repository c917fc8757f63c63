"""The owner's password, stored only as a hash."""

import base64
import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from typing import Self

# From OWASP's password storage cheat sheet: the variant that needs 16 MB, for small hosts.
COST, BLOCK, PASSES = 14, 8, 5
LENGTH = 32  # bytes
HASH = re.compile(r"scrypt:(\d{2}):(\d{1,2}):(\d{1,2}):([\w-]{22}):([\w-]{43})")
MAX_MEMORY = 64 * 2**20  # bytes that a hash may need
INVALID = "should be a hash written by python -m ui.owner.hash_password"


@dataclass(frozen=True)
class Password:
    """A password's hash, by scrypt (RFC 7914).

    Its text contains no dollar sign, which shells and compose files would read as a variable.
    """

    cost: int
    block: int
    passes: int
    salt: bytes
    digest: bytes

    @classmethod
    def of(cls, password: str) -> Self:
        """Return the hash of a password, with a new salt."""
        salt = secrets.token_bytes(16)
        return cls(COST, BLOCK, PASSES, salt, digest(password, salt, (COST, BLOCK, PASSES)))

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the hash written in a text.

        Raises:
            ValueError: it is not a hash, or one that is too weak or too costly to check.
        """
        found = HASH.fullmatch(text)
        if not found:
            raise ValueError(INVALID)
        cost, block, passes = map(int, found.groups()[:3])
        if not (
            cost >= 10 and block and 1 <= passes <= 16 and memory_of(cost, block) <= MAX_MEMORY
        ):
            raise ValueError(INVALID)
        salt, digest = (base64.urlsafe_b64decode(part + "==") for part in found.groups()[3:])
        return cls(cost, block, passes, salt, digest[:LENGTH])

    def __str__(self) -> str:
        parts = [base64.urlsafe_b64encode(p).decode().rstrip("=") for p in (self.salt, self.digest)]
        return ":".join(["scrypt", *map(str, (self.cost, self.block, self.passes)), *parts])

    def verify(self, password: str) -> bool:
        """Return whether the password is correct, in the same time either way."""
        given = digest(password, self.salt, (self.cost, self.block, self.passes))
        return hmac.compare_digest(given, self.digest)


def digest(password: str, salt: bytes, work: tuple[int, int, int]) -> bytes:
    """Return the scrypt digest of a password."""
    cost, block, passes = work
    return hashlib.scrypt(
        password.encode("utf-8", "surrogatepass"),
        salt=salt,
        n=2**cost,
        r=block,
        p=passes,
        maxmem=2 * MAX_MEMORY,
        dklen=LENGTH,
    )


def memory_of(cost: int, block: int) -> int:
    """Return how many bytes scrypt needs."""
    return int(128 * 2**cost * block)
