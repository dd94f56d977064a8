"""What each default buys: the whole pipeline with one thing changed at a time, on questions that are kept for choosing.

    python eval/ablations.py --gold squad11_choose.jsonl.gz --gold qamr_news_choose.jsonl.gz --out eval/results/ablations

The contexts of all gold files are one index. Every variant is asked the same questions as the default and compared with it
question by question, by `ragqa.evaluation.compare_runs`. Written are ``OUT.json`` and ``OUT.md``, the table that documents quote.
Never run this on a file that is kept for reporting: its figures would be chosen, not measured.

An article here is a paragraph or a few sentences: the length of passages matters less than in whole news articles.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from rich.progress import Progress

from ragqa import DenseRetriever, ExtractiveReader, HybridRetriever, Index, LexicalRetriever, Pipeline, Retriever
from ragqa.embedding import DefaultEmbedder
from ragqa.evaluation import GoldSet, Run, compare_runs, read_gold_set, run_qa, run_retrieval
from ragqa.evaluation.contexts import corpus_of, open_corpus

K = 10
DEPTH = 50
RETRIEVAL = ("recall_at_1", "recall_at_5", "recall_at_10", "mrr")
ANSWERS = ("exact_match", "f1", "decided_f1")


class Variant(NamedTuple):
    """One thing changed; the fields are the defaults."""

    name: str
    retriever: Callable[[Index], Retriever] = HybridRetriever
    chunk_tokens: int | None = None
    overlap_tokens: int | None = None
    k: int = K
    precision: str = "int8"


VARIANTS = (
    Variant("default"),
    Variant("dense alone", retriever=DenseRetriever),
    Variant("lexical alone", retriever=LexicalRetriever),
    Variant("hybrid, constant 10", retriever=lambda index: HybridRetriever(index, constant=10)),
    Variant("hybrid, constant 120", retriever=lambda index: HybridRetriever(index, constant=120)),
    Variant("hybrid, depth 20", retriever=lambda index: HybridRetriever(index, depth=20)),
    Variant("hybrid, depth 100", retriever=lambda index: HybridRetriever(index, depth=100)),
    Variant("passages of 64 tokens", chunk_tokens=64, overlap_tokens=16),
    Variant("passages of 96 tokens", chunk_tokens=96, overlap_tokens=24),
    Variant("passages of 200 tokens", chunk_tokens=200, overlap_tokens=40),
    Variant("no overlap", overlap_tokens=0),
    Variant("k = 3", k=3),
    Variant("k = 5", k=5),
    Variant("k = 20", k=20),
    Variant("embedder in fp32", precision="fp32"),
)


def main() -> None:
    """Run the variants and write the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gold", type=Path, action="append", required=True, help="asked; may be given again")
    parser.add_argument("--also", type=Path, action="append", default=[], help="its contexts are searched as well")
    parser.add_argument("--reader", help="a reader, by name or folder; the packaged one if left out")
    parser.add_argument("--limit", type=int, default=300, help="questions, spread evenly over the files")
    parser.add_argument("--only", action="append", help="the name of a variant; may be given again")
    parser.add_argument("--out", type=Path, required=True, help="path of the table, without suffix")
    options = parser.parse_args()

    gold = merged([read_gold_set(path) for path in options.gold])
    others = [read_gold_set(path) for path in options.also]
    reader = ExtractiveReader.from_pretrained(options.reader)
    chosen = [variant for variant in VARIANTS if variant.name in ("default", *(options.only or [variant.name]))]
    runs = {variant.name: measure(variant, gold, others, reader, options.limit) for variant in chosen}
    table = {name: against_default(runs["default"], own) for name, own in runs.items()}
    report = {
        "gold": [path.name for path in options.gold],
        "also": [path.name for path in options.also],
        "questions": len(runs["default"][0]["questions"]),
        "reader": reader.name,
        "settings": runs["default"][1]["settings"],
        "versions": runs["default"][1]["versions"],
        "variants": table,
    }
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.with_suffix(".json").write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    text = markdown(report)
    options.out.with_suffix(".md").write_text(text, encoding="utf-8")
    print(text, end="")


def merged(sets: Sequence[GoldSet]) -> GoldSet:
    """Return one set of all questions; ids that two files share are told apart by the name of the file."""
    questions = [question._replace(id=f"{gold.name}:{question.id}") for gold in sets for question in gold.questions]
    digest = hashlib.sha256("".join(gold.sha256 for gold in sets).encode("ascii")).hexdigest()
    return GoldSet.of(" + ".join(gold.name for gold in sets), digest, questions)


def measure(
    variant: Variant, gold: GoldSet, others: Sequence[GoldSet], reader: ExtractiveReader, limit: int
) -> tuple[Run, Run]:
    """Return the retrieval run and the qa run of one variant."""
    placed, articles = corpus_of(gold, others)
    embedder = DefaultEmbedder(precision="fp32" if variant.precision == "fp32" else "int8")
    with bar(f"{variant.name}: index", len(articles)) as advance:
        index = open_corpus(
            articles,
            embedder,
            chunk_tokens=variant.chunk_tokens,
            overlap_tokens=variant.overlap_tokens,
            progress=advance,
        )
    asked = placed.limited(limit)
    with Pipeline(index=index, retriever=variant.retriever(index), reader=reader) as pipeline:
        with bar(f"{variant.name}: search", len(asked.questions)) as advance:
            found = run_retrieval(asked, pipeline, k=DEPTH, progress=advance)
        with bar(f"{variant.name}: ask", len(asked.questions)) as advance:
            return found, run_qa(asked, pipeline, k=variant.k, progress=advance)


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
                "p": difference["p"],
            }
    found["questions_a_second"] = {"value": own[1]["throughput"]["questions_a_second"]}
    return found


def markdown(report: dict[str, object]) -> str:
    """Return the table: a row a variant; differences with p < 0.05 in bold."""
    variants = report["variants"]
    assert isinstance(variants, dict)
    names = [name for name in (*RETRIEVAL, *ANSWERS) if name in variants["default"]]
    head = ["variant", *names, "questions a second"]
    lines = [f"| {' | '.join(head)} |", f"| {' | '.join(['---', *['---:'] * (len(head) - 1)])} |"]
    for variant, figures in variants.items():
        cells = [cell(figures[name], is_default=variant == "default") for name in names]
        lines.append(f"| {' | '.join([variant, *cells, format(figures['questions_a_second']['value'], '.1f')])} |")
    return "\n".join(lines) + "\n"


def cell(figure: dict[str, float], *, is_default: bool) -> str:
    """Return a figure: of the default with its interval, of a variant with its difference."""
    if is_default:
        return f"{figure['value']:.1f} ({figure['low']:.1f} to {figure['high']:.1f})"
    difference = f"{figure['difference']:+.1f}"
    return f"{figure['value']:.1f} ({f'**{difference}**' if figure['p'] < 0.05 else difference})"


@contextmanager
def bar(what: str, total: int) -> Iterator[Callable[[int], None]]:
    """Show a bar, and yield what advances it."""
    with Progress(transient=True) as shown:
        task = shown.add_task(what, total=total)
        yield lambda count: shown.advance(task, count)


if __name__ == "__main__":
    main()
