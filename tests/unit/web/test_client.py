"""Whom limits are counted by."""

import pytest

from core.web.client import client_of


@pytest.mark.parametrize(
    ("host", "client"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::"),
        ("2001:db8:1:3::1", "2001:db8:1:3::"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("testclient", "testclient"),
        ("", ""),
    ],
)
def test_a_home_is_one_client_whatever_addresses_it_has(host, client):
    assert client_of({"client": (host, 5000)}) == client


def test_without_an_address_all_are_one():
    assert client_of({"client": None}) == client_of({}) == ""
