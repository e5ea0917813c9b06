"""Chance that comes out the same every time: a number from a hash, never from a generator."""

from collections.abc import Sequence
from hashlib import blake2b
from typing import TypeVar

T = TypeVar("T")


def draw(seed: int, *keys: str) -> float:
    """Return a number in [0, 1) that depends on *seed* and *keys* alone."""
    text = "\x1f".join((str(seed), *keys))
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest()) / 2**64


def pick(options: Sequence[T], seed: int, *keys: str) -> T:
    """Return one of *options*, each as likely as the others."""
    return options[int(draw(seed, *keys) * len(options))]


def weighed(options: Sequence[tuple[float, T]], seed: int, *keys: str) -> T:
    """Return one of *options* by weight; the weights are shares of 1, the last takes what is left."""
    left = draw(seed, *keys)
    for share, option in options:
        left -= share
        if left < 0:
            return option
    return options[-1][1]
