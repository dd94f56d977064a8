"""``ragqa eval`` as a tool outside would use it: arguments, files, JSON, exit status."""

import json
import os

import pytest

from ragqa.cli import main
from ragqa.evaluation.squad import score_squad11, score_squad20

FLOOD = "At least 95 people died when a year's rain fell on Valencia in eight hours, officials said."
BRIDGE = "The bridge at Skagen was opened by Anna Lindqvist."
ROWS = [
    {"id": "toll", "question": "How many people died in Valencia?", "answers": ["95"], "context": FLOOD},
    {"id": "who", "question": "Who opened the bridge at Skagen?", "answers": ["Anna Lindqvist"], "context": BRIDGE},
]
NONE = {"id": "none", "question": "Who won the football World Cup in 1998?", "answers": [], "context": BRIDGE}


@pytest.fixture(autouse=True, scope="module")
def cache(tmp_path_factory):
    """A cache of the tests' own, so that no index of theirs is left in the user's."""
    folder = tmp_path_factory.mktemp("cache")
    before = os.environ.get("RAGQA_CACHE")
    os.environ["RAGQA_CACHE"] = str(folder)
    yield folder
    if before is None:
        del os.environ["RAGQA_CACHE"]
    else:
        os.environ["RAGQA_CACHE"] = before


@pytest.fixture
def ragqa(capsys):
    """Run ``ragqa eval`` in this process; return exit status, standard output and standard error."""

    def run(*arguments):
        with pytest.raises(SystemExit) as stopped:
            main(["eval", *map(str, arguments)])
        captured = capsys.readouterr()
        return stopped.value.code or 0, captured.out, captured.err

    return run


@pytest.fixture(scope="module")
def gold(tmp_path_factory):
    path = tmp_path_factory.mktemp("gold") / "news.jsonl"
    path.write_text("\n".join(map(json.dumps, [*ROWS, NONE])) + "\n", encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def runs(tmp_path_factory, gold):
    """A qa run over all the contexts, and the same one reading a single passage."""
    folder = tmp_path_factory.mktemp("runs")
    for k in (1, 2):
        with pytest.raises(SystemExit) as stopped:
            main(["eval", "qa", "--gold", str(gold), "--k", str(k), "--report", str(folder / f"k{k}"), "--json"])
        assert not stopped.value.code
    return folder


def written(path):
    return json.loads(path.read_text(encoding="utf-8"))


def test_reader_writes_predictions_that_the_official_scorer_reads(ragqa, gold, tmp_path):
    status, out, err = ragqa("reader", "--gold", gold, "--predictions", tmp_path / "p.json", "--json")
    assert (status, err) == (0, "")
    run = json.loads(out)
    predictions, no_answer, best = (written(tmp_path / name) for name in ("p.json", "p.na.json", "p.best.json"))
    assert predictions == {"toll": "95", "who": "Anna Lindqvist", "none": ""}
    assert best["none"]
    assert no_answer["none"] > max(no_answer["toll"], no_answer["who"])
    answers = {row["id"]: row["answers"] for row in [*ROWS, NONE]}
    official = score_squad20(answers, best, no_answer)
    assert run["figures"]["best_f1"]["value"] == official["best_f1"] == 100.0
    assert run["figures"]["f1"]["value"] == score_squad20(answers, predictions)["f1"] == 100.0
    assert "questions" not in run
    assert run["fingerprints"]["reader"] is not None
    assert run["failed"] == []


def test_without_unanswerable_questions_no_prediction_is_empty(ragqa, tmp_path):
    path = tmp_path / "news.jsonl"
    odd = {**NONE, "answers": ["Rita"]}
    path.write_text("\n".join(map(json.dumps, [*ROWS, odd])), encoding="utf-8")
    status, out, _ = ragqa("reader", "--gold", path, "--predictions", tmp_path / "p.json", "--json")
    predictions = written(tmp_path / "p.json")
    assert status == 0
    assert all(predictions.values())
    official = score_squad11({row["id"]: row["answers"] for row in [*ROWS, odd]}, predictions)
    assert json.loads(out)["figures"]["f1"]["value"] == official["f1"]


def test_qa_asks_the_contexts_of_the_gold_file_and_keeps_their_index(runs, cache):
    run = written(runs / "k2" / "run.json")
    assert {row["id"]: row["prediction"] for row in run["questions"]} == {
        "toll": "95",
        "who": "Anna Lindqvist",
        "none": "",
    }
    assert run["settings"]["articles"] == 2
    assert run["figures"]["citation_recall_character"]["value"] == 100.0
    assert "</html>" in (runs / "k2" / "index.html").read_text(encoding="utf-8")
    assert len(list((cache / "evaluation").iterdir())) == 1


def test_k_is_how_many_passages_are_read(runs):
    for k in (1, 2):
        run = written(runs / f"k{k}" / "run.json")
        assert [len(row["passages"]) for row in run["questions"]] == [k] * 3
        assert run["settings"]["k"] == k


def test_also_adds_contexts_and_no_questions(ragqa, gold, tmp_path):
    other = tmp_path / "other.jsonl"
    row = {"id": "x", "question": "What fell?", "answers": ["Snow"], "context": "Snow fell on the pass."}
    other.write_text(json.dumps(row), encoding="utf-8")
    status, out, _ = ragqa("retrieval", "--gold", gold, "--also", other, "--json")
    run = json.loads(out)
    assert (status, run["settings"]["articles"], run["gold"]["questions"]) == (0, 3, 3)


def test_an_index_is_asked_with_the_gold_file_s_article_ids(ragqa, tmp_path, capsys):
    articles = tmp_path / "articles"
    articles.mkdir()
    (articles / "flood.txt").write_text(FLOOD, encoding="utf-8")
    (articles / "bridge.txt").write_text(BRIDGE, encoding="utf-8")
    with pytest.raises(SystemExit):
        main(["index", str(articles), "--index", str(tmp_path / "index")])
    path = tmp_path / "gold.csv"
    path.write_text(f"question,answer,article\n{ROWS[0]['question']},95,flood.txt\n", encoding="utf-8")
    capsys.readouterr()
    status, out, _ = ragqa("qa", "--gold", path, "--index", tmp_path / "index", "--json")
    figures = json.loads(out)["figures"]
    assert status == 0
    assert (figures["f1"]["value"], figures["citation_precision_article"]["value"]) == (100.0, 100.0)


def test_limit_asks_fewer_questions_of_all_the_contexts(ragqa, gold):
    run = json.loads(ragqa("retrieval", "--gold", gold, "--limit", 1, "--k", 5, "--json")[1])
    assert (run["gold"]["questions"], run["settings"]["limit"], run["settings"]["articles"]) == (1, 1, 2)
    assert "recall_at_5" in run["figures"]
    assert "recall_at_10" not in run["figures"]


def test_figures_are_shown_as_a_table(ragqa, gold, tmp_path):
    status, out, err = ragqa("retrieval", "--gold", gold, "--report", tmp_path / "report")
    assert (status, err) == (0, "")
    assert out.startswith("news: 3 questions, 2 with an answer")
    assert "recall_at_1" in out
    assert "100.00 to 100.00" in out
    assert f"The report is {tmp_path / 'report' / 'index.html'}" in out.replace("\n", "")


def test_a_figure_below_its_floor_ends_with_status_1_and_the_report_is_there(ragqa, gold, tmp_path):
    options = ("--gold", gold, "--report", tmp_path / "report", "--fail-under", "recall_at_1=100")
    assert ragqa("retrieval", *options)[0] == 0
    status, _, err = ragqa("retrieval", *options, "--fail-under", "mrr=100.5")
    assert status == 1
    assert err == "ragqa: mrr is 100.00, below 100.5\n"
    assert (tmp_path / "report" / "run.json").exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--fail-under", "f1"), "expected a figure and a number"),
        (("--fail-under", "f11=70"), "no figure 'f11'"),
        (("--reader", "no/such/folder"), "no/such/folder"),
        (("--gold", "nowhere.json"), "nowhere.json can't be read"),
    ],
)
def test_a_broken_run_ends_with_status_2(ragqa, gold, arguments, message):
    status, out, err = ragqa("reader", "--gold", gold, *arguments)
    assert (status, out) == (2, "")
    assert message in err
    assert len(err.splitlines()) == 1


