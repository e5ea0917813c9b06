"""The tables, all `sanhui_*`; portable between SQLite and PostgreSQL.

States are short words from the domain's enums. Times are aware UTC. Whatever must leave the process, a text
or a write-back, is a row here first.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)
from sqlalchemy.types import TypeEngine


class Instant(TypeDecorator[datetime]):
    """An aware instant; SQLite, which knows no zones, keeps it as naive UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Keep the zone where the database can."""
        return dialect.type_descriptor(DateTime(timezone=dialect.name != "sqlite"))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a naive time; store UTC.

        Raises:
            ValueError: The time has no zone.
        """
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value!r} has no zone: give an aware time")
        return value.astimezone(UTC) if dialect.name != "sqlite" else value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give back aware UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


metadata = MetaData(
    naming_convention={
        "ix": "%(table_name)s_%(column_0_N_name)s_ix",
        "uq": "%(table_name)s_%(column_0_N_name)s_uq",
        "fk": "%(table_name)s_%(column_0_N_name)s_fk",
        "pk": "%(table_name)s_pk",
    }
)

_ID = BigInteger().with_variant(Integer, "sqlite")
_WORD = String(32)


def _id() -> Column[int]:
    return Column("id", _ID, primary_key=True)


def _to(table: str, name: str, *, nullable: bool = False) -> Column[Any]:
    return Column(name, _ID, ForeignKey(f"sanhui_{table}.id"), nullable=nullable)


#: One row a fact about this installation: its mode, its instance.
meta = Table(
    "sanhui_meta",
    metadata,
    Column("name", _WORD, primary_key=True),
    Column("value", String(200), nullable=False),
)

#: Who may do what alone, until when; a holder that died is replaced after *until*.
lease = Table(
    "sanhui_lease",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("holder", String(64), nullable=False),
    Column("until", Instant, nullable=False),
)

#: How far each host was read; saved in the transaction that keeps the page.
cursor = Table(
    "sanhui_cursor",
    metadata,
    Column("host", String(64), primary_key=True),
    Column("value", Text, nullable=False),
    Column("saved_at", Instant, nullable=False),
)

