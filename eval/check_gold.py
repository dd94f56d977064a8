"""Check the labels of the news gold set against its articles, and print how many questions of each kind there are.

    python eval/check_gold.py                  exit status 1 where something is wrong, with a line for each fault
    python eval/check_gold.py --write-sums     write SHA256SUMS anew first (only where the set is changed on purpose)

What the fields mean stands in eval/README.md. Everything is checked that a script can: that texts stand where labels say, that
halves share no topic and no article, that dates agree with their words, that rival values come from the times that the kind
of conflict needs, that copies are near-copies. Whether an answer is the right one, only a reader can say.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

from gold_dates import fault_of_date

from ragqa.articles import load_articles
from ragqa.records import Article
from ragqa.sentences import sentence_spans

HERE = Path(__file__).parent
HALVES = ("dev", "test")
KINDS = (
    "plain", "changing", "differs", "syndicated", "correction", "relative_date", "attribution",
    "unanswerable_near", "unanswerable_far",
)  # fmt: skip
LEAST = {"dev": 15, "test": 30}
NEAR_COPY = 0.5
"""Share of the shorter text's runs of five words that a copy has in common with its original, at least."""
MOST_BORROWED = 5
"""The longest run of words that a question may share with the sentence that answers it."""
SUMS = "SHA256SUMS"

Row = dict[str, Any]
Label = dict[str, Any]


def faults_of(root: Path) -> list[str]:
    """Return what is wrong with the set below ``root``, one line a fault; none where all is well."""
    loaded = load_articles(root / "articles")
    articles = {article.id: article for article in loaded.articles}
    rows = {half: read_rows(root, half) for half in HALVES}
    faults = [str(fault) for fault in loaded.faults]
    for article in articles.values():
        faults += [f"{article.id}: {fault}" for fault in _article(article)]
    for half in HALVES:
        for row in rows[half]:
            faults += [f"{row['id']}: {fault}" for fault in _row(row, half, articles)]
    return [*faults, *_whole(rows, articles), *_sums(root)]


