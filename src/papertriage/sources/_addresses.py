"""Decide which addresses may be asked, and show them without secrets."""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Callable
from urllib.parse import unquote, urljoin, urlsplit

from papertriage.errors import SourceError
from papertriage.text import visible

Resolve = Callable[[str], tuple[str, ...]]

# Prefixes that carry an IPv4 address inside and that is_global lets pass (Python 3.11):
# NAT64 (RFC 6052, RFC 8215) and 6to4 (RFC 3056).
_CARRIERS = tuple(map(ipaddress.IPv6Network, ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16")))

# An @ begins a name in https://example.social/@name, and ends one in user@host.
_USER = re.compile("[^/]@")
_QUERY = re.compile("[?#]|;[^/]*=")


def resolved(host: str) -> tuple[str, ...]:
    """Return the numeric addresses of a host; none where the name is unknown."""
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return ()
    return tuple(str(entry[4][0]).partition("%")[0] for entry in found)


def is_public(address: str) -> bool:
    """Say whether a numeric address lies in the public internet."""
    ip = ipaddress.ip_address(address)
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped is not None:
            ip = ip.ipv4_mapped
        elif any(ip in carrier for carrier in _CARRIERS):
            return False
    return ip.is_global and not ip.is_multicast


def shown(url: str) -> str:
    """Return an address for a message: no user, no password, no query, no control characters.

    Of what is no address, such as user:password@host without a scheme, the same is left out.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return "an invalid address"
    path = _decoded(parts.path)
    if not parts.netloc or "%" in host or _USER.search(path):
        # Who knows what stands before an @: all up to the last one may be a password.
        return visible(_QUERY.split(_decoded(url).rpartition("@")[2])[0], 200)
    # What was meant for a query may have lost its question mark to an encoder.
    plain = _QUERY.split(path)[0] if _QUERY.search(path) else parts.path
    scheme = f"{parts.scheme}://" if parts.scheme else "//"
    return visible(f"{scheme}{host}{f':{port}' if port else ''}{plain}", 200)


def hides(url: str) -> bool:
    """Say whether shown() leaves out a part of an address, which may be a secret."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return True
    text = _decoded(url.partition("://")[2] if parts.netloc else url)
    inside = "@" in _decoded(parts.netloc) or bool(_USER.search(_decoded(parts.path)))
    return inside or bool(parts.query or parts.fragment) or bool(_QUERY.search(text))


def without_users(text: str) -> str:
    """Return a message of a library without the user and password of any address in it."""
    return re.sub(r"[^\s'\"]+@", "…@", text)


def _decoded(text: str) -> str:
    """Undo percent-encoding, also of what was encoded twice; a full-width @ is one as well."""
    for _ in range(3):
        text = unquote(text)
    return text.replace("\uff20", "@")


def checked(url: str) -> str:
    """Return a configured address that can be asked; raise SourceError otherwise."""
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
    """Return where a redirect or a link leads; raise SourceError where it may not.

    It stays where the reader sent us: on the same site, never from https to http, and on a private
    address only where the configured address is itself private.
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
    """Return which of a host's addresses may be dialled; raise SourceError where none may be.

    Where the configured host, home, is a public one, no other may be private, whatever an earlier
    lookup said of it. Of a host with addresses of both kinds the public ones count.
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
    """Say whether two hosts are one, or belong to whoever registered the domain that they share.

    https://publicsuffix.org says where domains are registered: below co.uk, and below github.io.
    """
    one, other = (host.lower().rstrip(".") for host in (one, other))
    if one == other or _is_number(one) or _is_number(other):
        return one == other
    # 10,000 rules are read, 0.1 s, where a redirect leads to another host.
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
