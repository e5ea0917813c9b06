"""Make the first tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Bring the tables forward."""
    op.create_table(
        "sanhui_case",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("host", sa.String(length=64), nullable=False),
        sa.Column("ref", sa.String(length=128), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("category", sa.String(length=200), nullable=False),
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.Column("area_code", sa.String(length=32), nullable=False),
        sa.Column("host_state", sa.String(length=32), nullable=False),
        sa.Column("host_version", sa.String(length=128), nullable=False),
        sa.Column("host_updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("matter", sa.String(length=32), nullable=True),
        sa.Column("rule", sa.String(length=32), nullable=True),
        sa.Column("divert", sa.String(length=32), nullable=True),
        sa.Column("council", sa.String(length=32), nullable=True),
        sa.Column("confidence", sa.Float(), nullable=True),
        sa.Column("decision", sa.Text(), nullable=True),
        sa.Column("routed_by", sa.String(length=64), nullable=True),
        sa.Column("proposal", sa.Text(), nullable=True),
        sa.Column("rejudge", sa.Boolean(), nullable=False),
        sa.Column("sittings", sa.Integer(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("sanhui_case_pk")),
        sa.UniqueConstraint("host", "ref", name=op.f("sanhui_case_host_ref_uq")),
    )
    op.create_index(op.f("sanhui_case_area_code_state_ix"), "sanhui_case", ["area_code", "state"], unique=False)
    op.create_index(op.f("sanhui_case_state_next_at_ix"), "sanhui_case", ["state", "next_at"], unique=False)
    op.create_table(
        "sanhui_council",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("area_code", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("place", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("sanhui_council_pk")),
        sa.UniqueConstraint("kind", "area_code", name=op.f("sanhui_council_kind_area_code_uq")),
    )
    op.create_table(
        "sanhui_cursor",
        sa.Column("host", sa.String(length=64), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("host", name=op.f("sanhui_cursor_pk")),
    )
    op.create_table(
        "sanhui_lease",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("holder", sa.String(length=64), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("sanhui_lease_pk")),
    )
    op.create_table(
        "sanhui_meta",
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("value", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("sanhui_meta_pk")),
    )
    op.create_table(
        "sanhui_person",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("phone_sealed", sa.Text(), nullable=False),
        sa.Column("phone_hash", sa.String(length=64), nullable=False),
        sa.Column("opted_out_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("sanhui_person_pk")),
        sa.UniqueConstraint("phone_hash", name=op.f("sanhui_person_phone_hash_uq")),
    )
    op.create_table(
        "sanhui_evaluation",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("verdict", sa.String(length=32), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["sanhui_case.id"], name=op.f("sanhui_evaluation_case_id_fk")),
        sa.ForeignKeyConstraint(["person_id"], ["sanhui_person.id"], name=op.f("sanhui_evaluation_person_id_fk")),
        sa.PrimaryKeyConstraint("id", name=op.f("sanhui_evaluation_pk")),
        sa.UniqueConstraint("case_id", name=op.f("sanhui_evaluation_case_id_uq")),
    )
    op.create_index(
        op.f("sanhui_evaluation_state_asked_at_ix"), "sanhui_evaluation", ["state", "asked_at"], unique=False
    )
    op.create_table(
        "sanhui_meeting",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("council_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("place", sa.String(length=32), nullable=False),
        sa.Column("quorum", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("planned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("changes", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["council_id"], ["sanhui_council.id"], name=op.f("sanhui_meeting_council_id_fk")),
        sa.PrimaryKeyConstraint("id", name=op.f("sanhui_meeting_pk")),
    )
    op.create_index(op.f("sanhui_meeting_council_id_state_ix"), "sanhui_meeting", ["council_id", "state"], unique=False)
    op.create_index(op.f("sanhui_meeting_state_next_at_ix"), "sanhui_meeting", ["state", "next_at"], unique=False)
    op.create_table(
        "sanhui_party",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("part", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["sanhui_case.id"], name=op.f("sanhui_party_case_id_fk")),
        sa.ForeignKeyConstraint(["person_id"], ["sanhui_person.id"], name=op.f("sanhui_party_person_id_fk")),
        sa.PrimaryKeyConstraint("id", name=op.f("sanhui_party_pk")),
        sa.UniqueConstraint("case_id", "person_id", name=op.f("sanhui_party_case_id_person_id_uq")),
    )
    op.create_table(
        "sanhui_post",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("area_code", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("order", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["sanhui_person.id"], name=op.f("sanhui_post_person_id_fk")),
        sa.PrimaryKeyConstraint("id", name=op.f("sanhui_post_pk")),
        sa.UniqueConstraint("kind", "area_code", "person_id", name=op.f("sanhui_post_kind_area_code_person_id_uq")),
    )
    op.create_table(
        "sanhui_question",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("asking", sa.String(length=32), nullable=False),
        sa.Column("subject_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=4), nullable=False),
        sa.Column("digits", sa.String(length=9), nullable=False),
        sa.Column("open_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("open", sa.Boolean(), nullable=False),
        sa.Column("meaning", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["sanhui_person.id"], name=op.f("sanhui_question_person_id_fk")),
        sa.PrimaryKeyConstraint("id", name=op.f("sanhui_question_pk")),
        sa.UniqueConstraint(
            "person_id", "asking", "subject_id", name=op.f("sanhui_question_person_id_asking_subject_id_uq")
        ),
    )
    op.create_index(
        op.f("sanhui_question_asking_subject_id_ix"), "sanhui_question", ["asking", "subject_id"], unique=False
    )
    op.create_table(
        "sanhui_seat",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("council_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.Column("order", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["council_id"], ["sanhui_council.id"], name=op.f("sanhui_seat_council_id_fk")),
        sa.ForeignKeyConstraint(["person_id"], ["sanhui_person.id"], name=op.f("sanhui_seat_person_id_fk")),
        sa.PrimaryKeyConstraint("id", name=op.f("sanhui_seat_pk")),
        sa.UniqueConstraint("council_id", "person_id", "role", name=op.f("sanhui_seat_council_id_person_id_role_uq")),
    )
    op.create_table(
        "sanhui_writeback",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("step", sa.String(length=32), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("host_state", sa.String(length=32), nullable=True),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["sanhui_case.id"], name=op.f("sanhui_writeback_case_id_fk")),
        sa.PrimaryKeyConstraint("id", name=op.f("sanhui_writeback_pk")),
        sa.UniqueConstraint("key", name=op.f("sanhui_writeback_key_uq")),
    )
    op.create_index(op.f("sanhui_writeback_case_id_state_ix"), "sanhui_writeback", ["case_id", "state"], unique=False)
    op.create_index(
        op.f("sanhui_writeback_state_not_before_ix"), "sanhui_writeback", ["state", "not_before"], unique=False
    )
    op.create_table(
        "sanhui_action",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("meeting_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("owner_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("what", sa.String(length=32), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["sanhui_case.id"], name=op.f("sanhui_action_case_id_fk")),
        sa.ForeignKeyConstraint(["meeting_id"], ["sanhui_meeting.id"], name=op.f("sanhui_action_meeting_id_fk")),
        sa.ForeignKeyConstraint(["owner_id"], ["sanhui_person.id"], name=op.f("sanhui_action_owner_id_fk")),
        sa.PrimaryKeyConstraint("id", name=op.f("sanhui_action_pk")),
        sa.UniqueConstraint(
            "case_id", "meeting_id", "owner_id", name=op.f("sanhui_action_case_id_meeting_id_owner_id_uq")
        ),
    )
    op.create_index(op.f("sanhui_action_state_due_ix"), "sanhui_action", ["state", "due"], unique=False)
    op.create_table(
        "sanhui_history",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("meeting_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("who", sa.String(length=64), nullable=False),
        sa.Column("old", sa.String(length=32), nullable=False),
        sa.Column("new", sa.String(length=32), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["sanhui_case.id"], name=op.f("sanhui_history_case_id_fk")),
        sa.ForeignKeyConstraint(["meeting_id"], ["sanhui_meeting.id"], name=op.f("sanhui_history_meeting_id_fk")),
        sa.PrimaryKeyConstraint("id", name=op.f("sanhui_history_pk")),
    )
    op.create_index(op.f("sanhui_history_case_id_ix"), "sanhui_history", ["case_id"], unique=False)
    op.create_index(op.f("sanhui_history_meeting_id_ix"), "sanhui_history", ["meeting_id"], unique=False)
    op.create_table(
        "sanhui_inbound",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("carrier", sa.String(length=32), nullable=False),
        sa.Column("provider_id", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("meaning", sa.String(length=32), nullable=False),
        sa.Column("question_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("handled", sa.String(length=32), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["sanhui_person.id"], name=op.f("sanhui_inbound_person_id_fk")),
        sa.ForeignKeyConstraint(["question_id"], ["sanhui_question.id"], name=op.f("sanhui_inbound_question_id_fk")),
        sa.PrimaryKeyConstraint("id", name=op.f("sanhui_inbound_pk")),
        sa.UniqueConstraint("carrier", "provider_id", name=op.f("sanhui_inbound_carrier_provider_id_uq")),
    )
    op.create_table(
        "sanhui_invitation",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("meeting_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.Column("votes", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("stands_for_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["meeting_id"], ["sanhui_meeting.id"], name=op.f("sanhui_invitation_meeting_id_fk")),
        sa.ForeignKeyConstraint(["person_id"], ["sanhui_person.id"], name=op.f("sanhui_invitation_person_id_fk")),
        sa.ForeignKeyConstraint(
            ["stands_for_id"], ["sanhui_person.id"], name=op.f("sanhui_invitation_stands_for_id_fk")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("sanhui_invitation_pk")),
        sa.UniqueConstraint("meeting_id", "person_id", name=op.f("sanhui_invitation_meeting_id_person_id_uq")),
    )
    op.create_table(
        "sanhui_item",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("meeting_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("result", sa.String(length=32), nullable=True),
        sa.Column("recorded_by", sa.String(length=64), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("open", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["sanhui_case.id"], name=op.f("sanhui_item_case_id_fk")),
        sa.ForeignKeyConstraint(["meeting_id"], ["sanhui_meeting.id"], name=op.f("sanhui_item_meeting_id_fk")),
        sa.PrimaryKeyConstraint("id", name=op.f("sanhui_item_pk")),
        sa.UniqueConstraint("meeting_id", "case_id", name=op.f("sanhui_item_meeting_id_case_id_uq")),
    )
    op.create_index(op.f("sanhui_item_case_id_ix"), "sanhui_item", ["case_id"], unique=False)
    op.create_table(
        "sanhui_task",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(length=160), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("meeting_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_by", sa.String(length=64), nullable=True),
        sa.Column("resolution", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["sanhui_case.id"], name=op.f("sanhui_task_case_id_fk")),
        sa.ForeignKeyConstraint(["meeting_id"], ["sanhui_meeting.id"], name=op.f("sanhui_task_meeting_id_fk")),
        sa.PrimaryKeyConstraint("id", name=op.f("sanhui_task_pk")),
        sa.UniqueConstraint("key", name=op.f("sanhui_task_key_uq")),
    )
    op.create_index(op.f("sanhui_task_case_id_ix"), "sanhui_task", ["case_id"], unique=False)
    op.create_index(op.f("sanhui_task_kind_done_at_ix"), "sanhui_task", ["kind", "done_at"], unique=False)
    op.create_table(
        "sanhui_text",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("dedupe_key", sa.String(length=120), nullable=False),
        sa.Column("purpose", sa.String(length=32), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("meeting_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("segments", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("looks", sa.Integer(), nullable=False),
        sa.Column("carrier", sa.String(length=32), nullable=True),
        sa.Column("provider_id", sa.String(length=64), nullable=True),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["sanhui_case.id"], name=op.f("sanhui_text_case_id_fk")),
        sa.ForeignKeyConstraint(["meeting_id"], ["sanhui_meeting.id"], name=op.f("sanhui_text_meeting_id_fk")),
        sa.ForeignKeyConstraint(["person_id"], ["sanhui_person.id"], name=op.f("sanhui_text_person_id_fk")),
        sa.PrimaryKeyConstraint("id", name=op.f("sanhui_text_pk")),
        sa.UniqueConstraint("carrier", "provider_id", name=op.f("sanhui_text_carrier_provider_id_uq")),
        sa.UniqueConstraint("dedupe_key", name=op.f("sanhui_text_dedupe_key_uq")),
    )
    op.create_index(op.f("sanhui_text_meeting_id_ix"), "sanhui_text", ["meeting_id"], unique=False)
    op.create_index(
        op.f("sanhui_text_person_id_changed_at_ix"), "sanhui_text", ["person_id", "changed_at"], unique=False
    )
    op.create_index(op.f("sanhui_text_state_not_before_ix"), "sanhui_text", ["state", "not_before"], unique=False)
    op.create_table(
        "sanhui_attempt",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("text_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(length=32), nullable=True),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["text_id"], ["sanhui_text.id"], name=op.f("sanhui_attempt_text_id_fk")),
        sa.PrimaryKeyConstraint("id", name=op.f("sanhui_attempt_pk")),
        sa.UniqueConstraint("text_id", "number", name=op.f("sanhui_attempt_text_id_number_uq")),
    )
    op.create_table(
        "sanhui_text_event",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("carrier", sa.String(length=32), nullable=False),
        sa.Column("provider_id", sa.String(length=64), nullable=False),
        sa.Column("text_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["text_id"], ["sanhui_text.id"], name=op.f("sanhui_text_event_text_id_fk")),
        sa.PrimaryKeyConstraint("id", name=op.f("sanhui_text_event_pk")),
        sa.UniqueConstraint(
            "carrier", "provider_id", "state", "code", name=op.f("sanhui_text_event_carrier_provider_id_state_code_uq")
        ),
    )


def downgrade() -> None:
    """Bring the tables back."""
    op.drop_table("sanhui_text_event")
    op.drop_table("sanhui_attempt")
    op.drop_index(op.f("sanhui_text_state_not_before_ix"), table_name="sanhui_text")
    op.drop_index(op.f("sanhui_text_person_id_changed_at_ix"), table_name="sanhui_text")
    op.drop_index(op.f("sanhui_text_meeting_id_ix"), table_name="sanhui_text")
    op.drop_table("sanhui_text")
    op.drop_index(op.f("sanhui_task_kind_done_at_ix"), table_name="sanhui_task")
    op.drop_index(op.f("sanhui_task_case_id_ix"), table_name="sanhui_task")
    op.drop_table("sanhui_task")
    op.drop_index(op.f("sanhui_item_case_id_ix"), table_name="sanhui_item")
    op.drop_table("sanhui_item")
    op.drop_table("sanhui_invitation")
    op.drop_table("sanhui_inbound")
    op.drop_index(op.f("sanhui_history_meeting_id_ix"), table_name="sanhui_history")
    op.drop_index(op.f("sanhui_history_case_id_ix"), table_name="sanhui_history")
    op.drop_table("sanhui_history")
    op.drop_index(op.f("sanhui_action_state_due_ix"), table_name="sanhui_action")
    op.drop_table("sanhui_action")
    op.drop_index(op.f("sanhui_writeback_state_not_before_ix"), table_name="sanhui_writeback")
    op.drop_index(op.f("sanhui_writeback_case_id_state_ix"), table_name="sanhui_writeback")
    op.drop_table("sanhui_writeback")
    op.drop_table("sanhui_seat")
    op.drop_index(op.f("sanhui_question_asking_subject_id_ix"), table_name="sanhui_question")
    op.drop_table("sanhui_question")
    op.drop_table("sanhui_post")
    op.drop_table("sanhui_party")
    op.drop_index(op.f("sanhui_meeting_state_next_at_ix"), table_name="sanhui_meeting")
    op.drop_index(op.f("sanhui_meeting_council_id_state_ix"), table_name="sanhui_meeting")
    op.drop_table("sanhui_meeting")
    op.drop_index(op.f("sanhui_evaluation_state_asked_at_ix"), table_name="sanhui_evaluation")
    op.drop_table("sanhui_evaluation")
    op.drop_table("sanhui_person")
    op.drop_table("sanhui_meta")
    op.drop_table("sanhui_lease")
    op.drop_table("sanhui_cursor")
    op.drop_table("sanhui_council")
    op.drop_index(op.f("sanhui_case_state_next_at_ix"), table_name="sanhui_case")
    op.drop_index(op.f("sanhui_case_area_code_state_ix"), table_name="sanhui_case")
    op.drop_table("sanhui_case")
