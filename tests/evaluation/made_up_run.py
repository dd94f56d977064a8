"""A run of as many questions as one asks for, as the evaluation writes it, about made-up places: for the tests of its page."""

import random

PLACES = ["Arbon", "Belfort", "Calais", "Dover", "Esbjerg", "Faro", "Ghent", "Haarlem", "Ivrea", "Jena"]
EVENTS = ["flood", "earthquake", "fire", "storm", "strike", "election"]
FILLER = (
    "Officials said the figures were provisional and would be revised as reports came in from the villages. "
    "A spokesman for the ministry told reporters that help had been offered by three neighbouring countries. "
    "Roads to the north stayed closed, and schools will not open before the end of the week."
)
CAUSES = ["not_retrieved", "retrieved_not_read", "ranked_low", "wrongly_abstained", "wrongly_answered"]


def made_up_run(count: int, *, kind: str = "qa", seed: int = 5) -> dict:
    """Return a run of ``count`` questions; the same for the same arguments."""
    chance = random.Random(seed)
    questions = [_question(number, kind, chance) for number in range(count)]
    answerable = sum(bool(question["gold"]) for question in questions)
    return {
        "ragqa_run": 1,
        "kind": kind,
        "name": f"made-up news, {count} questions",
        "gold": {"name": "made_up.jsonl", "sha256": "ab" * 32, "questions": count, "answerable": answerable},
        "settings": {"k": 10, "top_k": 5, "reader": "default", "seed": seed, "fusion": "rrf", "as_of": None},
        "versions": {"ragqa": "0.1.0", "python": "3.13.1", "onnxruntime": "1.31.0"},
        "fingerprints": {"reader": "9f" * 16, "embedder": "3c" * 16},
        "figures": {
            "exact_match": _figure(66.14, 1.2),
            "f1": _figure(74.92, 1.1),
            "best_f1": _figure(76.3, 1.0),
            "coverage_at_80": _figure(81.0, 2.2),
            "coverage_at_90": _figure(58.4, 2.7),
            "ece": _figure(4.21, 1.1),
            "aurc": _figure(13.02, 1.2),
            "recall_at_5": _figure(88.2, 0.8),
            "mrr": _figure(74.2, 1.2),
            "citation_precision_character": {"value": None, "low": None, "high": None, "unit": "%"},
        },
        "latency_ms": {
            "embed": {"p50": 6.1, "p95": 9.4, "p99": 14.0},
            "retrieve": {"p50": 21.5, "p95": 44.2, "p99": 71.9},
            "read": {"p50": 310.7, "p95": 602.3, "p99": 1180.4},
            "answer": {"p50": 0.8, "p95": 1.9, "p99": 3.2},
        },
        "throughput": {"passages_a_second": 31.6, "questions_a_second": 2.9},
        "peak_memory_mib": 812.4,
        "curves": {
            "risk_coverage": [[at / count, 0.34 * (at / count) ** 1.7 + 0.02] for at in range(1, count + 1)],
            "reliability": [[0.05 + 0.1 * bin_, min(0.1 * bin_ + 0.03, 0.93), count // 10] for bin_ in range(10)],
            "retrieval": [[k, 1 - 0.45 / k**0.7, 1 - 0.36 / k**0.8] for k in (1, 2, 3, 5, 10, 20, 50)],
        },
        "tables": {
            "question_type": {name: _row(count // 5, chance) for name in ("how many", "where", "when", "who", "what")},
            "answer_type": {name: _row(count // 3, chance) for name in ("number", "place", "other")},
            "answer_length": {
                name: _row(count // 4, chance) for name in ("1 word", "2 words", "3-5 words", "6 words or more")
            },
            "source": {
                f"{place} Courier": _row(count // 10, chance) for place in [*PLACES, *(f"New {p}" for p in PLACES)]
            },
        },
        "questions": questions,
    }


def _figure(value: float, half: float) -> dict:
    return {"value": value, "low": value - half, "high": value + half, "unit": "%"}


def _row(questions: int, chance: random.Random) -> dict:
    f1 = chance.uniform(55, 85)
    return {"questions": questions, "exact_match": f1 - 8, "f1": f1, "abstained": questions // 9}


def _question(number: int, kind: str, chance: random.Random) -> dict:
    place, event = chance.choice(PLACES), chance.choice(EVENTS)
    cause = chance.choice([None, None, None, *CAUSES])
    toll = f"{chance.randint(2, 1900):,}"
    article_id = f"2024-{chance.randint(1, 12):02d}-{place.lower()}-{event}.txt"
    lead = f"Rescue workers in {place} have counted {toll} people hurt since the {event} began, up from {number} on Monday. "
    text = lead + FILLER
    start = 400
    given = cause == "wrongly_answered" or cause in (None, "not_retrieved", "ranked_low", "retrieved_not_read")
    other = {
        "ranked_low": str(number),
        "not_retrieved": "three",
        "retrieved_not_read": "three",
        "wrongly_answered": "Monday",
    }
    prediction = "" if not given else other.get(cause, toll)
    texts = list(dict.fromkeys([prediction, toll, "three neighbouring countries"])) if given else []
    f1 = 1.0 if cause is None else 0.0
    confidence = chance.betavariate(5, 2) if cause is None else chance.betavariate(2, 3)
    passages = [
        {
            "id": f"{article_id}#1",
            "article_id": article_id,
            "text": text,
            "start": start,
            "is_gold": cause != "not_retrieved",
        },
        *(
            {"id": f"{name}#2", "article_id": name, "text": f"In {town}, {FILLER}", "start": 0, "is_gold": False}
            for town in chance.sample(PLACES, 5)
            for name in [f"2023-{town.lower()}.md"]
        ),
    ]
    if kind == "reader":
        passages = passages[:1]
    return {
        "id": f"q{number:05d}",
        "question": f"How many people were hurt by the {event} in {place}?",
        "gold": [] if cause == "wrongly_answered" else [toll, f"{toll} people"],
        "question_type": chance.choice(["how many", "where", "when", "who", "what"]),
        "answer_type": chance.choice(["number", "place", "other"]),
        "answer_length": chance.choice(["1 word", "2 words", "3-5 words", "6 words or more"]),
        "source": f"{place} Courier",
        "prediction": prediction,
        "score": chance.uniform(-2, 9),
        "confidence": confidence,
        "abstained": not given,
        "reason": None if given else "low_confidence",
        "exact_match": f1,
        "f1": f1,
        "cause": cause,
        "answers": [_answer(own, rank, confidence, article_id, text, start) for rank, own in enumerate(texts)],
        "passages": [
            {**passage, "rank": rank, "score": 1 / (60 + rank)} for rank, passage in enumerate(passages, start=1)
        ],
    }


def _answer(text: str, rank: int, confidence: float, article_id: str, passage: str, start: int) -> dict:
    at = passage.index(text)
    sentence_end = passage.find(". ", at) + 1 or len(passage)
    sentence_start = passage.rfind(". ", 0, at) + 2 if ". " in passage[:at] else 0
    return {
        "text": text,
        "confidence": confidence / (rank + 1),
        "score": 5.0 - rank,
        "article_id": article_id,
        "start": start + at,
        "end": start + at + len(text),
        "sentence": passage[sentence_start:sentence_end],
        "sentence_start": start + sentence_start,
        "sentence_end": start + sentence_end,
    }
