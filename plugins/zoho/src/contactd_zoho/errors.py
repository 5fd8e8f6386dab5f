"""What a refused call means for a run, as one table (FACTS.md "3.2", "3.3").

Rule: the code decides, whatever status it comes with, since Zoho sends some
codes with several. Only the server's own faults (5xx) go by the status, and so
does an answer whose code says nothing to us. The sentences are ours; of
Zoho's words no more than a short, cleaned remark is passed on.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

import msgspec

from contactd_sdk import AuthFailed, Misconfigured, SourceError, Throttled, Unavailable
from contactd_sdk.rest import Reply
from contactd_zoho.product import Product
from contactd_zoho.texts import quoted


class Envelope(msgspec.Struct):
    """What every answer has around its content: 0 is fine."""

    code: int
    message: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """What a refusal means: the *error*, and what it *says* of {title}, with its {scopes} and {said}.

    *wait* is how many seconds to stay away when the answer names no time;
    *daily* tells that the time until the day's quota begins anew is meant;
    *renew*, that a new token may help; *everywhere*, that more than the
    organization is blocked.
    """

    error: type[SourceError]
    says: str
    wait: int = 0
    daily: bool = False
    renew: bool = False
    everywhere: bool = False
    setting: str | None = None


@dataclass(frozen=True, slots=True)
class Refusal:
    """An answer that holds nothing for us: the error to raise, unless a new token helps.

    *status* is HTTP's, *code* and *said* are Zoho's.
    """

    error: SourceError
    renew: bool = False
    status: int = 0
    code: int | None = None
    said: str = ""


_BLOCKED = "{title} blocked {who} for calling too often in a minute; calls in a block may lengthen it{said}."
_SCOPE = (
    "{title} refuses the token although it was renewed: it lacks a scope, or its user lacks a permission. "
    "Connect again with a grant code for {scopes}, as a user who may see contacts{said}."
)
_OUR_FAULT = "{title} calls a request of the connector invalid; please report this{said}."
_NO_SUCH_PLACE = (
    "{title} has nothing at the address that the connector asked for. "
    "Check that the organization uses {title}; if it does, please report this{said}."
)
_NO_ENTRY = (
    "{title} does not let this account into the organization. "
    "Choose an organization that the account belongs to and that is active{said}."
)

_TOKEN = Rule(AuthFailed, _SCOPE, renew=True)
_INVALID = Rule(Misconfigured, _OUR_FAULT)
_NOWHERE = Rule(Misconfigured, _NO_SUCH_PLACE)
_ORGANIZATION = Rule(Misconfigured, _NO_ENTRY, setting="organization")

#: What a code means.
CODES: dict[int, Rule] = {
    2: _INVALID,
    4: _INVALID,
    5: _NOWHERE,
    6: _INVALID,
    14: _TOKEN,
    37: _INVALID,
    43: Rule(Throttled, _BLOCKED.replace("{who}", "this account or this machine"), wait=3600, everywhere=True),
    44: Rule(Throttled, _BLOCKED.replace("{who}", "the organization"), wait=1800),
    45: Rule(Throttled, "The organization's calls to {title} for today are used up{said}.", wait=3600, daily=True),
    57: _TOKEN,
    1000: Rule(Unavailable, "{title} met an error of its own{said}."),
    1002: _NOWHERE,
    1038: _INVALID,
    1070: Rule(Throttled, "{title} is answering as many calls of the organization as it allows{said}.", wait=15),
    6018: _ORGANIZATION,
    6041: _ORGANIZATION,
}

#: What a status means when there is no code, or one that we do not know.
STATUSES: dict[int, Rule] = {
    400: _INVALID,
    401: _TOKEN,
    403: Rule(AuthFailed, "{title} forbids this account to read contacts; ask its administrator{said}."),
    404: _NOWHERE,
    405: _INVALID,
    406: _INVALID,
    429: Rule(Throttled, "{title} asks for fewer calls{said}.", wait=300),
}

_AWAY = Rule(Unavailable, "{title} is not available at the moment (HTTP {status}){said}.")
_ODD = Rule(Unavailable, "{title} sent an answer that is none (HTTP {status}){said}.")

#: No time that a server names is believed beyond this: a day's quota with an hour to spare.
_LONGEST = 25 * 3600


def refusal(reply: Reply, product: Product, now: Callable[[], datetime]) -> Refusal:
    """Tell what *reply*, which is not an answer, means for the run."""
    envelope = _envelope(reply.body)
    rule = _rule(reply.status, envelope)
    sentence = rule.says.format(
        title=product.title,
        scopes=",".join(product.scopes),
        status=reply.status,
        said=quoted(envelope.message) if envelope else "",
    )
    error = _error(rule, sentence, reply, now)
    code, said = (envelope.code, envelope.message) if envelope else (None, "")
    return Refusal(error, rule.renew, reply.status, code, said)


def _rule(status: int, envelope: Envelope | None) -> Rule:
    if status >= 500:
        return _AWAY
    if envelope is not None and envelope.code in CODES:
        return CODES[envelope.code]
    if envelope is None and status not in {401, 429}:
        # A page of some gateway: it tells nothing about us.
        return _ODD
    return STATUSES.get(status, _ODD)


def _error(rule: Rule, sentence: str, reply: Reply, now: Callable[[], datetime]) -> SourceError:
    if rule.error is Throttled:
        until = now() + timedelta(seconds=_pause(rule, reply, now))
        return Throttled(sentence, until, everywhere=rule.everywhere)
    if rule.error is Misconfigured:
        return Misconfigured(sentence, setting=rule.setting)
    return rule.error(sentence)


def _pause(rule: Rule, reply: Reply, now: Callable[[], datetime]) -> float:
    named = [_seconds(reply.header("Retry-After"), now)]
    if rule.daily:
        # Seconds until the reset, not a time; it tells nothing about a block for a minute's calls.
        named.append(_seconds(reply.header("X-Rate-Limit-Reset"), now))
    # What is over as it is told is no time: a clock is wrong, and a call made at once would be one in the block.
    pause = max((seconds for seconds in named if seconds is not None and seconds > 0), default=rule.wait)
    return min(max(pause, 1), _LONGEST)


def _seconds(text: str, now: Callable[[], datetime]) -> float | None:
    if text.isdecimal():
        return float(min(int(text[:9]), _LONGEST))
    try:
        when = parsedate_to_datetime(text)
    except ValueError:
        return None
    return (when - now()).total_seconds() if when.tzinfo is not None else None


def _envelope(body: bytes) -> Envelope | None:
    try:
        # Not strictly: a code may come as text.
        return msgspec.json.decode(body, type=Envelope, strict=False)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
