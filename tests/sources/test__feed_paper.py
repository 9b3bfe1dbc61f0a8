from __future__ import annotations

from datetime import date

import feedparser
import pytest

from papertriage.identifiers import title_id
from papertriage.models.authority import ARXIV_DAILY, FEED, LINK, PUBLISHER
from papertriage.sources._feed import Unusable
from papertriage.sources._feed_paper import paper_and_authority, paper_of

TODAY = date(2026, 3, 13)


def entry(**fields):
    entry = feedparser.FeedParserDict()
    entry.update({"title": "A Title", **fields})
    return entry


@pytest.mark.parametrize(
    ("fields", "paper_id", "version"),
    [
        ({"prism_doi": "10.1000/Ab.1"}, "doi:10.1000/ab.1", None),
        ({"dc_identifier": "doi:10.1000/ab.1"}, "doi:10.1000/ab.1", None),
        ({"id": "https://doi.org/10.1000/ab.1"}, "doi:10.1000/ab.1", None),
        ({"link": "https://dl.acm.org/doi/abs/10.1145/12.3?af=R"}, "doi:10.1145/12.3", None),
        (
            {"link": "https://www.biorxiv.org/content/10.1101/2026.01.02.123456v2.full?rss=1"},
            "doi:10.1101/2026.01.02.123456",
            2,
        ),
        ({"link": "https://arxiv.org/abs/2603.00001v3"}, "arxiv:2603.00001", 3),
        ({"id": "oai:arXiv.org:2603.00001v1"}, "arxiv:2603.00001", 1),
        ({"dc_identifier": "10.48550/arXiv.2603.00001"}, "arxiv:2603.00001", None),
        ({"link": "https://blog.example.org/post"}, title_id("A Title"), None),
        ({"id": "tag:blog,2026:1", "dc_identifier": "ISSN 1234"}, title_id("A Title"), None),
    ],
)
def test_the_id_is_the_best_that_the_feed_names(fields, paper_id, version):
    paper = paper_of(entry(**fields), TODAY)
    assert (paper.id, paper.version) == (paper_id, version)


def test_a_link_is_one_that_may_be_opened():
    assert paper_of(entry(link="https://x.example/1"), TODAY).url == "https://x.example/1"
    for bad in ("javascript:alert(1)", "file:///etc/passwd", "https://x/" + "a" * 2_000):
        assert paper_of(entry(link=bad), TODAY).url is None
    assert paper_of(entry(link="javascript:x", prism_doi="10.1000/1"), TODAY).url == (
        "https://doi.org/10.1000/1"
    )


@pytest.mark.parametrize(
    ("kind", "given", "expected"),
    [
        ("text/html", "<p>One &lt; two.</p><p class='x'>Three</p>", "One < two. Three"),
        ("text/html", "in <i>E. coli</i> &amp; <jats:italic>H. pylori</jats:italic>", None),
        ("text/html", "for $x<y$ and $z>w$, n<k<m", "for $x<y$ and $z>w$, n<k<m"),
        ("text/plain", "of &amp; and &lt;", "of &amp; and &lt;"),
        ("text/html", '<a href="http://evil.example/">go</a><br/>on', "go on"),
        ("text/html", "a\x1b[2Jb\x00", "a[2Jb"),
    ],
)
def test_markup_goes_and_mathematics_stays(kind, given, expected):
    paper = paper_of(entry(summary=given, summary_detail={"type": kind}), TODAY)
    assert paper.abstract == (expected or "in E. coli & H. pylori")


def test_the_content_stands_in_for_a_missing_abstract():
    content = [{"type": "text/html", "value": "<p>All of it</p>"}]
    assert paper_of(entry(content=content), TODAY).abstract == "All of it"
    assert paper_of(entry(summary="Short", content=content), TODAY).abstract == "Short"
    assert paper_of(entry(), TODAY).abstract is None


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (["Ada Example", "Bob Sample"], ("Ada Example", "Bob Sample")),
        (["Doe, J., Roe, A. B."], ("J. Doe", "A. B. Roe")),
        (["Doe, J.; Roe, A."], ("Doe, J.", "Roe, A.")),
        (["Example, Ada, Sample, Bob"], ("Example, Ada, Sample, Bob",)),
        (["Example Lab"], ("Example Lab",)),
    ],
)
def test_names_are_parted_where_they_can_be(given, expected):
    paper = paper_of(entry(authors=[{"name": name} for name in given]), TODAY)
    assert paper.authors == expected


def test_dates_come_in_both_spellings_or_not_at_all():
    paper = paper_of(
        entry(published="Thu, 12 Mar 2026 23:30:00 -0500", updated="2026-03-13"), TODAY
    )
    assert paper.published == "2026-03-13T04:30:00Z"
    assert paper.updated == "2026-03-13T00:00:00Z"
    assert paper_of(entry(prism_publicationdate="2026-03"), TODAY).published == (
        "2026-03-01T00:00:00Z"
    )
    assert paper_of(entry(published="Mon, 01 Jan 9999 00:00:00 GMT"), TODAY).published is None


def test_a_title_is_needed():
    with pytest.raises(Unusable, match="no title"):
        paper_of(entry(title="<b></b>", title_detail={"type": "text/html"}), TODAY)


