from __future__ import annotations

import pytest

from condor_elastic.gahp.openstack_faults import code_of_fault, code_of_refusal, failure


@pytest.mark.parametrize(
    ("status", "text", "code"),
    [
        (403, "Quota exceeded for instances: Requested 1, but already used 3 of 3 instances", "Quota"),
        (403, "Quota exceeded for cores,instances: Requested 4, 1, but already used 8, 3", "Quota"),
        (403, "Maximum number of ports exceeded", "Quota"),
        (413, "Quota exceeded for ram", "Quota"),
        (403, "Policy doesn't allow os_compute_api:servers:create to be performed.", "Unauthorized"),
        (401, "The request you have made requires authentication.", "Unauthorized"),
        (None, "Failed to discover available identity versions (HTTP 401)", "Unauthorized"),
        (None, "Unable to establish connection to http://127.0.0.1:8774", "E_CURL_IO"),
        (409, "Cannot 'delete' instance while it is locked", "Conflict"),
        (400, "Flavor nope could not be found.", "FlavorNotFound"),
        (400, "Can not find requested image", "ImageNotFound"),
        (404, "Image 11111111 could not be found.", "ImageNotFound"),
        (400, "Invalid user data", "InvalidRequest"),
        (404, "Could not find Application Credential: 1.", "InvalidRequest"),
        (429, "Too many requests", "RequestLimitExceeded"),
        (500, "Unexpected API Error.", "ServerError"),
        (504, "Gateway Timeout", "ServerError"),
    ],
)
def test_refusals_are_told_apart(status: int | None, text: str, code: str) -> None:
    assert code_of_refusal(status, text) == code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("No valid host was found. ", "NoValidHost"),
        ("No valid host was found. There are not enough hosts available.", "NoValidHost"),
        ("Quota exceeded, too many servers in group", "Quota"),
        ("Image 1 is unacceptable: Image has no associated data", "ImageNotFound"),
        ("Build of instance 1 aborted: the volume was not made", "ServerError"),
        ("Exceeded maximum number of retries. Exhausted all hosts available for retrying", "ServerError"),
    ],
)
def test_faults_of_servers_are_told_apart(text: str, code: str) -> None:
    assert code_of_fault(text) == code


def test_the_sentence_begins_with_the_word_and_is_one_short_line() -> None:
    error = failure("Quota", "Quota exceeded\n for   ports " + 600 * "x")
    assert error.message.startswith("Quota: Quota exceeded for ports xxx")
    assert len(error.message) < 520
    assert failure("ServerError", " ").message == "ServerError: the cloud says no more"
