"""Score agreement, conflict and abstention on one half of the news gold set, with intervals.

    python eval/score_news.py                        the development half
    python eval/score_news.py --half test --write    the test half, and its figures into eval/results/news_test.json
    python eval/score_news.py --half practice        the practice set, on articles of its own

All articles of both halves are indexed; the questions of one half are asked of all of them. Each figure is a share in percent, with
a 95 % interval from 1,000 resamples of whole topics (seeded), and the questions that it is over:

- conflict_shown: of the questions with a conflict, those whose conflict shows two of its values; conflict_kind: of these, those
  shown as the right kind; newest_first: of the superseded ones that are answered, those whose first answer is the newest value.
- false_conflict: of the questions without one, those that show one; corrected_value_shown: of the corrections, those where the
  wrong value is an answer or a rival.
- citation_is_support: of the citations of the first answers to answerable questions, those whose sentence holds a marked place.
- dates_resolved, attribution_right: of the first answers that stand at a marked place, those whose dates and attribution are
  as marked.
- abstained_near, abstained_far: of the unanswerable questions, those without an answer; answered_right: of the answerable
  ones, those whose first answer has an official F1 of 0.5 or more.
- sources_right: of the questions with a count of sources that are answered right, those whose first answer counts the same.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from rich.progress import track

from ragqa import Pipeline, Response, __version__
from ragqa.evaluation.squad import f1_score
from ragqa.records import Citation

HERE = Path(__file__).parent
RIGHT = 0.5
RESAMPLES = 1000


class Judged(NamedTuple):
    """One judgement: of which figure, in which topic, and whether it is as it should be."""

    figure: str
    topic: str
    is_so: bool


def main() -> None:
    """Ask and score."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--half", choices=("dev", "test", "practice"), default="dev")
    parser.add_argument("--write", action="store_true", help="write the figures to results/news_HALF.json")
    parser.add_argument("--gold", type=Path, help="a gold file; else that of the half")
    parser.add_argument(
        "--articles", type=Path, help="a folder of articles; else those of the half, both halves together"
    )
    parser.add_argument("--index", type=Path, help="an index of the articles, made if missing; else a passing one")
    parser.add_argument("--out", type=Path, help="JSON file for the figures")
    parser.add_argument("--failures", action="store_true", help="print what went wrong, question by question")
    arguments = parser.parse_args()
    practice = HERE / "practice"
    of_half = (
        practice / "gold.jsonl" if arguments.half == "practice" else HERE / "gold" / f"news_{arguments.half}.jsonl"
    )
    file = arguments.gold or of_half
    articles = arguments.articles or (practice if arguments.half == "practice" else HERE) / "articles"
    out = arguments.out or (HERE / "results" / f"news_{arguments.half}.json" if arguments.write else None)

    gold = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    with tempfile.TemporaryDirectory() as folder, Pipeline.open(arguments.index or folder) as pipeline:
        pipeline.add(articles)
        responses = [pipeline.ask(question["question"]) for question in track(gold, description="asking")]
        reader, calibration = pipeline.reader.name, pipeline.calibration
    judged = [own for question, response in zip(gold, responses, strict=True) for own in judge(question, response)]
    report = {
        "gold": file.name,
        "questions": len(gold),
        "reader": reader,
        "margin": calibration.margin if calibration else None,
        "ragqa": __version__,
        "figures": figures(judged),
    }
    if arguments.failures:
        for question, response in zip(gold, responses, strict=True):
            wrong = [own.figure for own in judge(question, response) if own.is_so == (own.figure in BETTER_LOW)]
            if wrong:
                print(question["id"], ", ".join(wrong))
    print(json.dumps(report, indent=2))
    if out:
        out.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")


BETTER_LOW = ("false_conflict", "corrected_value_shown")


def judge(question: dict[str, Any], response: Response) -> Iterator[Judged]:
    """Yield every judgement of a response to a question of the gold set."""
    topic = question["topic"] or question["id"]
    for figure, is_so in [*_conflict(question, response), *_answer(question, response)]:
        yield Judged(figure, topic, is_so)