def test_content_of_another_shape_is_none():
    assert paper_of(entry(content=["text"]), TODAY).abstract is None


def test_tags_are_few_and_short():
    tags = [{"term": f"t{n}"} for n in range(50)] + [{"term": "x" * 200}, {"term": None}]
    assert paper_of(entry(tags=tags), TODAY).categories == tuple(f"t{n}" for n in range(20))


NATURE = "https://www.nature.example/articles/s41-1"
ABS = "https://arxiv.org/abs/2603.00001v3"


@pytest.mark.parametrize(
    ("fields", "url", "site", "authority"),
    [
        # Journals: the DOI stands in a field or in the address of the page.
        ({"prism_doi": "10.1000/s41-1", "link": NATURE}, "https://www.nature.example/rss", "", 1),
        ({"dc_identifier": "doi:10.1000/s41-1", "link": NATURE}, "https://f.example/x", NATURE, 1),
        ({"link": "https://dl.acm.example/doi/10.1145/1.2"}, "https://acm.example/rss", "", 1),
        (
            {
                "dc_identifier": "doi:10.1101/2026.01.02.1",
                "link": "https://www.biorxiv.example/content/10.1101/2026.01.02.1v2?rss=1",
            },
            "https://connect.biorxiv.example/x.xml",
            "",
            1,
        ),
        ({"id": "10.1000/1", "link": "https://a.uni.ac.uk/1"}, "https://b.uni.ac.uk/", "", 1),
        ({"prism_doi": "10.1000/1"}, "https://j.example/rss", "", 1),
        ({"prism_doi": "10.1000/1", "link": "https://doi.org/10.1000/1"}, "https://j.ex/", "", 1),
        ({"prism_doi": "10.1000/1", "link": NATURE}, "http://127.0.0.1:80/rss", "", 1),
        # Posts that link: their page is not on the feed's site, or is only the DOI's address.
        ({"link": "https://doi.org/10.1000/1"}, "https://notes.example/rss", "", 0),
        ({"id": "10.1000/1", "link": "https://doi.org/10.1000/1"}, "https://n.example/", "", 0),
        ({"id": "https://doi.org/10.1000/1"}, "https://notes.example/rss", "", 0),
        ({"prism_doi": "10.1000/1", "link": NATURE}, "https://notes.example/rss", "", 0),
        ({"id": "10.1000/1", "link": NATURE}, "http://127.0.0.1:80/rss", "", 0),
        ({"id": "10.1000/1", "link": "https://a.co.uk/1"}, "https://b.co.uk/", "", 0),
        ({"id": "10.1000/1", "link": "http://[::1/"}, "https://b.co.uk/", "", 0),
    ],
)
def test_a_journal_tells_its_own_papers_and_a_post_links_to_another_s(fields, url, site, authority):
    paper, told_by = paper_and_authority(entry(**fields), TODAY, url, {"link": site})
    assert paper.doi is not None
    assert told_by == (PUBLISHER if authority else LINK)


@pytest.mark.parametrize(
    ("fields", "url", "authority"),
    [
        ({"id": "oai:arXiv.org:2603.00001v3"}, "https://rss.arxiv.org/rss/cs.LG", ARXIV_DAILY),
        ({"id": ABS}, "https://export.arxiv.org/api/query", ARXIV_DAILY),
        ({"id": "oai:arXiv.org:2603.00001v3"}, "https://arxiv.example/rss", LINK),
        ({"id": "tag:n.example:1", "link": ABS}, "https://n.example/rss", LINK),
        ({"id": "tag:arxiv.org:1", "link": ABS}, "https://blog.arxiv.org/feed", LINK),
        ({"id": ABS}, "https://n.example/rss", LINK),
        ({"dc_identifier": "10.48550/arXiv.2603.00001"}, "https://n.example/rss", LINK),
    ],
)
def test_a_paper_of_arxiv_is_told_by_arxiv_s_own_feeds_alone(fields, url, authority):
    assert paper_and_authority(entry(**fields), TODAY, url, {})[1] == authority


def test_a_link_names_no_version():
    fields = {"link": ABS, "prism_doi": "10.1000/1"}
    paper, _ = paper_and_authority(
        entry(**fields), TODAY, "https://n.example/rss", {"link": "https://arxiv.org"}
    )
    assert (paper.id, paper.version, paper.doi) == ("arxiv:2603.00001", None, None)
    assert (paper.url, paper.pdf_url) == (
        "https://arxiv.org/abs/2603.00001",
        "https://arxiv.org/pdf/2603.00001",
    )


def test_what_links_to_no_paper_tells_itself():
    fields = {"link": "https://blog.example.org/post"}
    assert (
        paper_and_authority(entry(**fields), TODAY, "https://blog.example.org/rss", {})[1] == FEED
    )


def test_an_entry_of_arxiv_s_daily_feed_is_read_as_its_own_source_reads_it():
    fields = {
        "id": "oai:arXiv.org:2603.00001v1",
        "summary": "arXiv:2603.00001v1 Announce Type: new \nAbstract: We study it.",
        "authors": [{"name": "Ada Example (Univ. of Nowhere, Dept. of X), Bo Sample"}],
    }
    paper = paper_of(entry(**fields), TODAY)
    assert (paper.abstract, paper.authors) == ("We study it.", ("Ada Example", "Bo Sample"))
