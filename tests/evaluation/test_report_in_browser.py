"""The report's list of questions in a real browser: found, filtered, sorted, opened, marked, and nothing run or loaded.

To look at the page: ``python tests/evaluation/test_report_in_browser.py FOLDER`` writes pictures of reports of 20 and 3,000 made-up
questions there, light, dark, narrow and printed.
"""

import sys
from pathlib import Path

import pytest
from browser import CHROMIUM, Browser
from made_up_run import made_up_run

from ragqa.evaluation.report import write_report

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium, as of apt-get install chromium"),
]
STATUS = "document.querySelector('[role=status]').textContent"
ASKED = "[...document.querySelectorAll('.asked')].map((node) => node.textContent)"


@pytest.fixture
def browser():
    with Browser() as opened:
        yield opened


@pytest.fixture(scope="module")
def large(tmp_path_factory) -> tuple[dict, Path]:
    run = made_up_run(3000)
    return run, write_report(run, tmp_path_factory.mktemp("large"))


def texts(browser: Browser, selector: str) -> list[str]:
    """The texts of all elements that a selector finds."""
    found = browser.evaluate(f"[...document.querySelectorAll({selector!r})].map((node) => node.textContent)")
    assert isinstance(found, list)
    return found


def three_questions() -> dict:
    """A run of three questions over one article, with an answer behind characters that JavaScript counts twice."""
    run = made_up_run(3)
    text = "🌊🌊 The flood hurt 43 people in Ghent 🌊, said Mayor 𝒜 Peeters; 143 others fled."
    at = text.index("43 people")
    for row, cause in zip(run["questions"], [None, "ranked_low", "wrongly_abstained"], strict=True):
        row |= {"question": f"How many were hurt ({cause})?", "gold": ["43"], "prediction": "43 people", "cause": cause}
        row |= {
            "confidence": {None: 0.9, "ranked_low": 0.6, "wrongly_abstained": 0.2}[cause],
            "f1": 1.0 if cause is None else 0.0,
        }
        row["passages"] = [
            {
                "id": "p1",
                "article_id": "ghent.txt",
                "rank": 1,
                "score": 0.5,
                "text": text,
                "start": 100,
                "is_gold": True,
            },
            {
                "id": "p2",
                "article_id": "other.txt",
                "rank": 2,
                "score": 0.4,
                "text": text,
                "start": 100,
                "is_gold": False,
            },
        ]
        row["answers"] = [
            {
                "text": text[start : start + length],
                "confidence": 0.5,
                "score": 2.0,
                "article_id": "ghent.txt",
                "start": 100 + start,
                "end": 100 + start + length,
                "sentence": text,
                "sentence_start": 100,
                "sentence_end": 100 + len(text),
            }
            for start, length in ((at, 9), (text.index("Ghent"), 5))
        ]
    return run


def test_the_list_is_paged_filtered_sorted_and_searched(browser, large):
    run, page = large
    rows = run["questions"]
    browser.open(page)
    assert browser.evaluate(STATUS) == "Questions 1 to 50 of 3,000"
    browser.evaluate("[...document.querySelectorAll('.pager button')].find((b) => b.textContent === 'Last').click()")
    assert browser.evaluate(STATUS) == "Questions 2,951 to 3,000 of 3,000"
    browser.evaluate("document.querySelector('.chips [data-cause=ranked_low]').click()")
    low = [row for row in rows if row["cause"] == "ranked_low"]
    assert browser.evaluate(STATUS) == f"Questions 1 to 50 of {len(low)} (of 3,000 in all)"
    assert set(texts(browser, ".question .badge")) == {"Read, ranked low"}
    choose = (
        "const node = [...document.querySelectorAll('label')].find((l) => l.textContent.startsWith('{}')).lastChild;"
    )
    browser.evaluate(
        f"(() => {{ {choose.format('Sort by')} node.value = 'sure'; node.dispatchEvent(new Event('change')); }})()"
    )
    surest = sorted(low, key=lambda row: -row["confidence"])
    assert texts(browser, ".question .asked") == [row["question"] for row in surest[:50]]
    browser.evaluate(
        f"(() => {{ {choose.format('Source')} node.value = 'Ghent Courier'; node.dispatchEvent(new Event('change')); }})()"
    )
    in_ghent = [row for row in surest if row["source"] == "Ghent Courier"]
    assert browser.evaluate("document.querySelectorAll('.question').length") == len(in_ghent) < 50
    browser.evaluate(
        "[...document.querySelectorAll('button')].find((b) => b.textContent === 'Show all questions').click()"
    )
    assert browser.evaluate(STATUS) == "Questions 1 to 50 of 3,000"
    assert browser.problems() == []


def test_wrong_answers_come_first_by_score_where_there_is_no_confidence(browser, tmp_path):
    run = three_questions()
    for row, score in zip(run["questions"], (9.0, 2.5, 7.25), strict=True):
        row |= {"confidence": None, "score": score}
    browser.open(write_report(run, tmp_path), "#questions?sort=bold")
    assert [text.partition("F1")[0] for text in texts(browser, ".scores")] == ["score 7.25", "score 2.50", "score 9.00"]


