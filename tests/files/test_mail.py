from __future__ import annotations

import io
from datetime import date
from pathlib import Path

import pytest

from papertriage.files import mail as arxiv_mail
from papertriage.files.mail import batches, looks_like_mail

DATA = Path(__file__).parents[1] / "data" / "files"
TODAY = date(2026, 11, 23)
LISTING = (DATA / "mail.txt").read_bytes()
ENTRY = (
    "\\\\\narXiv:2611.0000{n}\nDate: Thu, 19 Nov 2026 09:12:31 GMT   (1kb)\n\nTitle: T{n}\n"
    "Authors: Ada Example\nCategories: cs.LG\n\\\\\n  A.\n"
    "\\\\ ( https://arxiv.org/abs/2611.0000{n} ,  1kb)\n"
)
RULE = "-" * 78 + "\n"


def read(data, day=None):
    return list(batches(io.BufferedReader(io.BytesIO(data)), "f", day, TODAY))


def sightings(data, day=None):
    return [sighting for batch in read(data, day) for sighting in batch.sightings]


def skipped(text):
    return [line for batch in read(text.encode()) for line in batch.skipped]


def titles(text):
    return [sighting.paper.title for sighting in sightings(text.encode())]


def test_a_listing_is_new_cross_and_replaced_papers():
    (batch,) = read(LISTING)
    kinds = {sighting.paper.id: sighting.announce_type for sighting in batch.sightings}
    assert kinds == {
        "arxiv:2611.01234": "new",
        "arxiv:2611.00042": "cross",
        "arxiv:2503.00077": "replace",
    }
    assert batch.skipped == ("arXiv:2611.01235: no title",)


def test_a_paper_has_what_the_listing_says_of_it():
    new, cross, replaced = (sighting.paper for sighting in sightings(LISTING))
    assert new.title == "Sparse Topic Tags Beat Dense Guesses on Short Abstracts"
    assert new.authors == ("Mei Lin", "Jürgen Groß", "Ana María de la Cruz")
    assert new.abstract.endswith("help when $x < y$. Title: this line belongs to the abstract.")
    assert (new.published, new.updated) == ("2026-11-19T09:12:31Z", None)
    assert (new.comment, new.doi) == ("12 pages, 3 figures, to be continued", "10.1000/zz.2026.42")
    assert cross.authors == ("Ada Example", "Bob Sample Jr")
    assert (cross.categories, cross.primary_category) == (("math.OC", "cs.LG"), "math.OC")
    assert (replaced.abstract, replaced.published) == (None, None)
    assert replaced.updated == "2026-11-19T22:17:21Z"


@pytest.mark.parametrize("name", ["mail_base64.eml", "mails.mbox"])
def test_bodies_are_decoded_and_mails_of_a_mailbox_parted(name):
    expected = [sighting.paper for sighting in sightings(LISTING)]
    found = [sighting.paper for sighting in sightings((DATA / name).read_bytes())]
    assert found in (expected, expected * 2)
    assert (name == "mails.mbox") == (len(found) == 6)


@pytest.mark.parametrize(
    ("head", "day"),
    [
        # 23:30 Eastern on the 19th, and half an hour later.
        ("Date: Fri, 20 Nov 2026 04:30:00 GMT\nSubject: x\n\n", "2026-11-19"),
        ("Date: Fri, 20 Nov 2026 05:00:00 GMT\nSubject: x\n\n", "2026-11-20"),
        (
            "received from  Wed 18 Nov 26 19:00:00 GMT  to  Thu 19 Nov 26 19:00:00 GMT\n",
            "2026-11-20",
        ),
        (
            "received from  Thu 12 Nov 26 19:00:00 GMT  to  Fri 13 Nov 26 19:00:00 GMT\n",
            "2026-11-16",
        ),
    ],
)
def test_the_announcement_day_is_told_by_the_mail(head, day):
    (found,) = sightings((head + RULE + ENTRY.format(n=1)).encode())
    assert (found.day, found.paper.announced) == (day, day)
    (given,) = sightings((head + RULE + ENTRY.format(n=1)).encode(), date(2026, 1, 2))
    assert (given.day, given.paper.announced) == ("2026-01-02", "2026-01-02")


def test_without_any_day_the_paper_is_seen_today_and_announced_no_one_knows_when():
    (found,) = sightings(ENTRY.format(n=1).encode())
    assert (found.day, found.paper.announced) == ("2026-11-23", None)


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (ENTRY.format(n=2).replace("Title: T2\n", ""), "arXiv:2611.00002: no title"),
        (ENTRY.format(n=2).replace("2611.00002", "nonsense"), "arXiv:nonsense: no arXiv id"),
        (ENTRY.format(n=2).split("\\\\\n  A.")[0], "arXiv:2611.00002: cut off"),
    ],
)
def test_a_bad_paper_is_named_and_costs_no_neighbour(bad, reason):
    text = ENTRY.format(n=1) + RULE + bad + RULE + ENTRY.format(n=3)
    assert titles(text) == ["T1", "T3"]
    assert skipped(text) == [reason]


def test_a_mail_that_is_cut_off_in_an_abstract_says_so():
    text = ENTRY.format(n=1) + RULE + ENTRY.format(n=2).rsplit("\\\\", 1)[0]
    assert titles(text) == ["T1"]
    assert skipped(text) == ["arXiv:2611.00002: cut off"]


def test_papers_without_rules_between_them_are_parted():
    assert titles(ENTRY.format(n=1) + ENTRY.format(n=2)) == ["T1", "T2"]


def test_the_listings_of_the_nineties_are_read_too():
    old = ENTRY.format(n=1).replace("arXiv:2611.00001", "Paper (*cross-listing*): hep-th/9901001")
    (found,) = sightings(old.encode())
    assert (found.paper.id, found.announce_type) == ("arxiv:hep-th/9901001", "cross")


@pytest.mark.parametrize(
    ("head", "reason"),
    [
        ("Subject: x\nContent-Type: text/html\n\n", "mail 1: no plain-text part"),
        ("Subject: x\nContent-Type: multipart/mixed\n\n", "mail 1: no plain-text part"),
    ],
)
def test_a_mail_without_text_is_named(head, reason):
    assert skipped(head + ENTRY.format(n=1)) == [reason]


def test_an_unknown_charset_is_no_obstacle():
    head = "Subject: x\nContent-Type: text/plain; charset=klingon\n\n"
    assert titles(head + ENTRY.format(n=1)) == ["T1"]


def test_a_mail_that_is_too_long_costs_only_itself(monkeypatch):
    monkeypatch.setattr(arxiv_mail, "MAX_MAIL", 1_000)
    mail = "From x\nSubject: x\n\n{}\n"
    text = mail.format("y\n" * 1_000) + mail.format(ENTRY.format(n=2))
    assert titles(text) == ["T2"]
    assert skipped(text) == ["mail 1: longer than 0 MB"]


def test_a_listing_is_known_by_its_papers_and_a_mail_by_its_sender():
    assert looks_like_mail(LISTING)
    assert looks_like_mail(LISTING.replace(b"\n", b"\r\n"))
    assert looks_like_mail((DATA / "mail_base64.eml").read_bytes()[:500])
    assert not looks_like_mail(b"Subject: lunch\nFrom: me@example.org\n\nAt noon?\n")
    assert not looks_like_mail(b"see arXiv:2611.00001\n")
