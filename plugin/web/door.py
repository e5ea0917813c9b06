"""What the web door is given, and how its routes come by it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from functools import cached_property
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends, Request

from ..errors import ConfigError
from ..letters import Letters
from ..links import SHORTEST_KEY, check_keys
from ..ports import Carrier, Clock
from ..store import Store
from .passwords import is_hash

#: Two names and a plus sign must fit the column that keeps who fixed a route.
LONGEST_NAME = 30


@dataclass(frozen=True)
class Door:
    """Everything that the pages need; made once for a process."""

    store: Store
    letters: Letters
    #: By the name under which their callbacks come, `/carriers/{name}/…`.
    carriers: Mapping[str, Carrier]
    clock: Clock
    #: Where people and carriers reach us, with a path if a proxy puts us below one.
    public_url: str
    session_secret: str
    #: The first signs member links, all of them open one.
    link_keys: Sequence[str]
    #: Name to password hash, as `hash_password` makes it.
    operators: Mapping[str, str]
    #: Times are shown in it.
    zone: tzinfo
    #: shadow or live.
    mode: str
    #: The rules of this place: id to Chinese name, as people choose among them.
    rules: Mapping[str, str]
    #: Called after something was stored that a step may act on; returns at once.
    after_inbound: Callable[[], None]
    #: Operators who see the screen and nothing of a single case.
    leaders: Collection[str] = ()
    #: The origin of the host whose pages may hold ours in a frame; empty: none may.
    embedded_by: str = ""

    def check(self) -> None:
        """Refuse what would leave the door open.

        Raises:
            ConfigError: A secret is too short, an operator's name too long or a password hash none.
        """
        check_keys(self.link_keys)
        faults = [
            f"operators.{name}: a name has 1 to {LONGEST_NAME} characters"
            for name in self.operators
            if not 1 <= len(name) <= LONGEST_NAME
        ]
        faults += [
            f"operators.{name}: the password hash is none of ours: make it with `hash_password`"
            for name, hashed in self.operators.items()
            if not is_hash(hashed)
        ]
        if len(self.session_secret) < SHORTEST_KEY:
            faults.append(f"secrets.session: shorter than {SHORTEST_KEY} characters: make a longer one")
        if faults:
            raise ConfigError(faults)

    @cached_property
    def base(self) -> str:
        """The path below which a proxy puts us, without a slash at its end; usually empty."""
        return urlsplit(self.public_url).path.rstrip("/")

    @property
    def is_https(self) -> bool:
        """Whether people reach us by https."""
        return self.public_url.startswith("https://")

    def public(self, path: str, query: str) -> str:
        """Return the address by which a caller reached *path*, as it was before any proxy changed it."""
        below = path if self.base and path.startswith(f"{self.base}/") else f"{self.base}{path}"
        parts = urlsplit(self.public_url)
        return f"{parts.scheme}://{parts.netloc}{below}{'?' if query else ''}{query}"


def _door(request: Request) -> Door:
    door = request.app.state.door
    if not isinstance(door, Door):
        raise TypeError(f"app.state.door is {type(door).__name__}: make the app with `create_app`")
    return door


#: The door, for a route that asks for it.
AnyDoor = Annotated[Door, Depends(_door)]
