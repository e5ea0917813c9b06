"""What the carrier posts to its customer, and the signature that proves it, in both styles."""

import hmac
import sqlite3
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

#: The fields of one form, in the order in which they are sent.
Form: TypeAlias = dict[str, str]

#: Number that texts come from, and that answers go to, where a text names no other.
SENDER = "10690000141"

#: "AccountSid" of a text that nobody sent through the Twilio-shaped door.
ACCOUNT = "AC" + "0" * 32

#: Twilio's numbers for our reasons. https://www.twilio.com/docs/api/errors
TWILIO_ERRORS: Mapping[str, int] = {
    "unreachable": 30003,
    "blocked": 30004,
    "invalid_number": 21211,
    "not_a_mobile": 21614,
    "opted_out": 21610,
}


@dataclass(frozen=True)
class Secrets:
    """What the world and its customers share; invented, the same everywhere unless a test says otherwise."""

    host_token: str = "practice-host-token"  # noqa: S105  (invented, see above)
    carrier_token: str = "practice-carrier-token"  # noqa: S105
    callback_secret: str = "practice-callback-secret"  # noqa: S105
    twilio_token: str = "practice-twilio-token"  # noqa: S105


def status_form(message: sqlite3.Row) -> Form:
    """Return the form that tells of a message's new state, in the style in which it was sent."""
    if message["style"] == "practice":
        return {
            "MessageId": message["id"],
            "MessageStatus": message["state"],
            "ErrorCode": message["error"],
            "Tag": message["tag"],
        }
    status = twilio_status(message)
    form = {
        "MessageSid": message["id"],
        "MessageStatus": status,
        "SmsSid": message["id"],
        "SmsStatus": status,
    }
    form |= {"AccountSid": message["account"], "From": message["sender"], "To": message["phone"]}
    form["ApiVersion"] = "2010-04-01"
    if message["service"]:
        form["MessagingServiceSid"] = message["service"]
    if message["error"]:
        form["ErrorCode"] = str(TWILIO_ERRORS[message["error"]])
    return form


def inbound_form(message: sqlite3.Row) -> Form:
    """Return the form that brings in a person's text, in the style that the customer asked for."""
    ends = {"From": message["phone"], "To": message["sender"], "Body": message["body"]}
    if message["style"] == "practice":
        return {"MessageId": message["id"], **ends, "At": message["at"]}
    sids = {"MessageSid": message["id"], "SmsMessageSid": message["id"], "SmsSid": message["id"]}
    counts = {"NumMedia": "0", "NumSegments": str(segments(message["body"]))}
    return sids | {"AccountSid": message["account"]} | ends | counts | {"ApiVersion": "2010-04-01"}


def twilio_status(message: sqlite3.Row) -> str:
    """Return a message's state in Twilio's words."""
    if message["direction"] == "in":
        return "received"
    if message["state"] == "accepted" and not message["service"]:
        return "queued"
    return str(message["state"])


def segments(body: str) -> int:
    """Return how many parts a text is charged as: 70 UTF-16 units, 67 each when there are several."""
    units = len(body.encode("utf-16-le")) // 2
    whole, part = (160, 153) if body.isascii() else (70, 67)
    return 1 if units <= whole else -(-units // part)


def practice_signature(secret: str, body: bytes) -> str:
    """Return the hex HMAC-SHA256 of the raw body."""
    return hmac.new(secret.encode(), body, "sha256").hexdigest()


def twilio_signature(token: str, url: str, form: Form) -> str:
    """Return Twilio's signature. https://www.twilio.com/docs/usage/security#validating-requests."""
    signed = url + "".join(name + form[name] for name in sorted(form))
    return b64encode(hmac.digest(token.encode(), signed.encode(), "sha1")).decode()
