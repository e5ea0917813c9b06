"""What we ask by text, and what an answer can mean."""

from collections.abc import Mapping
from enum import StrEnum


class Meaning(StrEnum):
    """What one answer means."""

    #: Comes to the meeting.
    ACCEPT = "accept"
    #: Does not come.
    DECLINE = "decline"
    #: Has an interest in the matter and steps aside.
    RECUSE = "recuse"
    #: Sends somebody else; a person arranges it.
    SUBSTITUTE = "substitute"
    #: Has read the text and says neither yes nor no.
    SEEN = "seen"
    #: Asks something; a person answers.
    QUESTION = "question"
    #: Wants no more texts; the seat stays, the telephone takes over.
    OPT_OUT = "opt_out"
    #: Wants texts again.
    OPT_IN = "opt_in"
    #: Has done what was promised.
    DONE = "done"
    #: Cannot do what was promised without help.
    TROUBLE = "trouble"
    #: Says something that we do not guess at; a person reads it.
    UNCLEAR = "unclear"
    #: Finds that it helped.
    SATISFIED = "satisfied"
    #: Finds that it helped for the most part.
    FAIRLY = "fairly"
    #: Finds that it did not help.
    DISSATISFIED = "dissatisfied"
    #: The meeting agreed.
    AGREED = "agreed"
    #: The meeting goes on another day.
    ADJOURNED = "adjourned"
    #: The meeting found no agreement.
    NO_CONSENSUS = "no_consensus"
    #: The meeting may not decide this.
    OUT_OF_AUTHORITY = "out_of_authority"
    #: The law wants a vote of all who own or belong.
    NEEDS_VOTE = "needs_vote"
    #: The duty officer has taken the case over.
    ACKNOWLEDGED = "acknowledged"


class Asking(StrEnum):
    """What kind of thing we asked."""

    #: Whether a member or a resident comes to a meeting.
    INVITATION = "invitation"
    #: Whether a promised action is done.
    ACTION = "action"
    #: Whether it helped the resident.
    EVALUATION = "evaluation"
    #: How the meeting ended.
    RESULT = "result"
    #: Whether the duty officer has taken a case over.
    DUTY = "duty"


#: The answers that each asking takes, in the order of its digits.
OPTIONS: Mapping[Asking, tuple[Meaning, ...]] = {
    Asking.INVITATION: (Meaning.ACCEPT, Meaning.DECLINE, Meaning.RECUSE),
    Asking.ACTION: (Meaning.DONE, Meaning.TROUBLE),
    Asking.EVALUATION: (Meaning.SATISFIED, Meaning.FAIRLY, Meaning.DISSATISFIED),
    Asking.RESULT: (
        Meaning.AGREED,
        Meaning.ADJOURNED,
        Meaning.NO_CONSENSUS,
        Meaning.OUT_OF_AUTHORITY,
        Meaning.NEEDS_VOTE,
    ),
    Asking.DUTY: (Meaning.ACKNOWLEDGED,),
}

#: The digits that each asking prints when they are free.
DIGITS: Mapping[Asking, tuple[int, ...]] = {
    Asking.INVITATION: (1, 2, 3),
    Asking.ACTION: (5, 6),
    Asking.EVALUATION: (1, 2, 3),
    Asking.RESULT: (1, 2, 3, 4, 5),
    Asking.DUTY: (9,),
}