def _conflict(question: dict[str, Any], response: Response) -> Iterator[tuple[str, bool]]:
    shown = [citation for conflict in response.conflicts for rival in conflict.values for citation in rival.citations]
    conflict = question.get("conflict")
    if conflict:
        values = {place["value"] for place in conflict["values"] for citation in shown if overlaps(place, citation)}
        yield "conflict_shown", len(values) >= 2
        if len(values) >= 2:
            yield "conflict_kind", response.conflicts[0].kind == conflict["kind"]
        if conflict["kind"] == "superseded" and response.answers:
            newest = [place for place in conflict["values"] if place["value"] == 1]
            yield "newest_first", any(overlaps(place, own) for place in newest for own in response.answers[0].citations)
    else:
        yield "false_conflict", bool(response.conflicts)
    if question.get("corrected"):
        cited = [*shown, *(citation for answer in response.answers for citation in answer.citations)]
        yield "corrected_value_shown", any(overlaps(place, own) for place in question["corrected"] for own in cited)


def _answer(question: dict[str, Any], response: Response) -> Iterator[tuple[str, bool]]:
    answers = [answer["text"] for answer in question["answers"]]
    if not answers:
        yield f"abstained_{question['kind'].removeprefix('unanswerable_')}", response.abstained
        return
    best = response.answers[0] if response.answers else None
    is_right = best is not None and f1_score(best.text, answers) >= RIGHT
    yield "answered_right", is_right
    if best is None:
        return
    places = [*question["spans"], *((question.get("conflict") or {}).get("values", []))]
    for citation in best.citations:
        yield "citation_is_support", any(supports(place, citation) for place in places)
    if question.get("sources") and is_right:
        yield "sources_right", best.sources == question["sources"]
    for citation in best.citations:
        if not any(overlaps(place, citation) for place in question["spans"]):
            continue
        if question.get("resolved_dates"):
            marked = [own for own in question["resolved_dates"] if supports(own, citation)]
            right = [any(is_dated(own, found) for found in citation.resolved_dates) for own in marked]
            yield from [("dates_resolved", all(right))] if right else []
        if "attribution" in question:
            yield "attribution_right", is_attributed(question["attribution"], citation)


def overlaps(place: dict[str, Any], citation: Citation) -> bool:
    """Return whether a citation shares characters with a marked place."""
    return bool(
        place["article_id"] == citation.article_id and place["start"] < citation.end and citation.start < place["end"]
    )


def supports(place: dict[str, Any], citation: Citation) -> bool:
    """Return whether the sentence of a citation holds a marked place."""
    is_within = citation.sentence_start <= place["start"] and place["end"] <= citation.sentence_end
    return bool(place["article_id"] == citation.article_id and is_within)


def is_dated(marked: dict[str, Any], found: Any) -> bool:
    """Return whether a resolved date is at the marked words and means the marked day, or the first day of the stretch."""
    first = marked["date"].split("/")[0]
    day = first + "-01" * (3 - len(first.split("-")))
    at = found.start < marked["end"] and marked["start"] < found.end
    said = found.date.isoformat() if isinstance(found.date, date) else str(found.date)
    return bool(at and said in (marked["date"], first, day))


def is_attributed(marked: Sequence[dict[str, Any]] | None, citation: Citation) -> bool:
    """Return whether a citation is attributed to the marked speaker, or to nobody where none is marked."""
    here = [own for own in marked or [] if own.get("article_id", citation.article_id) == citation.article_id]
    found = citation.attribution
    if not here or found is None:
        return not here and found is None
    return any(found.start < own["speaker_end"] and own["speaker_start"] < found.end for own in here)


def figures(judged: Sequence[Judged]) -> dict[str, dict[str, float]]:
    """Return each figure in percent with its interval and how many judgements it is over."""
    groups: dict[str, dict[str, list[bool]]] = defaultdict(lambda: defaultdict(list))
    for own in judged:
        groups[own.figure][own.topic].append(own.is_so)
    report = {}
    for figure, topics in sorted(groups.items()):
        names, chance = sorted(topics), random.Random(0)
        resampled = sorted(
            share([value for name in chance.choices(names, k=len(names)) for value in topics[name]])
            for _ in range(RESAMPLES)
        )
        everything = [value for values in topics.values() for value in values]
        report[figure] = {
            "percent": share(everything),
            "low": resampled[int(0.025 * RESAMPLES)],
            "high": resampled[int(0.975 * RESAMPLES) - 1],
            "of": len(everything),
        }
    return report


def share(values: Sequence[bool]) -> float:
    """Return how many are true, in percent, to one decimal."""
    return round(100 * sum(values) / len(values), 1)


if __name__ == "__main__":
    main()
