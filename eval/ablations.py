"""What each default buys: the whole pipeline with one thing changed at a time, on questions that are kept for choosing.

    python eval/ablations.py --gold squad11_choose.jsonl.gz --gold qamr_news_choose.jsonl.gz --out eval/results/ablations

Contexts that share a title are joined into one article, so that passages are cut as from whole articles; all are one index. Every
variant is asked the same questions as the default and compared with it question by question, by `ragqa.evaluation.compare_runs`.
Written are ``OUT.json`` and ``OUT.md``, the table that documents quote. Never run this on a file that is kept for reporting: its
figures would be chosen, not measured.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from rich.progress import Progress

from ragqa import (
    DenseRetriever,
    ExtractiveReader,
    Filter,
    Hit,
    HybridRetriever,
    Index,
    LexicalRetriever,
    Passage,
    Pipeline,
    Retriever,
    Span,
)
from ragqa.calibration import Support
from ragqa.embedding import DefaultEmbedder
from ragqa.evaluation import GoldSet, Run, compare_runs, read_gold_set, run_qa, run_retrieval
from ragqa.evaluation.contexts import article_of, corpus_of, open_corpus
from ragqa.evaluation.questions import GoldQuestion

K = 10
DEPTH = 50
SPANS = 5
RETRIEVAL = ("recall_at_1", "recall_at_5", "recall_at_10", "mrr")
ANSWERS = ("exact_match", "f1")


class ByRank:
    """Dense and lexical hits fused by ``sum of 1 / (constant + rank)``, to hold the fusion of scores against.

    Source: Cormack, Clarke and Buettcher (2009), Reciprocal Rank Fusion, doi:10.1145/1571941.1572114.
    """

    def __init__(self, index: Index, *, constant: int) -> None:
        self.parts = (DenseRetriever(index), LexicalRetriever(index))
        self.constant = constant

    def retrieve(self, questions: Sequence[str], *, k: int, filter: Filter | None = None) -> list[list[Hit]]:
        """Return for each question at most ``k`` hits, best first."""
        lists = [part.retrieve(questions, k=max(DEPTH, k), filter=filter) for part in self.parts]
        return [self._fuse(own)[:k] for own in zip(*lists, strict=True)]

    def _fuse(self, lists: Sequence[Sequence[Hit]]) -> list[Hit]:
        hits = {hit.passage.id: hit for own in lists for hit in own}
        scores = dict.fromkeys(hits, 0.0)
        for hit in (hit for own in lists for hit in own):
            scores[hit.passage.id] += 1 / (self.constant + hit.rank)
        best_first = sorted(scores, key=lambda name: (-scores[name], name))
        return [
            hits[name].model_copy(update={"score": scores[name], "rank": rank, "kind": "hybrid"})
            for rank, name in enumerate(best_first, start=1)
        ]


class Remembering(ExtractiveReader):
    """A reader that reads a passage for a question once: what a passage gets doesn't depend on the others."""

    def __init__(self, reader: ExtractiveReader) -> None:
        self.__dict__.update(vars(reader))
        self._known: dict[tuple[str, str], list[Span]] = {}

    def read_many(
        self,
        pairs: Sequence[tuple[str, Passage]],
        *,
        top_n: int = SPANS,
        above: float = -math.inf,
        progress: Callable[[int], None] | None = None,
    ) -> list[list[Span]]:
        """Return the best spans of each pair, from memory where it was read before."""
        wanted = {(question, passage.id): (question, passage) for question, passage in pairs}
        unread = {key: pair for key, pair in wanted.items() if key not in self._known}
        self._known |= zip(
            unread, super().read_many(list(unread.values()), top_n=SPANS, progress=progress), strict=True
        )
        found = [self._known[question, passage.id][:top_n] for question, passage in pairs]
        return [[span for span in spans if span.score > above] for spans in found]


class Variant(NamedTuple):
    """One thing changed; the fields are the defaults."""

    name: str
    retriever: Callable[[Index], Retriever] = HybridRetriever
    chunk_tokens: int | None = None
    overlap_tokens: int | None = None
    k: int = K
    embedder: str = "int8"
    reader: str = "int8"
    support: bool = True


