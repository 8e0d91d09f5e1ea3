"""Who asks, as far as the network tells: limits for each count by it, and nothing keeps it.

Behind a proxy it is the address that the proxy names, if the server trusts that proxy: uvicorn's
`FORWARDED_ALLOW_IPS`, by default one on the same machine. Otherwise all visitors are one.
"""

from ipaddress import IPv6Address, IPv6Network, ip_address

from starlette.types import Scope

HOME_BITS = 64
"""Of an IPv6 address, what a provider gives to one home, which then has 2^64 addresses (RFC 6177)."""


def client_of(scope: Scope) -> str:
    """The network address that a request comes from, of IPv6 its first 64 bits; "" where nobody says."""
    host = scope["client"][0] if scope.get("client") else ""
    try:
        address = ip_address(host)
    except ValueError:
        return host
    if not isinstance(address, IPv6Address):
        return host
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(IPv6Network((int(address), HOME_BITS), strict=False).network_address)
