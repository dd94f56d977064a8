"""What a terminal shows."""

from rich.console import Console

from ragqa import Answer, Article, Hit, Passage, Response
from ragqa.answering import Candidate, cite, compose
from ragqa.index import ArticleRow
from ragqa.records import Conflict, Rival, Span
from ragqa.view import (
    article_line,
    article_view,
    articles_view,
    citation_entries,
    citations_of_answers,
    citations_shown,
    confidence_in_words,
    response_line,
    response_view,
)


def drawn(renderable, width=100) -> str:
    console = Console(width=width, record=True, file=open("/dev/null", "w"))  # noqa: SIM115, PTH123
    with console.file:
        console.print(renderable)
    return console.export_text()


def answered(article: Article, quote: str) -> Response:
    start = article.text.index(quote)
    span = Span(passage_id="p", text=quote, start=start, end=start + len(quote), score=4.0)
    answers, reason = compose([Candidate(article.id, span)], {article.id: article}, top_k=1, calibration=None)
    return Response(question="q", answers=answers, abstained=False, reason=reason, hits=(), timings_ms={})


def test_article_text_can_not_steer_the_terminal():
    article = Article(
        id="a", title="\x1b]0;owned\x07", text="Red \x1b[31malert\x9b at \u202ednuos\u202c noon [bold]now[/bold]."
    )
    for text in (drawn(article_view(article)), drawn(response_view(answered(article, "noon [bold]now[/bold]")))):
        assert not {"\x1b", "\x07", "\x9b", "\u202e"} & set(text)
        assert "[bold]now[/bold]" in text
    assert "\x1b" not in response_line(answered(article, "Red \x1b[31malert"))


def test_a_long_sentence_is_shown_around_the_quote():
    article = Article(id="a", text="word " * 300 + "the bridge of Anna Lindqvist " + "word " * 300)
    text = drawn(response_view(answered(article, "Anna Lindqvist")))
    assert "bridge of Anna Lindqvist word" in " ".join(text.split())
    assert len(text) < 1500


def test_a_doubtful_piece_of_a_sentence_that_is_shown_is_not_drawn():
    article = Article(id="a", text="Windows devices: 8.5 million. The rest were spared.")
    answers = [
        of(article, "8.5 million", 0.9),
        of(article, "Windows devices", 0.2),
        of(article, "The rest", 0.2),
        of(article, "devices", 0.4),
    ]
    response = Response(question="q", answers=answers, abstained=False, reason=None, hits=(), timings_ms={})
    assert [citation.quote for citation in citations_shown(response)] == ["8.5 million", "The rest", "devices"]
    text = drawn(response_view(response))
    assert [line.split()[0] for line in text.splitlines() if "[" in line] == ["[1]", "[2]", "[3]"]
    assert "Windows devices   very doubtful" not in text
    assert len(citation_entries(response, "markdown")) == 3  # what is drawn, and no more
    unsure = response.model_copy(
        update={"answers": tuple(one.model_copy(update={"confidence": None}) for one in answers)}
    )
    assert len(citations_shown(unsure)) == 4


def of(article: Article, quote: str, confidence: float) -> Answer:
    start = article.text.index(quote)
    citation = cite(article, start, start + len(quote))
    return Answer(text=quote, confidence=confidence, citations=(citation,), sources=1, score=1.0)


PASSAGE = Passage(id="p", article_id="0a1b2c", text="At least 95 people died.", start=0, end=24)
HIT = Hit(passage=PASSAGE, score=1.0, rank=1, kind="dense")


def test_an_abstention_names_the_nearest_article_by_its_title():
    article = Article(
        id="0a1b2c", title="Storm floods the valley", source="Meridian Post", text="At least 95 people died."
    )
    response = Response(question="q", answers=(), abstained=True, reason="null_beats_span", hits=(HIT,), timings_ms={})
    assert "The nearest passage: Storm floods the valley · Meridian Post\n" in drawn(
        response_view(response, nearest=article)
    )
    assert "The nearest passage: 0a1b2c\n" in drawn(response_view(response))


def test_an_opened_article_shows_what_was_cited():
    article = Article(id="a", text="Red alert at noon [today].")
    cited = cite(article, 4, 9)
    assert "Red alert at noon [today]." in drawn(article_view(article, cited=cited))
    assert "Red [[alert]] at noon [today]." in drawn(article_view(article, cited=cited, marked=True))


def test_ids_stay_whole_in_the_list_however_narrow_the_terminal():
    long = "2024-10-30-" + "x" * 60 + ".txt"
    row = ArticleRow(id=long, title="Storm", source=None, published_at=None, characters=1, passages=1)
    assert drawn(articles_view([row]), width=80).splitlines()[:2] == [long, "   Storm · 1 character, 1 passage"]
    assert article_line(row) == f"{long}\tStorm\t\t\t1\t1"


def test_confidence_is_said_in_words_and_figures():
    assert [confidence_in_words(value) for value in (0.95, 0.8, 0.5, 0.35, 0.1)] == [
        "very likely right, 95 %",
        "likely right, 80 %",
        "more likely right than not, 50 %",
        "doubtful, 35 %",
        "very doubtful, 10 %",
    ]


def conflicting(kind) -> Response:
    first = Article(id="a", text="At least 34 people died.", source="Gulf Press", published_at="2023-12-05")
    later = Article(id="b", text="The toll is 129.", source="Gulf Press", published_at="2023-12-19")
    response = answered(later, "129")
    rivals = (
        Rival(text="129", confidence=0.8, citations=response.answers[0].citations),
        Rival(text="34", confidence=None, citations=answered(first, "34").answers[0].citations),
    )
    return response.model_copy(update={"conflicts": (Conflict(kind=kind, values=rivals),)})


def test_a_conflict_shows_every_value_with_its_day_and_source():
    text = drawn(response_view(conflicting("superseded")))
    assert "The answer changed; the newest report comes first:" in text
    lines = [" ".join(line.split()) for line in text.splitlines()]
    assert "129 as of 2023-12-19 Gulf Press likely right, 80 %" in lines
    assert "34 as of 2023-12-05 Gulf Press confidence unknown" in lines
    assert "The sources differ:" in drawn(response_view(conflicting("differs")))


def test_a_value_that_no_answer_gives_is_cited_below_the_answers():
    response = conflicting("differs")
    lines = drawn(response_view(response)).splitlines()
    below = lines[next(number for number, line in enumerate(lines) if "no answer by itself" in line) :]
    rival = next(own for own in response.conflicts[0].values if own.text == "34")
    assert below[0].startswith("34")
    assert below[1].startswith(f" [{len(citations_of_answers(response)) + 1}] ")
    assert citations_shown(response) == [*citations_of_answers(response), *rival.citations]


def test_an_answer_that_supersedes_another_says_as_of_when():
    response = conflicting("superseded")
    best = response.answers[0].model_copy(update={"as_of": response.answers[0].citations[0].published_at})
    assert ", as of 2023-12-19" in drawn(response_view(response.model_copy(update={"answers": (best,)})))
    assert ", as of" not in drawn(response_view(response))


def test_an_abstention_shows_what_reports_put_differently():
    response = conflicting("differs").model_copy(
        update={"answers": (), "abstained": True, "reason": "low_confidence", "hits": (HIT,)}
    )
    text = drawn(response_view(response))
    assert text.startswith("Not in these articles: what was found is too unlikely to be right.")
    assert "The sources differ:" in text


def test_a_line_names_the_rivals():
    assert response_line(conflicting("differs")).split("\t")[-1] == "differs: 34"
