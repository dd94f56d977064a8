"""HTML pages: the body, title, author and site name as trafilatura finds them; date, address and language as the page states them.

This module is the only importer of trafilatura. Its date is not taken: with no date in the markup it guesses one from whatever
looks like a date on the page, a footer or a sentence of the article, and it drops the time of day. Its address may be that of the
site (``<base>``).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from ragqa.articles.decoding import decode, read_bytes
from ragqa.articles.fields import Found, Unreadable
from ragqa.dates import parse_published
from ragqa.errors import ArticleError, MissingExtra

if TYPE_CHECKING:
    from configparser import ConfigParser

    from lxml.html import HtmlElement

__all__ = ["read_html"]

# A news page has a few thousand elements. The time of trafilatura grows with them: 50,000 take it about seven seconds.
_MOST_ELEMENTS = 50_000
# It searches metadata for tags with a pattern that takes quadratic time on "<" after "<": what goes over this number is cut out.
_MOST_ANGLES = 500

_CHARSET = re.compile(
    rb"""<(?:meta[^>]{0,200}?charset|\?xml[^>]{0,200}?encoding)\s*=\s*["']?\s*([\w.:-]+)""", re.IGNORECASE
)
_HOST = re.compile(r"https?://(?:www\.)?([\w.-]+)", re.IGNORECASE)
_SAVED_FROM = re.compile(r"<!-- saved from url=\(\d+\)(https?://\S+)")

_META_DATES = (
    "article:published_time", "og:article:published_time", "og:published_time", "datepublished", "date_published",
    "parsely-pub-date", "sailthru.date", "publish-date", "publish_date", "publication_date", "citation_publication_date",
    "dc.date.issued", "dcterms.issued", "dcterms.date", "dc.date", "pubdate", "date",
)  # fmt: skip
_DATED_CLASS = re.compile(
    r"(?:^|[\s_-])(?:date|datetime|dateline|pub(?:lish(?:ed)?)?-?date|published|timestamp|posted|posted-on)(?:$|[\s_-])"
)
_BEFORE_DATE = re.compile(r"^(?:(?:first )?(?:published|posted)(?: on| at)?|date)\s*:?\s*", re.IGNORECASE)
_DATE_IN_URL = re.compile(r"/((?:19|20)\d\d)/(\d\d?)/(\d\d?)/")
_LONGEST_DATE = 80
_BESIDE = ("nav", "aside", "footer")
_BESIDE_CLASS = re.compile("comment|related", re.IGNORECASE)


def read_html(path: Path) -> Iterator[Found]:
    """Read an HTML page: one article.

    Raises:
        MissingExtra: trafilatura is not installed.
        Unreadable: it is no text, no page, too large a page, or a page without an article.
        OSError: the file can't be read.
    """
    data = read_bytes(path)
    declared = _CHARSET.search(data[:4096])
    page = decode(data, declared=declared[1].decode("ascii") if declared else None).removeprefix("\ufeff")
    if not page.strip():
        raise Unreadable("the page is empty: remove it, or save it again")
    tree = _parsed(page)
    saved_from = _SAVED_FROM.search(page, 0, 4096)
    url = _address(tree) or (saved_from[1] if saved_from else None)
    date = _published(tree, url)
    language = (tree.get("lang") or "").strip()
    text, title, author, site = _extracted(tree)
    host = _HOST.match(url) if url else None
    stated: dict[str, object] = {"text": text, "title": title, "url": url, "published_at": date, "language": language}
    if author:
        stated["authors"] = [name.strip() for name in author.split(";")]
    if site:
        stated["source"] = site
    yield Found(
        {name: value for name, value in stated.items() if value},
        fallback={"source": host[1].lower()} if host else {},
    )


def _parsed(page: str) -> HtmlElement:
    try:
        from lxml import etree
        from lxml.html import HTMLParser, document_fromstring
    except ImportError as error:
        raise _missing() from error
    parser = HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, collect_ids=False)
    try:
        tree = document_fromstring(page.encode("utf-8"), parser=parser)
    except (etree.LxmlError, ValueError) as error:
        raise Unreadable(f"it is not an HTML page ({error}): remove it, or save it again") from error
    if sum(1 for _ in tree.iter()) > _MOST_ELEMENTS:
        raise Unreadable(
            f"the page has over {_MOST_ELEMENTS:,} elements, too much for one article: split it, or save its text"
        )
    return tree