VARIANTS = (
    Variant("default"),
    Variant("dense alone", retriever=DenseRetriever),
    Variant("lexical alone", retriever=LexicalRetriever),
    Variant("fused by rank, constant 60", retriever=lambda index: ByRank(index, constant=60)),
    Variant("fused by rank, constant 10", retriever=lambda index: ByRank(index, constant=10)),
    Variant("lexical weight 0.2", retriever=lambda index: HybridRetriever(index, lexical_weight=0.2)),
    Variant("lexical weight 0.4", retriever=lambda index: HybridRetriever(index, lexical_weight=0.4)),
    Variant("lexical weight 0.8", retriever=lambda index: HybridRetriever(index, lexical_weight=0.8)),
    Variant("depth 20", retriever=lambda index: HybridRetriever(index, depth=20)),
    Variant("depth 100", retriever=lambda index: HybridRetriever(index, depth=100)),
    Variant("answers ranked by the reader alone", support=False),
    Variant("dense alone, ranked by the reader alone", retriever=DenseRetriever, support=False),
    Variant("lexical alone, ranked by the reader alone", retriever=LexicalRetriever, support=False),
    Variant("k = 3", k=3),
    Variant("k = 5", k=5),
    Variant("k = 20", k=20),
    Variant("passages of 96 tokens", chunk_tokens=96, overlap_tokens=20),
    Variant("passages of 208 tokens", chunk_tokens=208, overlap_tokens=40),
    Variant("no overlap", overlap_tokens=0),
    Variant("embedder in fp32", embedder="fp32"),
    Variant("reader in fp32", reader="fp32"),
)


def main() -> None:
    """Run the variants and write the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gold", type=Path, action="append", required=True, help="asked; may be given again")
    parser.add_argument("--also", type=Path, action="append", default=[], help="its contexts are searched as well")
    parser.add_argument("--reader", help="a reader, by name or folder; the packaged one if left out")
    parser.add_argument("--reader-fp32", help="the same reader in fp32, by folder; its variant is left out without it")
    parser.add_argument("--limit", type=int, default=500, help="questions of each file, spread evenly over it")
    parser.add_argument("--only", action="append", help="the name of a variant; may be given again")
    parser.add_argument("--out", type=Path, required=True, help="path of the table, without suffix")
    options = parser.parse_args()

    files = [whole_articles(read_gold_set(path)) for path in options.gold]
    asked = {question.id for gold in files for question in gold.limited(options.limit).questions}
    others = [whole_articles(read_gold_set(path)) for path in options.also]
    readers = {"int8": Remembering(ExtractiveReader.from_pretrained(options.reader))}
    if options.reader_fp32:
        readers["fp32"] = Remembering(ExtractiveReader.from_pretrained(options.reader_fp32))
        readers["fp32"].calibration = readers["int8"].calibration
    chosen = [
        variant
        for variant in VARIANTS
        if variant.name in ("default", *(options.only or [variant.name])) and variant.reader in readers
    ]
    runs: dict[str, tuple[Run, Run]] = {}
    for variant in chosen:
        runs[variant.name] = measure(variant, merged(files), asked, others, readers[variant.reader])
        write(options, runs, readers["int8"].name)
    print(options.out.with_suffix(".md").read_text(encoding="utf-8"), end="")


def write(options: argparse.Namespace, runs: dict[str, tuple[Run, Run]], reader: str) -> None:
    """Write what is known by now."""
    default = runs["default"]
    report = {
        "gold": [path.name for path in options.gold],
        "also": [path.name for path in options.also],
        "questions": len(default[0]["questions"]),
        "reader": reader,
        "settings": default[1]["settings"],
        "versions": default[1]["versions"],
        "variants": {name: against_default(default, own) for name, own in runs.items()},
    }
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.with_suffix(".json").write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    options.out.with_suffix(".md").write_text(markdown(report), encoding="utf-8")


def whole_articles(gold: GoldSet) -> GoldSet:
    """Return the set with the contexts of each title joined; a title that is only an id joins nothing."""
    texts: dict[str, dict[str, int]] = {}
    for question in gold.questions:
        if headline(question):
            own = texts.setdefault(headline(question), {})
            own.setdefault(question.context, sum(len(text) + 2 for text in own))
    joined = {title: "\n\n".join(own) for title, own in texts.items()}

    def moved(question: GoldQuestion) -> GoldQuestion:
        title = headline(question)
        if not title:
            return question
        first = texts[title][question.context]
        starts = tuple(None if start is None else first + start for start in question.starts)
        return question._replace(context=joined[title], starts=starts)

    return gold.with_questions([moved(question) for question in gold.questions])


def headline(question: GoldQuestion) -> str:
    """Return the headline of a question's context, "" where it has none."""
    article = article_of(question)
    return (article and article.title) or ""


