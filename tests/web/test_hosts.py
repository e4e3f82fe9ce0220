"""A page elsewhere whose name was made to point here reaches nothing: only known names are answered."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from repletion.api.hosts import KnownHosts, name_of

OURS = ["127.0.0.1", "127.0.0.1:8000", "localhost:8000", "LOCALHOST", "[::1]:8000", "[::1]"]
THEIRS = [
    "evil.example", "evil.example:8000", "127.0.0.1.evil.example", "localhost.evil.example", "", "[::2]:80",
    "0.0.0.0:8000", "127.0.0.1@evil.example", "a:b:c", "localhost:80:80", "192.168.1.5",
]  # fmt: skip


@pytest.mark.parametrize("host", OURS)
def test_names_of_this_machine_are_answered(client: TestClient, host: str) -> None:
    assert client.get("/about", headers={"host": host}).status_code == 200


@pytest.mark.parametrize("host", THEIRS)
def test_other_names_are_refused_on_every_address(client: TestClient, host: str) -> None:
    for path in ("/", "/kept", "/static/style.css", "/no-such-page"):
        answer = client.get(path, headers={"host": host})
        assert answer.status_code == 421
        assert "--allow-host" in answer.text
    for path in ("/v1/health", "/fhir/metadata", "/cds-services"):
        answer = client.get(path, headers={"host": host})
        assert (answer.status_code, answer.headers["content-type"]) == (421, "application/problem+json")


def test_a_name_that_was_given_is_answered_and_an_address_to_listen_on_is_no_name() -> None:
    known = KnownHosts(lambda *_: None, names=("Health.Example:443", "0.0.0.0", "::"))  # type: ignore[arg-type, return-value]
    assert known.names == {"localhost", "127.0.0.1", "::1", "health.example"}
    assert [name_of(host) for host in ("[::1]:8000", "A.b:1", "::1", "x")] == ["::1", "a.b", "::1", "x"]


def test_two_hosts_are_none() -> None:
    known = KnownHosts(lambda *_: None)  # type: ignore[arg-type, return-value]
    twice = [(b"host", b"localhost"), (b"host", b"evil.example")]
    assert not known._known({"headers": twice})
    assert not known._known({"headers": []})


def test_the_interface_alone_checks_the_name_too() -> None:
    from repletion.api import create_api

    with TestClient(create_api(hosts=()), base_url="http://evil.example") as alone:
        assert alone.get("/v1/health").status_code == 421
        assert alone.get("/v1/health", headers={"host": "localhost"}).status_code == 200
