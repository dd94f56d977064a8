"""The report: one file, whole without its optional parts, and safe whatever an article holds."""

import base64
import copy
import hashlib
import json
import re
from html.parser import HTMLParser

import pytest
from made_up_run import made_up_run

from ragqa.errors import SettingError
from ragqa.evaluation.report import write_report

HOSTILE = '</script><script>window.ran = 1</script><!--<script> <img src=x onerror="window.ran = 2"> &lt;b&gt; \' \u2028\u202e\x00 $title ]]>'


class Page(HTMLParser):
    """The elements of a page: ``(name, attributes, text)``, text being all that stands inside."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict, list[str]]] = []
        self._open: list[tuple[str, list[str]]] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        held: list[str] = []
        self.elements.append((tag, dict(attrs), held))
        if tag not in ("meta", "br", "input", "link"):
            self._open.append((tag, held))

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, dict(attrs), []))

    def handle_endtag(self, tag):
        name, _ = self._open.pop()
        assert name == tag, f"</{tag}> closes <{name}>"

    def handle_data(self, data):
        for _, held in self._open:
            held.append(data)

    def texts(self, tag: str, **attributes: str) -> list[str]:
        wanted = {name.rstrip("_"): value for name, value in attributes.items()}
        return ["".join(held) for name, own, held in self.elements if name == tag and wanted.items() <= own.items()]

    def data(self) -> dict:
        return json.loads(self.texts("script", id="run-data")[0])


def page_of(run: dict, folder) -> Page:
    path = write_report(run, folder)
    assert path == folder / "index.html"
    return Page(path.read_text(encoding="utf-8"))


def least_run(kind: str) -> dict:
    """A run with nothing but what a run must have."""
    return {"ragqa_run": 1, "kind": kind, "questions": [{"id": "q1", "question": "Who spoke?", "gold": []}]}


def test_the_sections_stand_in_the_order_of_the_navigation(tmp_path):
    page = page_of(made_up_run(20), tmp_path)
    assert page.texts("h1") == ["made-up news, 20 questions"]
    assert page.texts("h2") == ["What became of the questions", "Pictures", "Tables", "Questions", "How this was made"]
    ids = [own["id"] for name, own, _ in page.elements if name == "section"]
    assert ids == ["summary", "outcomes", "pictures", "tables", "questions", "settings"]
    links = [own["href"] for name, own, _ in page.elements if name == "a"]
    assert links[0] == "#questions"  # for those who skip ahead
    assert links[1:7] == [f"#{name}" for name in ids]


def test_headline_figures_stand_with_their_intervals_and_the_rest_in_a_table(tmp_path):
    page = page_of(made_up_run(20), tmp_path)
    cards = page.texts("div", class_="card")
    assert cards == [
        "F174.9%95 % interval 73.8 to 76.0",
        "Exact match66.1%95 % interval 64.9 to 67.3",
        "Recall@588.2%95 % interval 87.4 to 89.0",
        "Coverage at 90 % precision58.4%95 % interval 55.7 to 61.1",
    ]
    rows = page.texts("tr")
    assert "MRRMean of 1 / rank of the first gold passage.74.20 %73.00 to 75.40" in rows
    assert (
        "Citation precision, characterShare of what is cited that is gold, by character.not definedno interval" in rows
    )


def test_every_question_is_in_the_page(tmp_path):
    run = made_up_run(200)
    rows = page_of(run, tmp_path).data()["questions"]
    assert [row["id"] for row in rows] == [row["id"] for row in run["questions"]]
    first, shown = run["questions"][0], rows[0]
    assert shown["question"] == first["question"]
    assert shown["gold"] == first["gold"]
    assert shown["answers"][0]["sentence"] == first["answers"][0]["sentence"]


def test_outcomes_are_counted_by_cause_and_lead_into_the_list(tmp_path):
    run = made_up_run(5)
    causes = [None, None, "not_retrieved", "wrongly_answered", "struck by lightning"]
    for row, cause in zip(run["questions"], causes, strict=True):
        row["cause"] = cause
    page = page_of(run, tmp_path)
    assert page.texts("div", class_="number") == [
        "240.0 %",
        "120.0 %",
        "120.0 %",
        "120.0 %",
    ]  # 2 are 40.0 %, 1 is 20.0 %
    assert "Struck by lightning" in page.texts("a")
    links = [own["href"] for name, own, _ in page.elements if name == "a" and "cause" in own["href"]]
    assert links == [
        f"#questions?cause={cause}" for cause in ("right", "not_retrieved", "wrongly_answered", "struck+by+lightning")
    ]


def test_tables_lead_into_the_list_and_fold_what_is_beyond_twelve_rows(tmp_path):
    page = page_of(made_up_run(100), tmp_path)
    links = [own["href"] for name, own, _ in page.elements if name == "a" and "source=" in own["href"]]
    assert len(links) == 20
    assert links[0] == "#questions?source=Arbon+Courier"
    assert "8 more" in page.texts("summary")
    assert all("scope" in own for name, own, _ in page.elements if name == "th")


@pytest.mark.parametrize(
    ("kind", "absent"),
    [
        (
            "reader",
            {
                "The run holds no figures.",
                "Risk and coverage are left out: the answers of this run have no confidence.",
                "Reliability is left out: the answers of this run have no confidence.",
                "The retrieval curve is left out: a reader run is given its contexts.",
                "Latency is left out: the run has no timings.",
                "By source: left out, the gold set doesn't say.",
                "Versions: the run doesn't say.",
            },
        ),
        (
            "retrieval",
            {
                "Risk and coverage are left out: a retrieval run gives no answers.",
                "Reliability is left out: a retrieval run gives no answers.",
                "The retrieval curve is left out: the gold set names neither passages nor articles.",
            },
        ),
        ("qa", {"The retrieval curve is left out: the gold set names neither passages nor articles."}),
    ],
)
def test_what_a_run_lacks_is_left_out_with_a_line_that_says_why(kind, absent, tmp_path):
    page = page_of(least_run(kind), tmp_path)
    assert absent <= set(page.texts("p", class_="absent"))
    assert page.texts("figure") == []
    assert page.data()["questions"] == [{"id": "q1", "question": "Who spoke?"}]


def test_a_run_without_questions_says_so(tmp_path):
    page = page_of({**least_run("qa"), "questions": []}, tmp_path)
    assert "The run holds no question." in page.texts("p", class_="absent")
    assert page.texts("div", id="browser") == []


def test_settings_are_shown_under_their_own_names(tmp_path):
    run = least_run("qa") | {
        "settings": {"k": 1000, "alpha": 0.25, "rerank": True, "as_of": None, "sources": ["Wire", "Ö1"]}
    }
    page = page_of(run, tmp_path)
    pairs = list(zip(page.texts("dt"), page.texts("dd"), strict=True))
    assert pairs == [
        ("k", "1,000"),
        ("alpha", "0.25"),
        ("rerank", "yes"),
        ("as_of", "not set"),
        ("sources", '["Wire", "Ö1"]'),
    ]


def test_a_table_shows_a_dash_where_a_part_has_no_figure(tmp_path):
    rows = {"who": {"questions": 2, "f1": 50.0, "abstained": 1}, "why": {"questions": 1, "f1": None, "abstained": None}}
    page = page_of(least_run("qa") | {"tables": {"question_type": rows}}, tmp_path)
    assert page.texts("tr") == ["type of questionQuestionsF1Abstained", "who250.050 %", "why1––"]


def test_empty_curves_and_figures_without_a_value_are_no_fault(tmp_path):
    run = made_up_run(20)
    run["curves"] = {"risk_coverage": [], "reliability": [], "retrieval": [[1, None, 0.5]]}
    run["figures"] = {"f1": {"value": None, "low": None, "high": None, "unit": "%"}}
    run["latency_ms"] = {"read": {"p50": 0.0, "p95": 0.0, "p99": 3.0}}
    page = page_of(run, tmp_path)
    assert [text for text in page.texts("h3") if text in ("Latency", "Retrieval", "Reliability")] == ["Latency"]
    assert "F1Words that the answer shares with the closest gold answer.not definedno interval" in page.texts("tr")


def with_hostile_texts(value):
    """A copy of a run, or of a part of one, with hostile text at the end of every text."""
    if isinstance(value, dict):
        return {name: with_hostile_texts(own) for name, own in value.items()}
    if isinstance(value, list):
        return [with_hostile_texts(own) for own in value]
    return value + HOSTILE if isinstance(value, str) else value


def hostile_run() -> dict:
    """A run whose every text is hostile, also the names of its settings, figures, stages and parts of tables."""
    run = with_hostile_texts(made_up_run(20)) | {"kind": "qa"}
    for holder in (run["settings"], run["figures"], run["latency_ms"], run["throughput"], *run["tables"].values()):
        for name in list(holder):
            holder[name + HOSTILE] = holder.pop(name)
    return run


def test_hostile_text_stays_text(tmp_path):
    run = hostile_run()
    page = page_of(run, tmp_path)
    assert [own.get("id") for name, own, _ in page.elements if name == "script"] == ["run-data", None]
    assert not [
        name for name, _, _ in page.elements if name in ("img", "iframe", "object", "link", "base", "form", "b>")
    ]
    assert not [key for _, own, _ in page.elements for key in own if key.startswith("on") or key == "style"]
    row = page.data()["questions"][0]
    assert row["question"] == run["questions"][0]["question"]
    assert row["gold"] == run["questions"][0]["gold"]
    assert page.data()["passages"][0][2] == run["questions"][0]["passages"][0]["text"]
    shown = HOSTILE.replace("\x00", "\ufffd").replace("\u202e", "\ufffd")
    assert page.texts("h1") == [f"made-up news, 20 questions{shown}"]
    assert f"k{shown}" in page.texts("dt")
    assert f"Arbon Courier{shown}" in page.texts("a")


def test_half_a_surrogate_pair_is_written_and_read_back(tmp_path):
    run = made_up_run(2)
    run["questions"][0]["question"] = "Who \ud83d spoke?"
    run["questions"][1]["cause"] = "\udc00"
    run["tables"]["source"] = {"\ud800": {"questions": 2, "f1": 50.0}}
    page = page_of(run, tmp_path)
    assert page.data()["questions"][0]["question"] == "Who \ud83d spoke?"
    assert "\ufffd" in page.texts("a")


def test_the_page_loads_nothing(tmp_path):
    run = made_up_run(20)
    run["questions"][0]["question"] = "Is https://example.org/a.js?x=1 quoted?"
    path = write_report(run, tmp_path)
    page = Page(path.read_text(encoding="utf-8"))
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["index.html"]
    for _, own, _ in page.elements:
        assert own.get("href", "#").startswith("#")
        assert not {"src", "srcset", "data", "action", "poster", "xlink:href", "background"} & set(own)
    style, script = page.texts("style")[0], page.texts("script")[1]
    assert not re.search(r"url\(|@import|@font-face|http", style)
    assert not re.search(
        r"http|fetch\(|XMLHttp|import\(|WebSocket|innerHTML|outerHTML|insertAdjacent|document\.write|\beval\(", script
    )


def test_the_policy_allows_the_pages_own_style_and_script_alone(tmp_path):
    page = page_of(made_up_run(20), tmp_path)
    policy = next(
        own["content"] for name, own, _ in page.elements if own.get("http-equiv") == "Content-Security-Policy"
    )
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["default-src"] == "'none'"
    for kind, text in (("style-src", page.texts("style")[0]), ("script-src", page.texts("script")[1])):
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert rules[kind] == f"'sha256-{digest}'"


def test_a_passage_that_came_back_for_many_questions_is_written_once(tmp_path):
    run = made_up_run(100)
    passage = {**run["questions"][0]["passages"][0], "text": "The very same passage about Arbon."}
    for rank, row in enumerate(run["questions"], start=1):
        row["passages"] = [{**passage, "rank": rank, "is_gold": rank == 1}]
    path = write_report(run, tmp_path)
    text = path.read_text(encoding="utf-8")
    assert text.count("The very same passage about Arbon.") == 1
    rows = Page(text).data()["questions"]
    assert [row["passages"] for row in rows[:2]] == [[[0, 1, 0.0164, 1]], [[0, 2, 0.0164, 0]]]


def test_zero_is_a_figure_and_infinity_is_none(tmp_path):
    run = made_up_run(1)
    run["questions"][0] |= {"f1": 0.0, "exact_match": 0.0, "confidence": float("nan"), "prediction": ""}
    run["questions"][0]["answers"] = [
        {"text": "43", "score": float("inf"), "confidence": 0, "article_id": "a", "start": 0, "end": 2}
    ]
    row = page_of(run, tmp_path).data()["questions"][0]
    assert (row["f1"], row["prediction"]) == (0.0, "")
    assert "confidence" not in row
    assert row["answers"] == [{"text": "43", "confidence": 0, "article_id": "a", "start": 0, "end": 2}]


def test_a_report_replaces_the_one_before_and_leaves_the_run_as_it_was(tmp_path):
    run = made_up_run(20)
    before = copy.deepcopy(run)
    folder = tmp_path / "reports" / "first"
    write_report(made_up_run(5), folder)
    path = write_report(run, folder)
    assert run == before
    assert len(Page(path.read_text(encoding="utf-8")).data()["questions"]) == 20
    assert [entry.name for entry in folder.iterdir()] == ["index.html"]
    assert write_report(run, tmp_path).read_bytes() == path.read_bytes()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"ragqa_run": 2}, r"expected a run of form 1 \(ragqa_run\), got 2: "),
        ({"kind": "writer"}, "expected a run of the kind reader, retrieval, qa, got 'writer': "),
        ({"questions": None}, "the run holds no list of questions: "),
    ],
)
def test_what_is_no_run_is_refused(change, message, tmp_path):
    with pytest.raises(SettingError, match=message):
        write_report({**made_up_run(1), **change}, tmp_path / "report")
    assert not (tmp_path / "report").exists()


def test_a_folder_that_is_a_file_is_refused(tmp_path):
    taken = tmp_path / "report"
    taken.write_text("a note")
    with pytest.raises(SettingError, match=r"the report can't be written to .*report: .*; name a folder that can"):
        write_report(made_up_run(1), taken)
    assert taken.read_text() == "a note"