def merged(sets: Sequence[GoldSet]) -> GoldSet:
    """Return one set of all questions."""
    questions = [question for gold in sets for question in gold.questions]
    digest = hashlib.sha256("".join(gold.sha256 for gold in sets).encode("ascii")).hexdigest()
    return GoldSet.of(" + ".join(gold.name for gold in sets), digest, questions)


def measure(
    variant: Variant, gold: GoldSet, asked: set[str], others: Sequence[GoldSet], reader: ExtractiveReader
) -> tuple[Run, Run]:
    """Return the retrieval run and the qa run of one variant."""
    placed, articles = corpus_of(gold, others)
    with bar(f"{variant.name}: index", len(articles)) as advance:
        index = open_corpus(
            articles,
            DefaultEmbedder(precision="fp32" if variant.embedder == "fp32" else "int8"),
            chunk_tokens=variant.chunk_tokens,
            overlap_tokens=variant.overlap_tokens,
            progress=advance,
        )
    questions = placed.with_questions([question for question in placed.questions if question.id in asked])
    calibration = reader.calibration
    if not variant.support and calibration is not None:
        reader.calibration = replace(calibration, nearness=Support(), coverage=Support())
    try:
        with Pipeline(index=index, retriever=variant.retriever(index), reader=reader) as pipeline:
            with bar(f"{variant.name}: search", len(asked)) as advance:
                found = run_retrieval(questions, pipeline, k=DEPTH, progress=advance)
            with bar(f"{variant.name}: ask", len(asked)) as advance:
                return found, run_qa(questions, pipeline, k=variant.k, progress=advance)
    finally:
        reader.calibration = calibration


def against_default(default: tuple[Run, Run], own: tuple[Run, Run]) -> dict[str, dict[str, float | None]]:
    """Return each figure of a variant, its interval, and its difference to the default with the p-value."""
    found = {}
    for before, after, names in zip(default, own, (RETRIEVAL, ANSWERS), strict=True):
        differences = compare_runs(before, after)["figures"]
        for name in (name for name in names if name in differences):
            figure, difference = after["figures"][name], differences[name]
            found[name] = {
                "value": figure["value"],
                "low": figure["low"],
                "high": figure["high"],
                "difference": difference["difference"],
                "difference_low": difference["low"],
                "difference_high": difference["high"],
                "p": difference["p"],
            }
    return found


def markdown(report: dict[str, object]) -> str:
    """Return the table: a row a variant; differences with p < 0.05 in bold."""
    variants = report["variants"]
    assert isinstance(variants, dict)
    names = [name for name in (*RETRIEVAL, *ANSWERS) if name in variants["default"]]
    lines = [f"| {' | '.join(['variant', *names])} |", f"| {' | '.join(['---', *['---:'] * len(names)])} |"]
    for variant, figures in variants.items():
        cells = [cell(figures[name], is_default=variant == "default") for name in names]
        lines.append(f"| {' | '.join([variant, *cells])} |")
    return "\n".join(lines) + "\n"


def cell(figure: dict[str, float], *, is_default: bool) -> str:
    """Return a figure: of the default with its interval, of a variant its difference to the default with its interval."""
    if is_default:
        return f"{figure['value']:.1f} ({figure['low']:.1f} to {figure['high']:.1f})"
    found = f"{figure['difference']:+.1f}"
    bounds = f"({figure['difference_low']:+.1f} to {figure['difference_high']:+.1f})"
    return f"{f'**{found}**' if figure['p'] < 0.05 else found} {bounds}"


@contextmanager
def bar(what: str, total: int) -> Iterator[Callable[[int], None]]:
    """Show a bar, and yield what advances it."""
    with Progress(transient=True) as shown:
        task = shown.add_task(what, total=total)
        yield lambda count: shown.advance(task, count)


if __name__ == "__main__":
    main()
