from __future__ import annotations

from email import message_from_bytes

from papertriage.files._mail_headers import SHORT_HEADERS


def test_a_header_is_cut_and_the_mail_read_on():
    data = (
        b"Subject: a\nContent-Type: text/plain; charset=latin-1" + b";" * 5_000 + b"\n\nJ\xfcrgen"
    )
    mail = message_from_bytes(data, policy=SHORT_HEADERS)
    assert mail.get_content_charset() == "latin-1"
    assert len(mail["Content-Type"]) == 2_000
    assert mail["Subject"] == "a"
    assert mail.get_payload(decode=True) == b"J\xfcrgen"


def test_a_header_of_several_lines_is_cut_as_a_whole():
    data = b"Date: Mon, 23 Nov 2026 08:00:00 +0000\nX-Long:" + b" a\n" * 2_000 + b"\ntext"
    mail = message_from_bytes(data, policy=SHORT_HEADERS)
    assert len(mail["X-Long"]) <= 2_000
    assert mail["Date"] == "Mon, 23 Nov 2026 08:00:00 +0000"
    assert mail.get_payload() == "text"
