"""Signatures are those of the examples that Amazon publishes (S3 API Reference, "Authenticating requests: header")."""

from datetime import UTC, datetime

import pytest

from topology.publishing.signing import S3Key, signed

KEY = S3Key("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
NOW = datetime(2013, 5, 24, tzinfo=UTC)
HOST = "https://examplebucket.s3.amazonaws.com"


@pytest.mark.parametrize(
    ("method", "path", "headers", "body", "signature"),
    [
        (
            "GET",
            "/test.txt",
            {"Range": "bytes=0-9"},
            b"",
            "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
        ),
        (
            "PUT",
            "/test%24file.text",
            {"Date": "Fri, 24 May 2013 00:00:00 GMT", "x-amz-storage-class": "REDUCED_REDUNDANCY"},
            b"Welcome to Amazon S3.",
            "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd",
        ),
    ],
)
def test_that_a_request_is_signed_as_published(
    method: str, path: str, headers: dict[str, str], body: bytes, signature: str
) -> None:
    made = signed(method, HOST + path, headers, body, KEY, "us-east-1", NOW)
    assert made["authorization"].endswith(f"Signature={signature}")


def test_that_the_secret_is_in_no_header() -> None:
    made = signed("PUT", f"{HOST}/a", {}, b"x", KEY._replace(session="token"), "us-east-1", NOW)
    assert not any(KEY.secret in value for value in made.values())
    assert "x-amz-security-token" in made["authorization"]