def test_a_missing_index_is_wrong_use(ragqa, gold, tmp_path):
    for kind in ("qa", "retrieval"):
        status, _, err = ragqa(kind, "--gold", gold, "--index", tmp_path / "nowhere")
        assert status == 2
        assert "nowhere" in err


def test_compare_shows_what_changed_and_what_may_be_chance(ragqa, runs):
    status, out, err = ragqa("compare", runs / "k2", runs / "k1" / "run.json")
    assert (status, err) == (0, "")
    assert out.startswith("3 questions; only in a 0, only in b 0")
    assert "0 worse, by f1" in out
    comparison = json.loads(ragqa("compare", runs / "k2", runs / "k1", "--json")[1])
    assert comparison["figures"]["f1"]["difference"] == 0.0
    assert (comparison["better"], comparison["worse"], comparison["failed"]) == ([], [], [])


def test_compare_is_a_gate(ragqa, runs, tmp_path):
    worse = written(runs / "k2" / "run.json")
    for row in worse["questions"][:1]:
        row |= {"prediction": "Valencia", "best": "Valencia", "exact_match": 0.0, "f1": 0.0}
        row["metrics"] |= {"exact_match": 0.0, "f1": 0.0}
    worse["figures"]["f1"]["value"] = 100 * 2 / 3
    (tmp_path / "run.json").write_text(json.dumps(worse), encoding="utf-8")
    assert ragqa("compare", runs / "k2", tmp_path, "--max-drop", "34", "--fail-under", "f1=66")[0] == 0
    status, out, err = ragqa("compare", runs / "k2", tmp_path, "--max-drop", "0.5")
    assert status == 1
    assert "1 worse, by f1" in out
    assert "How many people died in Valencia?: '95' -> 'Valencia'" in out
    assert err.count("got worse by 33.33") == 2  # exact match and F1
    assert ragqa("compare", runs / "k2", tmp_path, "--max-drop", "f1=0.5")[2].count("got worse") == 1
    status, out, _ = ragqa("compare", runs / "k2", tmp_path, "--fail-under", "f1=70", "--json")
    assert (status, json.loads(out)["failed"]) == (1, ["f1 is 66.67, below 70"])


def test_compare_with_what_is_no_run_ends_with_status_2(ragqa, runs, tmp_path):
    (tmp_path / "run.json").write_text("{}", encoding="utf-8")
    assert ragqa("compare", runs / "k2", tmp_path)[0] == 2
    assert ragqa("compare", runs / "k2", tmp_path / "nowhere")[0] == 2
    assert ragqa("compare", runs / "k2", runs / "k1", "--max-drop", "often")[0] == 2
