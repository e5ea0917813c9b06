"""Letters: what leaves us in words, texts to people and notes to the host; each is a row first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, tzinfo

from .domain.answers import Question
from .domain.cases import HostState
from .domain.texts import Purpose, TextState, release_at
from .notes import Notes
from .store import Tx, people, tasks, texts, writebacks
from .store.cases import Case
from .store.tasks import TaskKind
from .store.texts import NewText
from .store.writebacks import WriteState
from .words import VARIABLES, Words


@dataclass(frozen=True)
class Letters:
    """Writes texts and notes into their outboxes.

    Guarantee: one text a person, purpose, subject and version, ever; the key is unique in the database.
    """

    words: Words
    notes: Notes
    zone: tzinfo
    quiet_from: time
    quiet_until: time
    #: True in shadow mode: everything is written and rendered, nothing ever leaves.
    shadow: bool = False

    def text(
        self,
        tx: Tx,
        purpose: Purpose,
        person_id: int,
        subject: str,
        *,
        now: datetime,
        expires_at: datetime,
        case_id: int | None = None,
        meeting_id: int | None = None,
        **values: str,
    ) -> bool:
        """Write a text to a person about *subject* unless it was written before; return whether it was.

        *values* are what the template of *purpose* names; the person's name is added. Somebody who wants no
        texts gets none: the clerk gets a task to call instead.
        """
        someone = people.get(tx, person_id)
        body = self.words.text(purpose, **(values | self._name(purpose, someone.name)))
        leaves = release_at(
            purpose,
            now,
            quiet_from=self.quiet_from,
            quiet_until=self.quiet_until,
            zone=self.zone,
            useless_after=expires_at,
        )
        new = NewText(
            dedupe_key=f"{purpose}|{person_id}|{subject}",
            purpose=purpose,
            person_id=person_id,
            body=body,
            state=self._first_state(purpose, opted_out=someone.opted_out),
            not_before=max(leaves, now),
            expires_at=expires_at,
            case_id=case_id,
            meeting_id=meeting_id,
        )
        text_id = texts.write(tx, new, now=now)
        if text_id is not None and new.state is TextState.SUPPRESSED:
            why = f"person {person_id} takes no texts: call about text {text_id} ({purpose})"
            tasks.open_once(tx, TaskKind.TEXT, str(text_id), why=why, now=now, case_id=case_id, meeting_id=meeting_id)
        return text_id is not None

    def note(
        self,
        tx: Tx,
        case: Case,
        step: str,
        subject: str,
        *,
        now: datetime,
        host_state: HostState | None = None,
        **values: str,
    ) -> bool:
        """Write a step down for the host unless it was before; return whether it was.

        *subject* tells repeated steps of one case apart, a meeting's id for example.
        """
        key = writebacks.key_of(case.host, case.ref, step, subject)
        return writebacks.write(
            tx,
            case.id,
            key=key,
            step=step,
            note=self.notes.note(step, key=key, **values),
            host_state=host_state,
            state=WriteState.SHADOWED if self.shadow else WriteState.PENDING,
            now=now,
        )

    def _first_state(self, purpose: Purpose, *, opted_out: bool) -> TextState:
        if self.shadow:
            return TextState.SHADOWED
        if opted_out and purpose not in {Purpose.STOP_ACK, Purpose.DUTY}:
            return TextState.SUPPRESSED
        return TextState.PENDING

    def _name(self, purpose: Purpose, name: str) -> dict[str, str]:
        """Return the salutation where the template has one; residents are not named."""
        return {"name": name or self.notes.resident} if "name" in VARIABLES[purpose] else {}

    def when(self, moment: datetime) -> str:
        """Return *moment* in local time, as texts and notes print it."""
        return self.words.when(moment, self.zone)

    def options(self, question: Question, *, is_party: bool = False) -> str:
        """Return the hint how to answer *question*; a party is not offered to step aside from its own matter."""
        return self.words.options(question, is_party=is_party)