def _extracted(tree: HtmlElement) -> tuple[str, str | None, str | None, str | None]:
    """Return body, title, author and site name. Changes ``tree``."""
    try:
        from trafilatura import bare_extraction
    except ImportError as error:
        raise _missing() from error
    angles = 0
    for element in tree.xpath(".//script | .//meta | .//title"):
        own = ((element.text or "") + element.get("content", "")).count("<")
        is_program = element.tag == "script" and "json" not in element.get("type", "")
        if is_program or angles + own > _MOST_ANGLES:
            element.drop_tree()
        else:
            angles += own
    document = bare_extraction(
        tree,
        favor_recall=True,
        include_comments=False,
        with_metadata=True,
        date_extraction_params={"extensive_search": False, "original_date": True},
        config=_settings(),
    )
    text = document.text if document is not None else ""
    if not text or not text.strip():
        raise Unreadable("no article is found in the page: save the page of the article, or its text")
    # Where the page names no site, trafilatura gives the host of its address: a guess, to be used last.
    guessed = document.url and re.match(
        r"https?://(?:www\.|w\d+\.)?" + re.escape(document.sitename or "?") + "(?:/|$)", document.url
    )
    return text, document.title, document.author, None if guessed else document.sitename


@cache
def _settings() -> ConfigParser:
    from trafilatura.settings import use_config

    settings: ConfigParser = use_config()
    # Below this length it takes all text of the page in one line, byline and dates among it: paragraphs of short articles are lost.
    settings.set("DEFAULT", "MIN_EXTRACTED_SIZE", "1")
    return settings


def _address(tree: HtmlElement) -> str | None:
    """Return the address that the page states, if it is absolute."""
    found = (
        tree.xpath('string(.//link[@rel="canonical"]/@href)'),
        tree.xpath('string(.//meta[@property="og:url"]/@content)'),
    )
    return next((url for url in map(str.strip, found) if re.match(r"https?://[^/]", url)), None)


def _published(tree: HtmlElement, url: str | None) -> str | None:
    """Return the date that the page states of itself: one that can be read if there is one, else the first."""
    stated = [*_meta_dates(tree), *_linked_data_dates(tree)]
    likely = [*stated, *_visible_dates(tree)]
    if url and (in_url := _DATE_IN_URL.search(url)):
        likely.append("-".join(in_url.groups()))
    return next((value for value in likely if _is_date(value)), stated[0] if stated else None)


def _is_date(value: str) -> bool:
    try:
        parse_published(value)
    except ArticleError:
        return False
    return True


def _meta_dates(tree: HtmlElement) -> list[str]:
    found: dict[str, str] = {}
    for element in tree.iter("meta"):
        content = (element.get("content") or "").strip()
        for key in (element.get("property"), element.get("name"), element.get("itemprop")):
            if key and content:
                found.setdefault(key.strip().lower(), content)
    return [found[key] for key in _META_DATES if key in found]


def _linked_data_dates(tree: HtmlElement) -> list[str]:
    found = []
    for script in tree.xpath('.//script[@type="application/ld+json"]'):
        try:
            things = [json.loads(script.text or "", strict=False)]
        except (ValueError, RecursionError):
            continue
        while things:
            thing = things.pop()
            if isinstance(thing, list):
                things += reversed(thing)
            elif isinstance(thing, dict):
                if isinstance(date := thing.get("datePublished"), str) and date.strip():
                    found.append(date)
                things += [thing[key] for key in ("mainEntity", "@graph") if key in thing]
    return found


def _visible_dates(tree: HtmlElement) -> Iterator[str]:
    """Yield what elements for dates hold, such as ``<time>`` and ``class="date"``, those named for publication first."""
    elements = list(_beside_nothing(tree))
    published = [element for element in elements if (element.get("itemprop") or "").lower() == "datepublished"]
    marked = [element for element in elements if element.tag == "time"]
    named = [element for element in elements if _DATED_CLASS.search((element.get("class") or "").lower())]
    for element in (*published, *marked, *named):
        for value in (element.get("datetime"), element.get("content"), _short_text(element)):
            if value:
                yield _BEFORE_DATE.sub("", value.strip())


def _beside_nothing(tree: HtmlElement) -> Iterator[HtmlElement]:
    """Yield the elements of the page in order, without navigation, footers, comments and links to other articles."""
    waiting = [tree]
    while waiting:
        element = waiting.pop()
        if element.tag not in _BESIDE and not _BESIDE_CLASS.search(element.get("class") or ""):
            yield element
            waiting += reversed(element)


def _short_text(element: HtmlElement) -> str:
    text = " ".join(" ".join(element.itertext()).split())
    return text if len(text) <= _LONGEST_DATE else ""


def _missing() -> MissingExtra:
    return MissingExtra('reading HTML needs trafilatura, which is not installed: pip install "ragqa[html]"')
