"""What comes from forms and addresses, brought into the shape that our records take."""

from __future__ import annotations

from typing import Annotated

from fastapi import Form, Path

#: The longest reason that is kept, in characters.
LONGEST_REASON = 300
#: The largest id that a database column holds.
_LARGEST_ID = 2**63 - 1

#: The id of a row in an address.
RowId = Annotated[int, Path(ge=1, le=_LARGEST_ID)]
#: A reason, as somebody wrote it.
Reason = Annotated[str, Form(max_length=LONGEST_REASON)]


def storable(text: str) -> str:
    """Return *text* without what databases refuse: NUL, and halves of letters that no encoding knows."""
    return text.replace("\0", "").encode("utf-8", "ignore").decode()
