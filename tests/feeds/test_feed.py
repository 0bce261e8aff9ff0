"""Reading a feed's bytes: links, text, dates, and documents that are none, or only half of one."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auld.errors import TryLater
from auld_connectors._feed import MOST_ENTRIES, Document, canonical_link, clean, read

UTF8 = "<?xml version='1.0' encoding='utf-8'?>"
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
GOOGLE = "https://www.google.com/url?rct=j&sa=t&url={}&ct=ga&cd=CAIy&usg=AOvV"


def rss(items: str, head: str = '<?xml version="1.0"?>') -> bytes:
    return f'{head}<rss version="2.0"><channel><title>Feed</title>{items}</channel></rss>'.encode()


def parse(body: bytes, content_type: str = "application/xml", cut: bool = False) -> Document:
    return read(body, {"Content-Type": content_type}, "https://feeds.example.org/dir/feed.xml", NOW, cut)


# --- links --------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("link", "canonical"),
    [
        (GOOGLE.format("https://news.example.com/a%3Fref%3Dhome"), "https://news.example.com/a?ref=home"),
        (GOOGLE.format("https://n.example/?utm_source%3Dx%26id%3D7%23top"), "https://n.example/?id=7"),
        ("https://www.google.co.uk/url?q=https://n.example/a", "https://n.example/a"),
        (GOOGLE.format("https%3A%2F%2Fwww.google.de%2Furl%3Furl%3Dhttps%3A%2F%2Fn.example%2Fa"), "https://n.example/a"),
        (GOOGLE.format("javascript:alert(1)"), ""),
        ("https://notgoogle.com/url?url=https://n.example/a", "https://notgoogle.com/url?url=https://n.example/a"),
        ("HTTPS://News.Example.COM:443/A?b=C#d", "https://news.example.com/A?b=C"),
        ("http://news.example.com:8080", "http://news.example.com:8080/"),
        ("https://n.example/a?gclid=1&fbclid=2&mc_cid=3&UTM_Medium=4&keep=5", "https://n.example/a?keep=5"),
        ("https://user:secret@n.example/a", "https://n.example/a"),
        ("https://n.example/a b\u202e", "https://n.example/a%20b%E2%80%AE"),
        ("https://n.example/größe", "https://n.example/größe"),
        ("https://[2001:db8::1]/a", "https://[2001:db8::1]/a"),
        ("javascript:alert(1)", ""),
        ("data:text/html,x", ""),
        ("ftp://n.example/a", ""),
        ("/relative", ""),
        ("https://", ""),
        ("https://[half", ""),
        ("https://n.example:99999/", ""),
        ("https://n.example/" + "x" * 5000, ""),
        (None, ""),
    ],
)
def test_canonical_links(link: object, canonical: str) -> None:
    assert canonical_link(link) == canonical


LINK = st.builds(
    "{}{}{}{}{}".format,
    st.sampled_from(["http://", "HTTPS://", "https://www.google.com/url?url=https://", "javascript:", ""]),
    st.sampled_from(["a.example", "A.Example.", "google.com", "a.example:80", "u:p@a.example", "[::1]"]),
    st.sampled_from(["", "/", "/url", "/ö %20"]) | st.text(max_size=8).map("/{}".format),
    st.text(st.sampled_from("?&=utm_xgclid%3A2F"), max_size=20),
    st.text(max_size=10),
)


@given(LINK | st.text(max_size=40))
def test_canonical_links_stay_as_they_are_and_hold_nothing_dangerous(link: str) -> None:
    once = canonical_link(link)
    assert canonical_link(once) == once
    assert once == "" or once.startswith(("http://", "https://"))
    assert once.isprintable()
    assert not set(once) & set(' <>"#')


@given(st.sampled_from(["utm_source", "utm_x", "gclid", "fbclid", "mc_eid"]), st.text(st.characters(codec="ascii"), max_size=5))
def test_tracking_and_fragments_make_no_difference(name: str, value: str) -> None:
    plain = "https://n.example/a?id=1"
    assert canonical_link(f"{plain}&{name}={value.replace('&', '').replace('#', '')}#x") in {plain, ""} or "\n" in value


# --- text ---------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<b>Ada</b> Vale&#39;s <i>pri</i>ze", "Ada Vale's prize"),
        ("one<br/>two<p>three</p>", "one two three"),
        ("a&nbsp;...  b\n\tc", "a ... b c"),
        ("AT&amp;T", "AT&T"),
        ("2 < 3 and 5 > 4", "2 < 3 and 5 > 4"),
        ("x<script>alert(1)</script>y<style>p{}</style>z", "x y z"),
        ("x<!-- a <b> --> y", "x y"),
        ("soft\u00adly \u202etxt\u202c \u200bz\ufeff", "softly txt z"),
        ("nul\x00 bell\x07 line\u2028", "nul bell line"),
        ("half \ud800 pair", "half pair"),
        ("", ""),
    ],
)
def test_clean_text(markup: str, text: str) -> None:
    assert clean(markup, 100) == text


@given(st.text(st.sampled_from("<>/!-&;#x1ab \n\u202e\x00scriptbr"), max_size=200), st.integers(1, 50))
def test_clean_text_is_one_line_of_limited_length(markup: str, longest: int) -> None:
    text = clean(markup, longest)
    assert len(text) <= longest
    assert "\n" not in text
    assert "\u202e" not in text
    assert "\x00" not in text


# --- documents ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"", "empty"),
        (b" \n ", "empty"),
        (b"<!DOCTYPE html><html><body>Before you continue</body></html>", "web page"),
        (b'{"items": []}', "not a feed"),
        (b"\x00\xff\xfe\x01", "not a feed"),
        (b"<?xml version='1.0'?><opml><body/></opml>", "not a feed"),
    ],
)
def test_what_is_no_feed_says_so(body: bytes, says: str) -> None:
    with pytest.raises(TryLater, match=says):
        parse(body)


@pytest.mark.parametrize(
    "body",
    [
        rss("<item><title>News</title><link>https://n.example/1</link></item>"),
        b'<rss version="0.91"><channel><title>Feed</title><item><title>News</title><link>https://n.example/1</link></item>'
        b"</channel></rss>",
        b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"><channel><title>Feed'
        b'</title></channel><item rdf:about="https://n.example/1"><title>News</title><link>https://n.example/1</link></item></rdf:RDF>',
        b'<feed xmlns="http://www.w3.org/2005/Atom"><title>Feed</title><entry><title>News</title><id>x:1</id>'
        b'<link href="https://n.example/1"/></entry></feed>',
        b'<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://n.example/"><title>Feed</title><entry><title>News</title>'
        b'<link rel="self" href="x"/><link href="1"/></entry></feed>',
    ],
)
def test_every_dialect_is_read(body: bytes) -> None:
    document = parse(body)
    assert document.title == "Feed"
    assert document.whole
    assert [(entry.title, entry.link) for entry in document.entries] == [("News", "https://n.example/1")]


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (rss("<item><title>Café</title></item>"), "text/xml; charset=us-ascii"),
        (rss("<item><title>Café</title></item>"), "text/html"),
        (
            "<rss version='2.0'><channel><item><title>Café</title></item></channel></rss>".encode("latin-1"),
            "text/xml; charset=latin-1",
        ),
        (
            rss("<item><title>Café</title></item>", "<?xml version='1.0' encoding='utf-8'?>").decode().encode("latin-1"),
            "text/xml",
        ),
        (b"\xef\xbb\xbf" + rss("<item><title>Caf\u00e9</title></item>"), "application/xml"),
    ],
)
def test_a_wrong_charset_or_type_is_survived(body: bytes, content_type: str) -> None:
    assert [entry.title for entry in parse(body, content_type).entries] == ["Café"]


def test_half_a_document_gives_its_whole_entries() -> None:
    whole = rss("".join(f"<item><title>News {n}</title><link>https://n.example/{n}</link></item>" for n in range(3)))
    document = parse(whole[: whole.index(b"News 2") + 3])
    assert [entry.title for entry in document.entries] == ["News 0", "News 1"]
    assert not document.whole


def test_a_malformed_but_complete_document_is_whole() -> None:
    document = parse(rss("<item><title>This & that</title></item><item><title>More</title></item>"))
    assert [entry.title for entry in document.entries] == ["This & that", "More"]
    assert document.whole


def test_small_entities_do_no_harm_and_bombs_do_not_go_off() -> None:
    bomb = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 9))
    body = rss("<item><title>Boom &a8;</title></item>", f'<!DOCTYPE rss [<!ENTITY a0 "{"x" * 100}">{bomb}]>')
    assert all(len(entry.title) <= 300 for entry in parse(body).entries)


def test_a_flood_of_entries_is_dammed() -> None:
    document = parse(rss("".join(f"<item><title>News {n}</title></item>" for n in range(MOST_ENTRIES + 7))))
    assert len(document.entries) == MOST_ENTRIES
    assert document.skipped == 7


def test_entries_without_words_are_skipped_and_counted() -> None:
    document = parse(rss("<item><link>https://n.example/</link></item><item><description>Only a summary</description></item>"))
    assert [(entry.title, document.skipped) for entry in document.entries] == [("Only a summary", 1)]


@pytest.mark.parametrize(
    ("date", "published", "dated"),
    [
        ("<pubDate>Mon, 02 Mar 2026 08:00:00 +0100</pubDate>", datetime(2026, 3, 2, 7, tzinfo=UTC), True),
        ("<pubDate>Tue, 02 Mar 2027 08:00:00 GMT</pubDate>", NOW, True),
        ("<pubDate>Thu, 01 Jan 1970 00:00:00 GMT</pubDate>", NOW, False),
        ("<pubDate>soon</pubDate>", NOW, False),
        ("<pubDate>Mon, 99 Foo 99999 08:00:00 GMT</pubDate>", NOW, False),
        ("", NOW, False),
    ],
)
def test_dates(date: str, published: datetime, dated: bool) -> None:
    (entry,) = parse(rss(f"<item><title>News</title>{date}</item>")).entries
    assert (entry.published, entry.dated) == (published, dated)


def test_updated_stands_in_for_published() -> None:
    body = b'<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>N</title><updated>2026-03-01T00:00:00Z</updated></entry></feed>'
    assert [entry.published for entry in parse(body).entries] == [datetime(2026, 3, 1, tzinfo=UTC)]


@given(st.binary(max_size=300) | st.text(st.sampled_from("<>/!?&;=\"' itemrssfd[]-\n"), max_size=300).map(str.encode))
def test_no_bytes_make_it_fall_over(body: bytes) -> None:
    for candidate in (body, rss("").replace(b"</channel>", body + b"</channel>")):
        try:
            document = parse(candidate)
        except TryLater:
            continue
        assert all(entry.title for entry in document.entries)
