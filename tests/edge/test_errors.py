"""Refusals as statuses."""

import grpc
import pytest
from google.rpc import error_details_pb2

from contactd.api.errors import CODES, code_of, metadata, status_of, unexpected
from contactd.config import ConfigInvalid
from contactd.domain.refusals import Away, Conflict, ContactdError, Exhausted, Exists, Fault, Invalid, NotFound


def details(status):
    return {any_.TypeName().rpartition(".")[2]: any_ for any_ in status.details}


def unpacked(status, kind):
    message = kind()
    assert details(status)[kind.DESCRIPTOR.name].Unpack(message)
    return message


def test_every_refusal_has_a_code():
    assert set(CODES) == set(ContactdError.__subclasses__())


def test_a_special_refusal_has_the_code_of_its_family():
    assert code_of(ConfigInvalid("a file", Fault("engine.slots", "no"))) is grpc.StatusCode.INVALID_ARGUMENT


@pytest.mark.parametrize(
    ("refusal", "kinds"),
    [
        (NotFound("sync", "a"), {"ErrorInfo", "ResourceInfo"}),
        (Conflict("no"), {"ErrorInfo", "PreconditionFailure"}),
        (Exists("no"), {"ErrorInfo"}),
        (Invalid(Fault("name", "no")), {"ErrorInfo", "BadRequest"}),
        (Away("no"), {"ErrorInfo", "RetryInfo"}),
        (Exhausted("no"), {"ErrorInfo", "RetryInfo"}),
    ],
)
def test_each_family_brings_its_details(refusal, kinds):
    assert set(details(status_of(refusal))) == kinds


def test_the_reason_and_every_variable_of_the_sentence_are_told():
    status = status_of(Conflict("the sync 'a' has a run", reason="RUN_LIVE", name="a", run="12"))

    info = unpacked(status, error_details_pb2.ErrorInfo)
    failure = unpacked(status, error_details_pb2.PreconditionFailure)
    assert (info.reason, info.domain, dict(info.metadata)) == ("RUN_LIVE", "contactd", {"name": "a", "run": "12"})
    assert [(each.type, each.subject) for each in failure.violations] == [("RUN_LIVE", "a")]


def test_all_faults_are_told():
    status = status_of(Invalid(Fault("sync.list", "no list"), Fault("sync.schedule.time", "no time")))

    violations = unpacked(status, error_details_pb2.BadRequest).field_violations
    assert [(each.field, each.description) for each in violations] == [
        ("sync.list", "no list"),
        ("sync.schedule.time", "no time"),
    ]


def test_a_refusal_that_names_a_time_tells_when_to_try_again():
    retry = unpacked(status_of(Exhausted("the vendor is busy", retry_after="1800")), error_details_pb2.RetryInfo)

    assert retry.retry_delay.seconds == 1800


@pytest.mark.parametrize(
    "refusal",
    [
        Invalid(*(Fault("f" * 300, "é" * 3000) for _ in range(100))),
        NotFound("sync", "\U0001f600" * 5000),
        Conflict("ü" * 9000, name="x" * 9000, other="ü" * 9000),
    ],
)
def test_no_refusal_is_too_long_for_the_trailers(refusal):
    status = status_of(refusal)

    # As it travels: the sentence in percent signs, the details in base64.
    sentence = sum(1 if byte < 128 else 3 for byte in status.message.encode())
    assert sentence + len(metadata(status)[0][1]) * 4 / 3 < 8000


def test_a_text_that_cannot_be_encoded_can_be_told():
    assert status_of(NotFound("sync", "\ud800")).message == "no sync is called '?'"


def test_a_bug_is_told_by_its_incident_alone():
    status = unexpected("abc123")

    assert status.code == grpc.StatusCode.INTERNAL.value[0]
    assert dict(unpacked(status, error_details_pb2.ErrorInfo).metadata) == {"incident": "abc123"}
