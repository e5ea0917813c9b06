"""Who works with the practice host, as it lists them."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec


@dataclass(frozen=True)
class HostPost:
    """A seat that the host gives to somebody."""

    #: joint, community, neighbourhood, or empty outside the councils.
    council: str
    area: str
    role: str
    #: 0, or the place among the substitutes.
    order: int


@dataclass(frozen=True)
class HostUser:
    """Somebody who works with the host."""

    id: str
    name: str
    #: E.164.
    phone: str
    area_code: str
    posts: tuple[HostPost, ...]


class Users(msgspec.Struct):
    """A page of the host's users."""

    items: list[HostUser]
    #: On all pages together.
    total: int