def test_a_link_of_the_page_opens_the_list_at_what_it_names(browser, large):
    run, page = large
    browser.open(page, "#questions?cause=not_retrieved&question_type=how+many&sort=worst")
    named = [row for row in run["questions"] if (row["cause"], row["question_type"]) == ("not_retrieved", "how many")]
    assert browser.evaluate(STATUS).endswith(f" of {len(named)} (of 3,000 in all)")
    browser.open(page, "#questions?id=q02999")
    assert browser.evaluate(STATUS) == "Questions 1 to 1 of 1 (of 3,000 in all)"
    assert texts(browser, ".facts")[0].startswith("q02999 ")
    browser.open(page)
    browser.evaluate("document.querySelector('#tables a').click(); new Promise((done) => setTimeout(done, 200))")
    assert browser.evaluate("location.hash") == "#questions?question_type=how+many"
    assert browser.evaluate("document.getElementById('questions').getBoundingClientRect().top") < 100


def test_spans_are_marked_where_they_stand(browser, tmp_path):
    browser.open(write_report(three_questions(), tmp_path))
    browser.evaluate(
        "document.querySelector('.question > summary').click(); new Promise((done) => setTimeout(done, 200))"
    )
    marks = "[...document.querySelectorAll('.given:last-of-type details')].map((item) => [...item.querySelectorAll('mark')].map((m) => [m.className, m.textContent]))"
    first, second = browser.evaluate(marks)
    assert first == [["answer gold", "43"], ["answer", " people"], ["other", "Ghent"]]
    assert second == [["gold", "43"]]  # another article: the words of the gold answer, and not inside 143
    assert browser.evaluate(
        "[...document.querySelectorAll('.given:last-of-type details')].map((item) => item.open)"
    ) == [True, False]
    assert texts(browser, ".given:last-of-type .tag") == ["gold"]


def test_the_keyboard_is_enough(browser, tmp_path):
    browser.open(write_report(three_questions(), tmp_path))
    browser.press("/")
    for key in "abstain":
        browser.press(key)
    browser.evaluate("new Promise((done) => setTimeout(done, 400))")
    assert browser.evaluate("document.activeElement.value") == "abstain"
    assert browser.evaluate(ASKED) == ["How many were hurt (wrongly_abstained)?"]
    browser.evaluate("document.activeElement.blur()")
    browser.evaluate(
        "[...document.querySelectorAll('button')].find((b) => b.textContent === 'Show all questions').click()"
    )
    for key in "jj":
        browser.press(key)
    browser.press("Enter")
    browser.evaluate("new Promise((done) => setTimeout(done, 200))")
    assert browser.evaluate("[...document.querySelectorAll('.question')].map((item) => item.open)") == [
        False,
        True,
        False,
    ]


def test_hostile_text_neither_runs_nor_loads(browser, tmp_path):
    hostile = '</script><img src="http://127.0.0.1:9/x.png" onerror="window.ran = 1"><script>window.ran = 2</script>'
    run = three_questions()
    run["name"] = hostile
    run["tables"]["source"] = {hostile: {"questions": 3, "f1": 50.0}}
    for row in run["questions"]:
        row |= {
            "id": row["id"] + hostile,
            "question": hostile,
            "gold": [hostile],
            "prediction": hostile,
            "source": hostile,
        }
        row["passages"][0]["text"] = row["answers"][0]["sentence"] = row["answers"][0]["text"] = hostile
    browser.open(write_report(run, tmp_path))
    browser.evaluate("document.querySelectorAll('.question > summary').forEach((node) => node.click())")
    browser.evaluate("new Promise((done) => setTimeout(done, 300))")
    assert browser.evaluate("window.ran ?? null") is None
    assert browser.evaluate("document.images.length + document.scripts.length") == 2
    assert browser.evaluate(ASKED) == [hostile] * 3
    assert texts(browser, ".given p")[0] == hostile
    assert browser.problems() == []


def test_a_retrieval_run_lists_questions_by_what_was_retrieved(browser, tmp_path):
    run = made_up_run(2, kind="retrieval")
    for row, cause in zip(run["questions"], (None, "not_retrieved"), strict=True):
        row |= {
            "prediction": "",
            "score": None,
            "confidence": None,
            "f1": None,
            "exact_match": None,
            "answers": [],
            "cause": cause,
        }
        row["gold"] = ["43 people"]
    browser.open(write_report(run, tmp_path))
    assert texts(browser, ".chips button") == ["All2", "Retrieved1", "Not retrieved1"]
    assert texts(browser, ".question .pair") == ["gold 43 people", "gold 43 people"]
    assert texts(browser, ".question .scores") == ["", ""]


def test_a_request_or_a_script_that_fails_would_be_seen(browser, tmp_path):
    page = tmp_path / "index.html"
    page.write_text('<img src="picture.png"><script>missing()</script>', encoding="utf-8")
    browser.open(page)
    told = browser.problems()
    assert any(line.startswith("asked for file://") for line in told)
    assert "Uncaught" in told


def look(folder: Path) -> None:
    """Write pictures of the page into a folder."""
    views = {
        "light": {"width": 1280, "height": 1000},
        "dark": {"width": 1280, "height": 1000, "dark": True},
        "narrow": {"width": 390, "height": 844},
    }
    for count in (20, 3000):
        page = write_report(made_up_run(count), folder / f"report-{count}")
        for name, view in views.items():
            with Browser(**view) as browser:
                for place in ("summary", "pictures", "tables", "questions", "questions?id=q00002", "settings"):
                    browser.open(page, f"#{place}")
                    browser.screenshot(folder / f"{count}-{name}-{place.partition('?id=')[2] or place}.png")
                if name == "light":
                    browser.print_to(folder / f"{count}-printed.pdf")


if __name__ == "__main__":
    look(Path(sys.argv[1]))
