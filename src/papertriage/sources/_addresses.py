"""Decide which addresses may be requested, and show them without secrets."""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Callable
from urllib.parse import unquote, urljoin, urlsplit

from papertriage.errors import SourceError
from papertriage.text import visible

Resolve = Callable[[str], tuple[str, ...]]

# Prefixes that embed an IPv4 address and pass is_global (Python 3.11): NAT64 (RFC 6052, RFC 8215)
# and 6to4 (RFC 3056).
_CARRIERS = tuple(map(ipaddress.IPv6Network, ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16")))

# An @ begins a name in https://example.social/@name, and ends one in user@host.
_USER = re.compile("[^/]@")
_QUERY = re.compile("[?#]|;[^/]*=")


def resolved(host: str) -> tuple[str, ...]:
    """Return the numeric addresses of a host, an empty tuple if its name is unknown."""
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return ()
    return tuple(str(entry[4][0]).partition("%")[0] for entry in found)


def is_public(address: str) -> bool:
    """Return whether a numeric address is on the public internet."""
    ip = ipaddress.ip_address(address)
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped is not None:
            ip = ip.ipv4_mapped
        elif any(ip in carrier for carrier in _CARRIERS):
            return False
    return ip.is_global and not ip.is_multicast


def shown(url: str) -> str:
    """Return an address for a message, without user, password, query and control characters.

    The same parts are removed from invalid addresses, such as user:password@host without a scheme.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return "an invalid address"
    path = _decoded(parts.path)
    if not parts.netloc or "%" in host or _USER.search(path):
        # Everything before the last @ may be a password.
        return visible(_QUERY.split(_decoded(url).rpartition("@")[2])[0], 200)
    # The question mark of a query may be percent-encoded.
    plain = _QUERY.split(path)[0] if _QUERY.search(path) else parts.path
    scheme = f"{parts.scheme}://" if parts.scheme else "//"
    return visible(f"{scheme}{host}{f':{port}' if port else ''}{plain}", 200)


def hides_parts(url: str) -> bool:
    """Return whether shown() leaves out a part of an address, which may be a secret."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return True
    text = _decoded(url.partition("://")[2] if parts.netloc else url)
    inside = "@" in _decoded(parts.netloc) or bool(_USER.search(_decoded(parts.path)))
    return inside or bool(parts.query or parts.fragment) or bool(_QUERY.search(text))


def without_users(text: str) -> str:
    """Return a library's message without the user and password of any address in it."""
    return re.sub(r"[^\s'\"]+@", "…@", text)


def _decoded(text: str) -> str:
    """Undo percent-encoding, even if applied twice; a full-width @ becomes an ASCII one."""
    for _ in range(3):
        text = unquote(text)
    return text.replace("\uff20", "@")


def checked(url: str) -> str:
    """Return a configured address if it is a valid http or https one, else raise SourceError."""
    if not _askable(url):
        msg = f"{shown(url)} is not an http or https address: fix it with `papertriage config set`"
        raise SourceError(msg)
    return url


def _askable(url: str) -> bool:
    try:
        parts = urlsplit(url)
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname)
        # Reading the port checks its range.
        return usable and parts.port != 0 and url.isascii() and url.isprintable() and " " not in url
    except ValueError:
        return False


def next_target(
    configured: str, current: str, location: str, resolve: Resolve, verb: str = "redirects to"
) -> str:
    """Return the target of a redirect or a link; raise SourceError if it is not allowed.

    A target must be on the site of the configured address, must not go from https to http, and may
    be private only if the configured address is private.
    """
    try:
        target = urljoin(current, location)
    except ValueError:
        target = location
    refused = f"{shown(current)} {verb} {shown(target)}: refused, "
    if not _askable(target):
        raise SourceError(refused + "it is not an http or https address")
    if urlsplit(current).scheme == "https" and urlsplit(target).scheme == "http":
        raise SourceError(refused + "it switches from https to http")
    host = urlsplit(target).hostname or ""
    home = urlsplit(configured).hostname or ""
    if not _all_public(resolve(host)) and _any_public(resolve(home)):
        raise SourceError(refused + "it is a private address")
    if not same_site(host, home):
        raise SourceError(refused + "it is on another site")
    return target


def allowed(host: str, found: tuple[str, ...], home: tuple[str, ...]) -> tuple[str, ...]:
    """Return the addresses of a host that we may connect to; raise SourceError if there are none.

    home are the addresses of the configured host: if one is public, private addresses are refused,
    whatever an earlier lookup returned. If a host has both kinds, only the public ones are used.
    """
    public = tuple(filter(is_public, found))
    if public or not _any_public(home):
        return public or found
    msg = f"{visible(host, 100)} resolves to a private address: refused"
    raise SourceError(msg)


def _all_public(addresses: tuple[str, ...]) -> bool:
    return all(map(is_public, addresses))


def _any_public(addresses: tuple[str, ...]) -> bool:
    return not addresses or any(map(is_public, addresses))


def same_site(one: str, other: str) -> bool:
    """Return whether two hosts are the same, or below the same registered domain.

    https://publicsuffix.org lists where domains are registered, such as co.uk and github.io.
    """
    one, other = (host.lower().rstrip(".") for host in (one, other))
    if one == other or _is_number(one) or _is_number(other):
        return one == other
    # Reading 10,000 rules takes 0.1 s: only for a redirect to another host.
    from publicsuffixlist import PublicSuffixList

    rules = PublicSuffixList()
    domain = rules.privatesuffix(one)
    return domain is not None and domain == rules.privatesuffix(other)


def _is_number(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