case = Table(
    "sanhui_case",
    metadata,
    _id(),
    Column("host", String(64), nullable=False),
    Column("ref", String(128), nullable=False),
    Column("title", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("category", String(200), nullable=False),
    Column("source", String(64), nullable=False),
    Column("area_code", String(32), nullable=False),
    Column("host_state", _WORD, nullable=False),
    Column("host_version", String(128), nullable=False),
    Column("host_updated_at", Instant, nullable=False),
    Column("reported_at", Instant, nullable=False),
    Column("due_at", Instant),
    Column("state", _WORD, nullable=False),
    Column("matter", _WORD),
    Column("rule", _WORD),
    Column("divert", _WORD),
    Column("council", _WORD),
    Column("confidence", Float),
    #: JSON: the decision as the judge gave it (evidence, guards, limits, alternatives).
    Column("decision", Text),
    #: Who fixed the route: auto, or the person's name at the desk.
    Column("routed_by", String(64)),
    #: A move down that waits for a second person: JSON of who, what, why.
    Column("proposal", Text),
    #: The host changed the words after we had judged them: the routing step judges again.
    Column("rejudge", Boolean, nullable=False, default=False),
    Column("sittings", Integer, nullable=False, default=0),
    #: When the clock has to look at this case next; null: another step or a person has it.
    Column("next_at", Instant),
    Column("imported_at", Instant, nullable=False),
    Column("changed_at", Instant, nullable=False),
    UniqueConstraint("host", "ref"),
    Index(None, "state", "next_at"),
    Index(None, "area_code", "state"),
)

#: Everybody we may text: members, officers, and the residents whom a case concerns.
person = Table(
    "sanhui_person",
    metadata,
    _id(),
    #: Members' names; empty for residents, whom texts do not name.
    Column("name", String(64), nullable=False),
    Column("phone_sealed", Text, nullable=False),
    Column("phone_hash", String(64), nullable=False, unique=True),
    Column("opted_out_at", Instant),
)

#: A resident's part in a case: reporter or affected.
party = Table(
    "sanhui_party",
    metadata,
    _id(),
    _to("case", "case_id"),
    _to("person", "person_id"),
    Column("part", _WORD, nullable=False),
    UniqueConstraint("case_id", "person_id"),
)

council = Table(
    "sanhui_council",
    metadata,
    _id(),
    Column("kind", _WORD, nullable=False),
    Column("area_code", String(32), nullable=False),
    Column("name", String(64), nullable=False),
    Column("place", String(32), nullable=False),
    UniqueConstraint("kind", "area_code"),
)

seat = Table(
    "sanhui_seat",
    metadata,
    _id(),
    _to("council", "council_id"),
    _to("person", "person_id"),
    Column("role", _WORD, nullable=False),
    Column("order", Integer, nullable=False),
    UniqueConstraint("council_id", "person_id", "role"),
)

#: An office of one person for an area: duty officer, clerk.
post = Table(
    "sanhui_post",
    metadata,
    _id(),
    Column("kind", _WORD, nullable=False),
    Column("area_code", String(32), nullable=False),
    _to("person", "person_id"),
    Column("order", Integer, nullable=False),
    UniqueConstraint("kind", "area_code", "person_id"),
)

meeting = Table(
    "sanhui_meeting",
    metadata,
    _id(),
    _to("council", "council_id"),
    Column("state", _WORD, nullable=False),
    Column("starts_at", Instant, nullable=False),
    Column("place", String(32), nullable=False),
    Column("quorum", Integer, nullable=False),
    #: 1 when planned; one more with every change that people must be told of.
    Column("version", Integer, nullable=False, default=1),
    Column("planned_at", Instant, nullable=False),
    Column("asked_at", Instant),
    #: When the clock has to look at this meeting next; null: at once.
    Column("next_at", Instant),
    #: How many answers and other changes came; a look that missed one must not put the next look off.
    Column("changes", Integer, nullable=False, default=0),
    Column("reason", Text, nullable=False, default=""),
    Index(None, "state", "next_at"),
    Index(None, "council_id", "state"),
)

#: A case on a meeting's agenda, and its result.
item = Table(
    "sanhui_item",
    metadata,
    _id(),
    _to("meeting", "meeting_id"),
    _to("case", "case_id"),
    Column("result", _WORD),
    Column("recorded_by", String(64)),
    Column("recorded_at", Instant),
    #: False once the following step has acted on the result, or the item was taken off.
    Column("open", Boolean, nullable=False, default=True),
    UniqueConstraint("meeting_id", "case_id"),
    Index(None, "case_id"),
)

invitation = Table(
    "sanhui_invitation",
    metadata,
    _id(),
    _to("meeting", "meeting_id"),
    _to("person", "person_id"),
    Column("role", _WORD, nullable=False),
    Column("votes", Boolean, nullable=False),
    Column("state", _WORD, nullable=False),
    _to("person", "stands_for_id", nullable=True),
    Column("reminded_at", Instant),
    Column("answered_at", Instant),
    UniqueConstraint("meeting_id", "person_id"),
)

#: What we asked a phone, and by which digits it is answered.
question = Table(
    "sanhui_question",
    metadata,
    _id(),
    _to("person", "person_id"),
    Column("asking", _WORD, nullable=False),
    #: The row asked about: an invitation, an action, an item, a case (evaluation, duty).
    Column("subject_id", _ID, nullable=False),
    Column("code", String(4), nullable=False),
    #: The digits in the order of the options, "123"; empty: by code only.
    Column("digits", String(9), nullable=False),
    Column("open_until", Instant, nullable=False),
    Column("open", Boolean, nullable=False, default=True),
    Column("meaning", _WORD),
    UniqueConstraint("person_id", "asking", "subject_id"),
    Index(None, "asking", "subject_id"),
)

#: The outbox of texts.
text = Table(
    "sanhui_text",
    metadata,
    _id(),
    #: Person, purpose, subject and version: the same text is never written twice.
    Column("dedupe_key", String(120), nullable=False, unique=True),
    Column("purpose", _WORD, nullable=False),
    Column("priority", Integer, nullable=False),
    _to("person", "person_id"),
    _to("case", "case_id", nullable=True),
    _to("meeting", "meeting_id", nullable=True),
    Column("body", Text, nullable=False),
    Column("segments", Integer, nullable=False),
    Column("state", _WORD, nullable=False),
    Column("rank", Integer, nullable=False),
    Column("not_before", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("lease_until", Instant),
    Column("attempts", Integer, nullable=False, default=0),
    #: How often the carrier was asked for a text whose answer was lost.
    Column("looks", Integer, nullable=False, default=0),
    Column("carrier", _WORD),
    Column("provider_id", String(64)),
    Column("code", String(64), nullable=False, default=""),
    Column("written_at", Instant, nullable=False),
    Column("changed_at", Instant, nullable=False),
    UniqueConstraint("carrier", "provider_id"),
    Index(None, "state", "not_before"),
    Index(None, "meeting_id"),
    Index(None, "person_id", "changed_at"),
)

#: Each hand-over to a carrier, committed before the call.
attempt = Table(
    "sanhui_attempt",
    metadata,
    _id(),
    _to("text", "text_id"),
    Column("number", Integer, nullable=False),
    Column("started_at", Instant, nullable=False),
    Column("finished_at", Instant),
    Column("outcome", _WORD),
    Column("code", String(64), nullable=False, default=""),
    UniqueConstraint("text_id", "number"),
)

#: News of texts as carriers sent it, also of texts we do not know; append-only.
text_event = Table(
    "sanhui_text_event",
    metadata,
    _id(),
    Column("carrier", _WORD, nullable=False),
    Column("provider_id", String(64), nullable=False),
    _to("text", "text_id", nullable=True),
    Column("state", _WORD, nullable=False),
    Column("code", String(64), nullable=False),
    Column("at", Instant, nullable=False),
    UniqueConstraint("carrier", "provider_id", "state", "code"),
)

#: Texts from phones; each ends in exactly one of applied, desk, ignored.
inbound = Table(
    "sanhui_inbound",
    metadata,
    _id(),
    Column("carrier", _WORD, nullable=False),
    Column("provider_id", String(64), nullable=False),
    _to("person", "person_id", nullable=True),
    Column("body", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("meaning", _WORD, nullable=False),
    _to("question", "question_id", nullable=True),
    Column("handled", _WORD, nullable=False),
    Column("why", Text, nullable=False),
    UniqueConstraint("carrier", "provider_id"),
)

#: The outbox of steps told to the host.
writeback = Table(
    "sanhui_writeback",
    metadata,
    _id(),
    Column("key", String(32), nullable=False, unique=True),
    _to("case", "case_id"),
    Column("step", _WORD, nullable=False),
    Column("note", Text, nullable=False),
    Column("host_state", _WORD),
    Column("state", _WORD, nullable=False),
    Column("not_before", Instant, nullable=False),
    Column("lease_until", Instant),
    Column("attempts", Integer, nullable=False, default=0),
    Column("detail", Text, nullable=False, default=""),
    Column("written_at", Instant, nullable=False),
    Column("changed_at", Instant, nullable=False),
    Index(None, "state", "not_before"),
    Index(None, "case_id", "state"),
)

#: Promised actions.
action = Table(
    "sanhui_action",
    metadata,
    _id(),
    _to("case", "case_id"),
    _to("meeting", "meeting_id"),
    _to("person", "owner_id"),
    Column("what", String(32), nullable=False),
    Column("due", Date, nullable=False),
    Column("state", _WORD, nullable=False),
    Column("reminded_at", Instant),
    Column("answered_at", Instant),
    UniqueConstraint("case_id", "meeting_id", "owner_id"),
    Index(None, "state", "due"),
)

#: The one question to the resident; at most one a case.
evaluation = Table(
    "sanhui_evaluation",
    metadata,
    _id(),
    Column("case_id", _ID, ForeignKey("sanhui_case.id"), nullable=False, unique=True),
    _to("person", "person_id", nullable=True),
    Column("state", _WORD, nullable=False),
    Column("verdict", _WORD),
    Column("asked_at", Instant, nullable=False),
    Column("answered_at", Instant),
    Index(None, "state", "asked_at"),
)

#: What waits for a person; opened once for its key, closed by somebody with a resolution.
task = Table(
    "sanhui_task",
    metadata,
    _id(),
    Column("key", String(160), nullable=False, unique=True),
    Column("kind", _WORD, nullable=False),
    _to("case", "case_id", nullable=True),
    _to("meeting", "meeting_id", nullable=True),
    Column("why", Text, nullable=False),
    Column("opened_at", Instant, nullable=False),
    Column("due_at", Instant),
    Column("done_at", Instant),
    Column("done_by", String(64)),
    Column("resolution", Text, nullable=False, default=""),
    Index(None, "kind", "done_at"),
    Index(None, "case_id"),
)

#: Every move of a case or a meeting: who, when, from, to, why; append-only.
history = Table(
    "sanhui_history",
    metadata,
    _id(),
    _to("case", "case_id", nullable=True),
    _to("meeting", "meeting_id", nullable=True),
    Column("at", Instant, nullable=False),
    Column("who", String(64), nullable=False),
    Column("old", _WORD, nullable=False),
    Column("new", _WORD, nullable=False),
    Column("why", Text, nullable=False),
    Index(None, "case_id"),
    Index(None, "meeting_id"),
)
