from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papertriage.errors import SourceError
from papertriage.sources._addresses import (
    checked,
    hides_parts,
    is_public,
    next_target,
    resolved,
    same_site,
    shown,
    without_users,
)

HOME = "https://export.arxiv.org/api/query"


def resolve(host):
    inside = {"inside.arxiv.org": ("10.0.0.7",), "127.0.0.1": ("127.0.0.1",)}
    return inside.get(host, ("93.184.216.34",))


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:4700::1", "::ffff:93.184.216.34"])
def test_an_address_in_the_internet_is_public(address):
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.1.2.3", "192.168.0.1", "169.254.169.254", "0.0.0.0", "224.0.0.1"),  # noqa: S104 - a list of what is refused
        *("::1", "fe80::1", "fd00::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::"),
    ],
)
def test_an_address_that_leads_inside_is_not_public(address):
    assert not is_public(address)


@pytest.mark.parametrize("host", ["127.0.0.1", "0x7f.1", "2130706433", "127.1", "::1"])
def test_every_spelling_of_the_loopback_is_seen_through(host):
    assert not all(map(is_public, resolved(host)))


def test_an_unknown_or_impossible_host_has_no_address():
    assert resolved("\udcff" + "a" * 300) == ()


@pytest.mark.parametrize(
    ("location", "target"),
    [
        ("/api/query?x=1", "https://export.arxiv.org/api/query?x=1"),
        ("https://arxiv.org/api/query", "https://arxiv.org/api/query"),
    ],
)
def test_a_redirect_within_the_site_is_followed(location, target):
    assert next_target(HOME, HOME, location, resolve) == target


def test_a_redirect_from_http_to_https_is_followed():
    plain = HOME.replace("https", "http")
    assert next_target(plain, plain, HOME, resolve) == HOME


@pytest.mark.parametrize(
    ("location", "reason"),
    [
        ("http://export.arxiv.org/api/query", "it switches from https to http"),
        ("file:///etc/passwd", "it is not an http or https address"),
        ("javascript:alert(1)", "it is not an http or https address"),
        ("https://[bad", "it is not an http or https address"),
        ("https://arxiv.example.org/", "it is on another site"),
        ("https://biorxiv.org/", "it is on another site"),
        ("https://inside.arxiv.org/", "it is a private address"),
        ("https://127.0.0.1/", "it is a private address"),
    ],
)
def test_a_redirect_that_leads_elsewhere_is_refused(location, reason):
    with pytest.raises(SourceError, match=f"refused, {reason}$"):
        next_target(HOME, HOME, location, resolve)


def test_a_configured_loopback_may_redirect_to_itself():
    home = "http://127.0.0.1:8080/api"
    assert next_target(home, home, "http://127.0.0.1:8081/x", resolve) == (
        "http://127.0.0.1:8081/x"
    )


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("export.arxiv.org", "arxiv.org"),
        ("export.arxiv.org", "oaipmh.arxiv.org"),
        ("feeds.example.org", "www.example.org"),
        ("journal.co.uk", "www.journal.co.uk"),
        ("a.b.journal.co.uk", "journal.co.uk"),
        ("lab.github.io", "Lab.github.io."),
        ("intranet", "intranet"),
        ("papers.inside.lan", "www.inside.lan"),
        ("192.0.2.1", "192.0.2.1"),
        ("co.uk", "co.uk"),
    ],
)
def test_hosts_of_one_registered_domain_are_one_site(one, other):
    assert same_site(one, other)
    assert same_site(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("a.co.uk", "b.co.uk"),
        ("one.github.io", "two.github.io"),
        ("a.ac.jp", "b.ac.jp"),
        ("arxiv.org", "arxiv.org.example"),
        ("arxiv.org", "notarxiv.org"),
        ("journal.co.uk", "co.uk"),
        ("example.org", "org"),
        ("intranet", "wiki"),
        ("1.2.3.4", "9.9.3.4"),
        ("::1", "127.0.0.1"),
        ("", "example.org"),
    ],
)
def test_hosts_of_two_registered_domains_are_two_sites(one, other):
    assert not same_site(one, other)
    assert not same_site(other, one)


@pytest.mark.parametrize("url", ["", "ftp://x/", "http://", "http://[", "http://a b/", "http://ä/"])
def test_a_configured_address_that_cannot_be_asked_is_one_line(url):
    with pytest.raises(SourceError, match="config set"):
        checked(url)


def test_a_message_shows_no_secret_of_an_address():
    assert shown("https://me:secret@example.org:8443/a?key=secret#secret") == (
        "https://example.org:8443/a"
    )
    assert shown("http://[") == "an invalid address"


SECRETS = [
    *("user:S3CRET@example.org/feed", "//user:S3CRET@example.org/feed", "S3CRET@example.org"),
    *("feed://user:S3CRET@example.org/feed", "feed:https://user:S3CRET@example.org/feed"),
    *("HTTPS://user:S3CRET@example.org/feed", "http:/user:S3CRET@example.org/feed"),
    *("http:user:S3CRET@example.org/feed", "https//user:S3CRET@example.org/feed"),
    *("user%3AS3CRET%40example.org/feed", "http://user%3AS3CRET%40example.org/feed"),
    *("user%253AS3CRET%2540example.org/feed", "http:\\\\user:S3CRET@example.org/feed"),
    *("https://example.org/feed?api_key=S3CRET", "example.org/feed?token=S3CRET"),
    *("example.org/feed%3Ftoken=S3CRET", "https://example.org/feed%3Ftoken=S3CRET"),
    *("https://example.org/feed#S3CRET", "http://user:12/S3CRET@example.org/feed"),
    *("http://user:pa?S3CRET@example.org/feed", "http://user:S3CRET#x@example.org/feed"),
    *("http://user:S3CRET\uff20example.org/feed", "user:S3CRET\uff20example.org/feed"),
    *("http://[user:S3CRET@example.org", "https://example.org/feed;token=S3CRET", ":S3CRET@"),
]


@pytest.mark.parametrize("url", SECRETS)
def test_what_may_be_a_secret_is_left_out_of_whatever_is_called_an_address(url):
    assert "S3CRET" not in shown(url)
    assert hides_parts(url)


@pytest.mark.parametrize(
    "url",
    [
        *("https://example.org/feed", "http://127.0.0.1:8000/x", "https://example.org/a%20b"),
        *("https://example.social/@name.rss", "https://example.social/%40name.rss"),
    ],
)
def test_an_address_without_a_secret_is_shown_whole(url):
    assert shown(url) == url
    assert not hides_parts(url)


@given(
    st.from_regex("[a-zA-Z0-9:/.%;#?+-]*S3CRET[a-zA-Z0-9:/.%-]*@host.example/feed", fullmatch=True)
)
def test_nothing_before_an_at_sign_is_shown(url):
    assert "S3CRET" not in shown(url)


def test_a_library_s_message_loses_the_users_in_it():
    said = "Unknown scheme for URL('ftp://me:secret@proxy.example:80') and x"
    assert without_users(said) == "Unknown scheme for URL('…@proxy.example:80') and x"


@given(st.text(max_size=60))
def test_any_redirect_is_a_target_or_one_line(location):
    try:
        assert next_target(HOME, HOME, location, resolve).startswith("https://")
    except SourceError as error:
        assert "refused, " in str(error)  # noqa: PT017 - either outcome is right
        assert not any(ord(c) < 32 for c in str(error))  # noqa: PT017 - as above
