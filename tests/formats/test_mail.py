from __future__ import annotations

from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parsedate_to_datetime

import pytest
from hypothesis import given

from builders import make_digest, make_picked
from hostile import HOSTILE_TITLES, hostile_text
from papertriage.formats import mail
from papertriage.models.digest import Digest
from papertriage.text import visible

AT = datetime(2026, 11, 23, 8, tzinfo=UTC)
HEADERS = {
    *("From", "To", "Subject", "Date", "Message-ID", "List-Id", "Auto-Submitted"),
    *("MIME-Version", "Content-Type"),
}


def written(digest: Digest) -> bytes:
    letter = mail.letter(digest)
    own_id = mail.message_id("2026-11-23", "to@example.org", "me@example.org", letter.content, 0)
    return mail.message(letter, "me@example.org", "to@example.org", own_id, AT)


def parsed(content: bytes) -> EmailMessage:
    return message_from_bytes(content, policy=policy.default)


def titled(title: str) -> Digest:
    return make_digest(picks=(make_picked(title=title), make_picked(2)))


def test_a_mail_has_the_headers_that_filters_and_readers_go_by() -> None:
    content = written(titled("On Sheep"))
    message = parsed(content)
    assert message["From"] == "papertriage <me@example.org>"
    assert message["To"] == "to@example.org"
    assert message["Subject"] == "Papers to read, 2025-10-03: On Sheep and 1 more"
    assert parsedate_to_datetime(message["Date"]) == AT
    assert message["List-Id"] == "papertriage digest <digest.papertriage.localhost>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert set(message.keys()) == HEADERS
    assert written(titled("On Sheep")) == content


def test_a_mail_is_the_digest_as_text_and_as_html() -> None:
    digest = titled("Über 量子 Geese")
    message = parsed(written(digest))
    assert message.get_content_type() == "multipart/alternative"
    text, html = message.iter_parts()
    letter = mail.letter(digest)
    assert (text.get_content_type(), html.get_content_type()) == ("text/plain", "text/html")
    assert text.get_content().replace("\r\n", "\n") == letter.text
    assert html.get_content().replace("\r\n", "\n") == letter.html
    assert "Über 量子 Geese" in letter.text


def test_a_digest_without_picks_has_a_subject() -> None:
    assert mail.subject(make_digest(picks=())) == "Papers to read, 2025-10-03"


def test_an_id_is_the_same_for_the_same_mail_and_no_other() -> None:
    mine = ("2026-11-23", "me@example.org", "from@example.org", "0f", 0)
    others = [
        ("2026-11-24", *mine[1:]),
        (mine[0], "you@example.org", *mine[2:]),
        (*mine[:3], "1f", 0),
        (*mine[:4], 1),
    ]
    assert mail.message_id(*mine) == mail.message_id(*mine)
    assert len({mail.message_id(*one) for one in [mine, *others]}) == 5
    assert mail.message_id(*mine).endswith(".papertriage@example.org>")


def sound(title: str) -> None:
    """Assert that a mail about the title has the headers and parts of any other, and the text."""
    content = written(titled(title))
    assert content.isascii()
    lines = content.split(b"\r\n")
    assert max(map(len, lines)) <= 998
    assert not any(b"\n" in line or b"\r" in line for line in lines)
    message = parsed(content)
    assert set(message.keys()) == HEADERS
    assert len(message.keys()) == len(HEADERS)
    assert [part.get_content_type() for part in message.walk()] == [
        *("multipart/alternative", "text/plain", "text/html")
    ]
    assert not any(part.defects for part in message.walk())
    assert message["To"].addresses[0].addr_spec == "to@example.org"
    assert str(message["Subject"]) == visible(str(message["Subject"]))
    assert " ".join(str(message["Subject"]).split()) == " ".join(
        mail.subject(titled(title)).split()
    )
    text, _ = message.iter_parts()
    assert text.get_content().replace("\r\n", "\n") == mail.letter(titled(title)).text


@pytest.mark.parametrize(
    "title",
    [
        *HOSTILE_TITLES,
        "T\r\nBcc: evil@example.org\r\n\r\nbody",
        "=?utf-8?q?T=0ABcc:_evil=40example.org?= and =?utf-8?b?Cg==?=",
        "--papertriage- boundary \n--\n.\n..",
        "量" * 500,
        "From the start",
    ],
)
def test_a_hostile_title_stays_a_title(title: str) -> None:
    sound(title)


@given(hostile_text)
def test_no_title_adds_a_header_or_a_part(title: str) -> None:
    sound(title)