def read_rows(root: Path, half: str) -> list[Row]:
    """Return the questions of a half."""
    lines = (root / "gold" / f"news_{half}.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def _article(article: Article) -> Iterator[str]:
    for name in ("title", "source", "url", "published_at", "authors"):
        if not getattr(article, name):
            yield f"has no {name}"
    if not 120 <= len(article.text.split()) <= 350:
        yield f"has {len(article.text.split())} words, expected 120 to 350"
    if not re.match(r"https://[a-z0-9]+\.example\.(com|org)/", article.url or ""):
        yield f"its url {article.url} is not of a domain reserved for examples"
    if not article.id.split("/")[-1].startswith(str(article.published_at)[:10]):
        yield f"its name does not begin with {article.published_at}"


def _row(row: Row, half: str, articles: dict[str, Article]) -> Iterator[str]:
    if row["half"] != half or row["kind"] not in KINDS:
        yield f"is in the half {half} and says {row['half']}, its kind {row['kind']!r}"
    labels: list[Label] = [*row["spans"], *row.get("resolved_dates", ()), *row.get("corrected", ())]
    labels += [*(row.get("attribution") or ()), *(row["conflict"]["values"] if row["conflict"] else ())]
    unknown = {label["article_id"] for label in labels} - set(articles)
    if unknown or any(not label["article_id"].startswith(f"{half}/") for label in labels):
        yield f"names articles that are not there, or of the other half: {sorted(unknown)}"
        return
    is_attribution = row["kind"] == "attribution"
    for label in labels:
        # The text of an attribution is that of its words; the answer in it has its own label among the spans.
        prefix = "attribution_" if "attribution_start" in label else ""
        yield from _stands(label, articles[label["article_id"]].text, prefix)
    if row["kind"].startswith("unanswerable") != (not row["spans"]):
        yield f"is {row['kind']} with {len(row['spans'])} places"
    if (row["kind"] in ("differs", "changing")) != (row["conflict"] is not None):
        yield f"is {row['kind']} with the conflict {row['conflict']}"
    if is_attribution != ("attribution" in row) or (row["kind"] == "relative_date") != ("resolved_dates" in row):
        yield "has labels of another kind"
    yield from _answers(row)
    yield from _wording(row, articles)
    yield from _of_kind(row, articles)


def _stands(label: Label, text: str, prefix: str) -> Iterator[str]:
    start, end = label[f"{prefix}start"], label[f"{prefix}end"]
    if text[start:end] != label["text"]:
        yield f"{label['text']!r} is not at {start}, but {text[start:end]!r}"
    if re.search(r"[\w]\Z|\d[.,]\Z", text[:start]) or re.match(r"\w|[.,]\d", text[end:]):
        yield f"{label['text']!r} cuts a word or a figure"


def _answers(row: Row) -> Iterator[str]:
    places = {(place["article_id"], place["start"], place["text"]) for place in row["spans"]}
    texts = {place["text"] for place in row["spans"]}
    if {answer["text"] for answer in row["answers"]} != texts:
        yield "its answers are not the texts of its spans"
    if sorted(row["article_ids"]) != sorted({place["article_id"] for place in row["spans"]}):
        yield "its article_ids are not the articles of its spans"
    for answer in row["answers"]:
        start = answer.get("answer_start")
        if start is not None and (row["article_ids"][0], start, answer["text"]) not in places:
            yield f"the start of {answer['text']!r} is not one in the first article"
    if row["answers"] and "answer_start" not in row["answers"][0]:
        yield "its first answer has no start"


def _wording(row: Row, articles: dict[str, Article]) -> Iterator[str]:
    asked = _words(row["question"])
    for place in row["spans"]:
        sentence = _words(_sentence(articles[place["article_id"]].text, place["start"]))
        runs = _runs(sentence, MOST_BORROWED + 1) & _runs(asked, MOST_BORROWED + 1)
        if runs:
            yield f"borrows {runs} from the sentence that answers it"
    if row["answers"] and row["answers"][0]["text"].lower() in row["question"].lower():
        yield f"names its own answer {row['answers'][0]['text']!r}"


def _of_kind(row: Row, articles: dict[str, Article]) -> Iterator[str]:
    if row["conflict"]:
        yield from _conflict(row, articles)
    if row["kind"] == "syndicated" or "sources" in row:
        yield from _sources(row, articles)
    if row["kind"] == "correction":
        yield from _correction(row, articles)
    for label in row.get("resolved_dates", ()):
        published = date.fromisoformat(str(articles[label["article_id"]].published_at)[:10])
        if fault := fault_of_date(label["text"], label["date"], published):
            yield f"{label['text']!r} on {published}: {fault}"
    for label in row.get("attribution") or ():
        yield from _attribution(row, label, articles[label["article_id"]].text)


def _conflict(row: Row, articles: dict[str, Article]) -> Iterator[str]:
    days = defaultdict(set)
    for value in row["conflict"]["values"]:
        days[value["value"]].add(date.fromisoformat(str(articles[value["article_id"]].published_at)[:10]))
    ordered = [days[number] for number in sorted(days)]
    if len(ordered) < 2 or sorted(days) != list(range(1, len(days) + 1)):
        yield f"has the values {sorted(days)}"
    texts = {(value["value"], value["text"].lower()) for value in row["conflict"]["values"]}
    if len({text for _, text in texts}) < len(texts):
        yield "two of its values have the same words"
    expected = {"differs": "differs", "changing": "superseded"}[row["kind"]]
    if row["conflict"]["kind"] != expected:
        yield f"is {row['kind']} and says {row['conflict']['kind']}"
    if expected == "differs":
        if (max(map(max, ordered)) - min(map(min, ordered))).days > 1:
            yield "its values differ, but not at the same time"
    else:
        if any(max(older) >= min(newer) for newer, older in pairwise(ordered)):
            yield "its values do not go from the newest to the oldest"
        newest = {(v["article_id"], v["start"]) for v in row["conflict"]["values"] if v["value"] == 1}
        if not newest <= {(place["article_id"], place["start"]) for place in row["spans"]}:
            yield "its answer is not the newest value"


def _sources(row: Row, articles: dict[str, Article]) -> Iterator[str]:
    originals: list[Article] = []
    for article_id in row["article_ids"]:
        if not any(_is_copy(articles[article_id], known) for known in originals):
            originals.append(articles[article_id])
    if row["sources"] != len(originals):
        yield f"says {row['sources']} sources, and its articles come from {len(originals)}"
    if row["kind"] == "syndicated" and len(originals) == len(row["article_ids"]):
        yield "none of its articles is a copy of another"
    if len({article.source for article in originals}) < len(originals):
        yield "two of its sources are one outlet"


def _is_copy(one: Article, other: Article) -> bool:
    first, second = (_runs(_words(article.text), 5) for article in (one, other))
    return len(first & second) >= NEAR_COPY * min(len(first), len(second))


def _correction(row: Row, articles: dict[str, Article]) -> Iterator[str]:
    for label in row["corrected"]:
        text = articles[label["article_id"]].text
        notice = re.search(r"^(?:Correction|Editor's note|Clarification)\b[^\n]*\s*\Z", text, re.M)
        if notice is None or label["start"] < notice.start():
            yield f"{label['text']!r} does not stand in a notice at the end"
        if label["text"] in {place["text"] for place in row["spans"]}:
            yield f"{label['text']!r} is both wrong and right"
    if not row["corrected"]:
        yield "does not say which value was wrong"


def _attribution(row: Row, label: Label, text: str) -> Iterator[str]:
    start, end = label["attribution_start"], label["attribution_end"]
    if text[label["speaker_start"] : label["speaker_end"]] != label["speaker"]:
        yield f"the speaker {label['speaker']!r} does not stand there"
    if not (start <= label["speaker_start"] and label["speaker_end"] <= end):
        yield f"the speaker {label['speaker']!r} is not in {label['text']!r}"
    if (label["article_id"], label["start"], label["end"]) not in {
        (place["article_id"], place["start"], place["end"]) for place in row["spans"]
    }:
        yield "an attribution is not that of an answer"
    if label["start"] < end and start < label["end"]:
        yield "an answer overlaps its attribution"
    if "\n" in text[min(start, label["start"]) : max(end, label["end"])]:
        yield "an answer and its attribution stand in two paragraphs"


def _whole(rows: dict[str, list[Row]], articles: dict[str, Article]) -> Iterator[str]:
    every = [row for half in HALVES for row in rows[half]]
    for name in ("id", "question"):
        yield from (f"the {name} {text!r} stands twice" for text, n in Counter(r[name] for r in every).items() if n > 1)
    topics = {half: {row["topic"] for row in rows[half]} - {None} for half in HALVES}
    if topics["dev"] & topics["test"] or min(map(len, topics.values())) < 8:
        yield f"the halves need eight topics each and none in common: {topics}"
    owners = defaultdict(set)
    for row in every:
        for article_id in row["article_ids"]:
            owners[article_id].add(row["topic"])
    yield from (f"{name} belongs to {sorted(own)}" for name, own in owners.items() if len(own) > 1)
    yield from (f"{name} is asked about by no question" for name in articles if name not in owners)
    for half, least in LEAST.items():
        counts = Counter(row["kind"] for row in rows[half])
        yield from (
            f"{half}: {counts[kind]} questions are {kind}, expected {least}" for kind in KINDS if counts[kind] < least
        )


def sums_of(root: Path) -> str:
    """Return the lines of the file of hashes: of both files of questions and of every article, as ``sha256sum`` writes them."""
    files = [*sorted(root.glob("gold/*.jsonl")), *sorted(root.glob("articles/*/*.txt"))]
    return "".join(f"{hashlib.sha256(p.read_bytes()).hexdigest()}  {p.relative_to(root).as_posix()}\n" for p in files)


def _sums(root: Path) -> Iterator[str]:
    stated = (root / "gold" / SUMS).read_text(encoding="utf-8").splitlines()
    yield from (f"gold/{SUMS} and the files disagree: {line}" for line in set(stated) ^ set(sums_of(root).splitlines()))


def _sentence(text: str, at: int) -> str:
    return next((text[start:end] for start, end in sentence_spans(text) if start <= at < end), "")


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


def _runs(words: list[str], length: int) -> set[tuple[str, ...]]:
    return {tuple(words[at : at + length]) for at in range(len(words) - length + 1)}


def table(root: Path) -> str:
    """Return how many questions of each kind a half has, with its topics and articles."""
    rows = {half: read_rows(root, half) for half in HALVES}
    kinds = {half: Counter(row["kind"] for row in rows[half]) for half in HALVES}
    figures: dict[str, list[object]] = {"kind": [*HALVES]}
    figures |= {kind: [kinds[half][kind] for half in HALVES] for kind in KINDS}
    figures["questions"] = [len(rows[half]) for half in HALVES]
    figures["topics"] = [len({row["topic"] for row in rows[half]} - {None}) for half in HALVES]
    figures["articles"] = [len(list((root / "articles" / half).glob("*.txt"))) for half in HALVES]
    return "\n".join(f"{name:<20}{dev!s:>6}{test!s:>6}" for name, (dev, test) in figures.items())


def main() -> int:
    """Run the check; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--root", type=Path, default=HERE, help="the folder with articles/ and gold/")
    parser.add_argument("--write-sums", action="store_true", help=f"write gold/{SUMS} anew before checking")
    given = parser.parse_args()
    if given.write_sums:
        (given.root / "gold" / SUMS).write_text(sums_of(given.root), encoding="utf-8")
    faults = faults_of(given.root)
    print(table(given.root))
    for fault in faults:
        print(fault)
    print(f"{len(faults)} faults" if faults else "no faults")
    return 1 if faults else 0


if __name__ == "__main__":
    raise SystemExit(main())
