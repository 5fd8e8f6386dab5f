"""What a refusal of Zoho Accounts means, as one table (FACTS.md "1.8").

Rule: the body is read before the status, since most errors come with HTTP 200.
An answer without what was asked for is a failure, whatever it looks like.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec

from contactd_sdk import AuthFailed, Misconfigured, SourceError, Throttled, Unavailable
from contactd_sdk.rest import Reply
from contactd_zoho.texts import quoted

#: How long to stay away after "too many requests continuously": 5 to 15 minutes are told.
_COOL_DOWN = timedelta(minutes=10)


class Answer(msgspec.Struct):
    """What the token endpoint answers: tokens, or an error."""

    access_token: str = ""
    refresh_token: str = ""
    api_domain: str = ""
    scope: str = ""
    expires_in: float = 3600
    expires_in_sec: float = 0
    error: str = ""
    error_description: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """What an error means, and what it *says* of {accounts}, with Zoho's words as {said}."""

    error: type[SourceError]
    says: str
    setting: str | None = None


_OUR_FAULT = Rule(Misconfigured, "{accounts} calls a request of the connector invalid; please report this{said}.")

#: What an error means, whoever asked.
ERRORS: dict[str, Rule] = {
    "invalid_client": Rule(
        Misconfigured,
        "{accounts} knows no client with this id. Check settings 'client_id' and 'data_center': a client is known "
        "only in the data center where it was registered, unless Multi-DC is on for it in the API console{said}.",
        setting="client_id",
    ),
    "invalid_client_secret": Rule(
        Misconfigured,
        "{accounts} refuses the client secret. Check setting 'client_secret'; "
        "a client may have another secret in each data center{said}.",
        setting="client_secret",
    ),
    "invalid_redirect_uri": Rule(
        Misconfigured,
        "{accounts} does not know the redirect address. Register it with the client in the API console, letter for "
        "letter as contactctl shows it; or use a self client, whose grant codes need none{said}.",
        setting="client_id",
    ),
    "invalid_scope": Rule(
        AuthFailed, "{accounts} knows no such scope. Connect again, with the scopes as they are told{said}."
    ),
    "access_denied": Rule(AuthFailed, "The consent was refused at {accounts}. Connect again and accept{said}."),
    **dict.fromkeys(
        # The last two are OAuth's words for it (RFC 6749 4.1.2.1); nobody has seen Zoho say them.
        ("general_error", "server_error", "temporarily_unavailable"),
        Rule(Unavailable, "{accounts} met an error of its own{said}."),
    ),
    "unsupported_grant_type": _OUR_FAULT,
    "invalid_request": _OUR_FAULT,
    "missing_org_info": _OUR_FAULT,
}

#: `invalid_code` means the grant code or the refresh token, whichever was sent.
CODE_REFUSED = (
    "{accounts} refuses the grant code: it was used already, has expired, or belongs to another client. "
    "Make a new grant code, it lives a few minutes and works once{said}."
)
CALLBACK_REFUSED = (
    "{accounts} refuses the code that the browser brought back: it lives for a minute, works once, "
    "and only for the client that it was made for. Connect again{said}."
)
REFRESH_REFUSED = (
    "{accounts} refuses to renew the access: it was revoked, or pushed out by newer ones of the same client. "
    "Connect again{said}."
)

_UNKNOWN = Rule(AuthFailed, "{accounts} refused with an error that is not known here. Connect again{said}.")
_AWAY = Rule(Unavailable, "{accounts} is not available at the moment (HTTP {status}){said}.")
_ODD = Rule(Unavailable, "{accounts} sent an answer that is none (HTTP {status}){said}.")


def answer_of(reply: Reply, accounts: str, refused: str, now: Callable[[], datetime]) -> Answer:
    """Read the *reply* of the accounts server called *accounts*; *refused* says what `invalid_code` means.

    Raises:
        SourceError: it is no answer, or one without a token.
    """
    answer = _read(reply.body)
    if answer is not None and answer.access_token and not answer.error:
        return answer
    check_pace(reply, accounts, now)
    raise _error(reply.status, answer, accounts, refused)


def gone(reply: Reply) -> bool:
    """Tell whether, after *reply* to a revocation, the grant is of no more use to anybody."""
    # What success says is told nowhere; a page of some gateway says nothing of the grant.
    answer = _read(reply.body or b"{}")
    if answer is None:
        return False
    return answer.error in {"invalid_code", "invalid_token"} or (reply.status == 200 and not answer.error)


def check_pace(reply: Reply, accounts: str, now: Callable[[], datetime]) -> None:
    """Go on unless *reply* says that the server called *accounts* was asked too often.

    Raises:
        Throttled: it does.
    """
    said = _said(_read(reply.body)).lower()
    # With a blank it is told of pace only, described or not; a person who refuses is told of as `access_denied`.
    if reply.status == 429 or "too many requests" in said or said.startswith("access denied"):
        sentence = f"{accounts} gives no more answers for some minutes, because too many were asked for."
        raise Throttled(sentence, until=now() + _COOL_DOWN)


def _error(status: int, answer: Answer | None, accounts: str, refused: str) -> SourceError:
    rule = _rule(status, answer, refused)
    sentence = rule.says.format(accounts=accounts, status=status, said=quoted(_said(answer)))
    return Misconfigured(sentence, setting=rule.setting) if rule.error is Misconfigured else rule.error(sentence)


def _said(answer: Answer | None) -> str:
    return f"{answer.error} {answer.error_description}".strip() if answer else ""


def _rule(status: int, answer: Answer | None, refused: str) -> Rule:
    if status >= 500:
        return _AWAY
    if answer is None or not answer.error:
        return _ODD
    if answer.error == "invalid_code":
        return Rule(AuthFailed, refused)
    return ERRORS.get(answer.error, _UNKNOWN)


def _read(body: bytes) -> Answer | None:
    try:
        # Not strictly: a number may come as text.
        return msgspec.json.decode(body, type=Answer, strict=False)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
