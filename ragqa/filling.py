"""Files, folders and articles into an index: what `Pipeline.add` does, and the report of it.

    articles -> index.add -> AddReport

Nothing that can't be read stops the rest: it is named in the report and logged. Imports no model.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import NamedTuple

from ragqa.articles import Fault, bytes_to_read, iter_articles, origin_of
from ragqa.index import Added, Duplicates, Index
from ragqa.records import Article

__all__ = ["AddReport", "fill"]

logger = logging.getLogger(__name__)

When = str | date | datetime | None


class AddReport(NamedTuple):
    """What `Pipeline.add` did: articles added, replaced, unchanged and removed, passages embedded, and what could not be read.

    ``kept`` counts the articles that were left as they are, because duplicates are skipped; ``skipped`` names the files in folders
    that were taken for no articles by their suffix, such as ``.pdf``.
    """

    added: int = 0
    replaced: int = 0
    unchanged: int = 0
    removed: int = 0
    passages: int = 0
    faults: tuple[str, ...] = ()
    skipped: tuple[str, ...] = ()
    kept: int = 0


class _Outlook:
    """Tells how many passages there will be, from the share of the bytes that has been read."""

    def __init__(self, total: int, expect: Callable[[int], None]) -> None:
        self._total = total
        self._expect = expect
        self._read = 0
        self._planned = 0

    def read(self, size: int) -> None:
        self._read += size

    def planned(self, passages: int) -> None:
        self._planned += passages
        if self._read:
            self._expect(max(self._planned, round(self._planned * self._total / self._read)))


def fill(
    index: Index,
    items: Sequence[str | Path | Article],
    *,
    source: str | None = None,
    date: When = None,
    sync: bool = False,
    duplicates: Duplicates | None = None,
    progress: Callable[[int], None] | None = None,
    expect: Callable[[int], None] | None = None,
) -> AddReport:
    """Add files, folders and articles to ``index``; the options are those of `Pipeline.add`.

    Raises:
        ArticleError: a path does not exist, or is an index.
        StorageError: the index can't be written.
    """
    report = AddReport()
    given = [item for item in items if isinstance(item, Article)]
    paths = [Path(item) for item in items if not isinstance(item, Article)]
    outlook = _Outlook(sum(map(bytes_to_read, paths)), expect) if expect else None
    if given:
        report = _sum(report, index.add(given, duplicates=duplicates, progress=progress), [])
    for path in paths:
        report = _add_path(
            index,
            path,
            report,
            source=source,
            date=date,
            sync=sync,
            duplicates=duplicates,
            progress=progress,
            outlook=outlook,
        )
    return report


def _add_path(
    index: Index,
    path: Path,
    report: AddReport,
    *,
    source: str | None,
    date: When,
    sync: bool,
    duplicates: Duplicates | None,
    progress: Callable[[int], None] | None,
    outlook: _Outlook | None,
) -> AddReport:
    origin = origin_of(path)
    faults: list[str] = []
    skipped: list[str] = []
    seen: set[str] = set()

    def readable() -> Iterator[Article]:
        read = outlook.read if outlook else None
        for item in iter_articles(path, source=source, date=date, on_skipped=skipped.append, on_read=read):
            if isinstance(item, Fault):
                faults.append(str(item))
            else:
                seen.add(item.id)
                yield item

    done = index.add(
        readable(),
        origin=origin,
        duplicates=duplicates,
        progress=progress,
        planned=outlook.planned if outlook else None,
    )
    if not seen and not faults:
        logger.warning("there is no article in %s: nothing was added", path)
    if skipped:
        logger.warning("%s", _passed_over(path, skipped))
    report = _sum(report, done, faults)._replace(skipped=(*report.skipped, *skipped))
    if sync and path.is_dir():
        if faults:
            logger.warning("nothing is removed: %s holds files that can't be read", path)
        else:
            gone = [article_id for article_id in index.ids(origin=origin) if article_id not in seen]
            report = report._replace(removed=report.removed + index.delete(gone))
    return report


def _sum(report: AddReport, done: Added, faults: Iterable[str]) -> AddReport:
    """Return the report with what was done to it; what could not be read or taken in is logged as well."""
    new = (*faults, *done.refused)
    for fault in new:
        logger.warning("%s", fault)
    return report._replace(
        added=report.added + done.added,
        replaced=report.replaced + done.replaced,
        unchanged=report.unchanged + done.unchanged,
        passages=report.passages + done.passages,
        kept=report.kept + done.skipped,
        faults=(*report.faults, *new),
    )


def _passed_over(path: Path, skipped: Sequence[str]) -> str:
    """Return one line about all files that were passed over: a folder may hold a thousand pictures."""
    kinds = Counter(Path(name).suffix.lower() or "no suffix" for name in skipped)
    told = ", ".join(f"{count:,} {kind}" for kind, count in kinds.most_common())
    files = "1 file" if len(skipped) == 1 else f"{len(skipped):,} files"
    return f"{path}: {files} passed over ({told}): convert to text or HTML what holds articles"
