"""The parts of the report's page: markup that can't be broken out of, data that comes back as it was, pictures to scale."""

import json
import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ragqa.evaluation.page import charts
from ragqa.evaluation.page.axes import Axis, Frame, share_axis
from ragqa.evaluation.page.data import page_data
from ragqa.evaluation.page.markup import Markup, element, join
from ragqa.evaluation.page.words import causes, figure_meaning, figure_name, figure_text

# Also halves of surrogate pairs, which a gold file's JSON can hold.
texts = st.text(st.characters(codec=None, exclude_categories=()), max_size=40) | st.text(
    "<>&\"'/!-scriptSCRIPT \u2028", max_size=40
)


class Reader(HTMLParser):
    """Collects what a browser would see: elements with their attributes, and text."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict]] = []
        self.text = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text += data


def numbers(picture: str, name: str, attribute: str, class_: str = "") -> list[float]:
    """The values of an attribute of the elements of a name, in order."""
    found = re.findall(rf'<{name}[^>]*class="[^"]*{class_}[^"]*"[^>]*', picture)
    return [float(re.search(rf' {attribute}="([^"]*)"', each)[1].rstrip("%")) for each in found]


@given(texts, texts)
def test_text_never_becomes_markup(text, value):
    seen = Reader(element("td", text, title=value))
    assert [name for name, _ in seen.elements] == ["td"]
    cleaned = re.sub(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069]", "\ufffd", text)
    assert seen.text == cleaned
    assert list(seen.elements[0][1]) == ["title"]


def test_markup_goes_in_as_it_stands_and_numbers_are_short():
    assert element("g", element("line", x1=1 / 3, x2=2.0, class_="grid"), None, "a<b") == (
        '<g><line x1="0.33" x2="2" class="grid"/>a&lt;b</g>'
    )
    assert element("details", open=True, hidden=False, id=None) == "<details open></details>"
    assert join(Markup("<br>"), "<br>") == "<br>&lt;br&gt;"


@given(texts, st.lists(texts, max_size=3), texts)
def test_texts_come_back_from_the_data_and_mean_nothing_to_html(question, gold, passage):
    row = {
        "id": "q1",
        "question": question,
        "gold": gold,
        "passages": [{"article_id": "a.txt", "start": 3, "text": passage, "rank": 1, "score": None, "is_gold": True}],
    }
    written = page_data({"kind": "qa", "questions": [row]})
    assert not set(written) & set("<>&\u2028\u2029")
    written.encode("utf-8")
    read = json.loads(written)
    assert read["questions"][0]["question"] == question
    assert read["questions"][0].get("gold", []) == gold
    assert read["passages"] == [["a.txt", 3, passage]]
    assert read["questions"][0]["passages"] == [[0, 1, None, 1]]


def test_an_axis_places_values_between_its_ends():
    linear = Axis(0.0, 0.5, (), "")
    assert [linear.place(value) for value in (0.0, 0.125, 0.5, 0.9)] == [0.0, 0.25, 1.0, 1.0]
    decades = Axis(1.0, 100.0, (), "", is_log=True)
    assert [round(decades.place(value), 6) for value in (0.0, 1.0, 10.0, 100.0)] == [0.0, 0.0, 0.5, 1.0]
    assert Axis(1.0, 1.0, (), "", is_log=True).place(1.0) == 0.0


@pytest.mark.parametrize(
    ("high", "labels"),
    [
        (0.03, ["0 %", "1 %", "2 %", "3 %"]),
        (0.31, ["0 %", "10 %", "20 %", "30 %", "40 %"]),
        (1.0, ["0 %", "20 %", "40 %", "60 %", "80 %", "100 %"]),
        (0.0, ["0 %", "1 %"]),
    ],
)
def test_a_share_axis_ends_at_the_next_label(high, labels):
    assert [label for _, label in share_axis("wrong", high).ticks] == labels


def test_a_frame_puts_larger_values_higher_up():
    frame = Frame(Axis(0, 1, (), ""), Axis(0, 1, (), ""), left=10, top=20, width=100, height=50)
    assert frame.points([(0, 0), (0.5, 1)]) == "10.0,70.0 60.0,20.0"


def test_risk_and_coverage_keep_both_ends_of_many_points():
    points = [(at / 12_000, 0.4 * at / 12_000) for at in range(1, 12_001)]
    picture = charts.risk_coverage(points)
    drawn = re.search(r'points="([^"]*)"', picture)[1].split()
    assert 390 <= len(drawn) <= 410
    assert drawn[0] == "48.0,248.0"  # the first question: no coverage to speak of, no risk
    assert drawn[-1] == "448.0,72.0"  # all of them: 40 % wrong, on an axis to 50 %
    assert re.findall(r'class="label"[^>]*>([^<]*)<', picture) == [
        "40.0 % wrong",
        "25 % with 10 % wrong",
        "50 % with 20 % wrong",
    ]


def test_one_point_is_a_picture_too():
    assert "100.0 % wrong" in charts.risk_coverage([(1.0, 1.0)])
    assert "0.0 % wrong" in charts.risk_coverage([(1.0, 0.0)])
    assert numbers(charts.retrieval([(5, 0.8, 0.9)]), "circle", "cx") == [48.0, 48.0]
    assert "50.0 % right" in charts.reliability([(0.5, 0.5, 1)])


def test_reliability_draws_shares_intervals_and_counts_to_scale():
    picture = charts.reliability([(0.25, 0.5, 10), (0.75, 1.0, 40)])
    assert numbers(picture, "circle", "cx") == [148.0, 348.0]
    assert numbers(picture, "circle", "cy") == [123.0, 28.0]
    assert numbers(picture, "rect", "height", "count") == [13.0, 52.0]
    low, high = charts.wilson(0.5, 10)
    assert numbers(picture, "line", "y1", "whisker")[0] == round(28 + 190 * (1 - low), 2)
    assert numbers(picture, "line", "y2", "whisker")[0] == round(28 + 190 * (1 - high), 2)
    assert "40 answers of confidence 75.0 %: 100.0 % right" in picture


def test_retrieval_draws_both_curves_and_labels_depths_that_do_not_collide():
    picture = charts.retrieval([(k, 0.5, 0.75) for k in range(1, 101)])
    assert re.findall(r'text-anchor="middle">([^<]*)<', picture) == [
        "1",
        "2",
        "4",
        "7",
        "11",
        "17",
        "26",
        "40",
        "61",
        "93",
    ]
    first, second = (points.split() for points in re.findall(r'points="([^"]*)"', picture))
    assert (first[0], first[-1]) == ("48.0,138.0", "448.0,138.0")
    assert second[0] == "48.0,83.0"
    assert "<circle" not in picture  # a hundred dots would hide the line


def test_latency_spans_whole_decades():
    picture = charts.latency(
        {"embed": {"p50": 1.0, "p95": 10.0, "p99": 100.0}, "read": {"p50": 10.0, "p95": 10.0, "p99": 10.0}}
    )
    assert re.findall(r'text-anchor="middle">([^<]*)<', picture) == ["1 ms", "10 ms", "100 ms", "1 s"]
    assert "embed: p50 1 ms, p95 10 ms, p99 100 ms" in picture
    assert numbers(picture, "circle", "cx")[2:] == [
        218.33,
        110.0,
        218.33,
        218.33,
    ]  # after the two of the key; p95 lies under p50


def test_stacked_shares_follow_each_other():
    bar = charts.stacked([("right", 0.75, "No error: 3"), ("ranked_low", 0.25, "Read, ranked low: 1")])
    assert numbers(bar, "rect", "x", "part") == [0.0, 75.0]
    assert numbers(bar, "rect", "width", "part") == [75.0, 25.0]
    assert 'aria-label="No error: 3; Read, ranked low: 1"' in bar


def test_an_interval_is_drawn_only_where_there_is_one():
    assert numbers(charts.interval(50.0, 40.0, 60.0, end=100.0), "rect", "x", "range") == [40.0]
    assert numbers(charts.interval(50.0, 40.0, 60.0, end=100.0), "rect", "width", "range") == [20.0]
    assert 'class="range"' not in charts.interval(50.0, None, None, end=100.0)


@pytest.mark.parametrize(
    ("share", "count", "expected"),
    [(0.0, 10, (0.0, 0.278)), (1.0, 10, (0.722, 1.0)), (0.9, 1000, (0.880, 0.917)), (0.5, 0, (0, 1))],
)
def test_wilson_intervals_stay_within_shares(share, count, expected):
    assert charts.wilson(share, count) == pytest.approx(expected, abs=5e-4)


def test_figures_have_names_meanings_and_units():
    assert figure_name("ndcg_at_10") == "nDCG@10"
    assert figure_meaning("coverage_at_90").endswith("with 90 % of the answers right.")
    assert (figure_name("words_spoken"), figure_meaning("words_spoken")) == ("Words spoken", "")
    assert (figure_text(1234.5, "ms", 1), figure_text(0.5, "")) == ("1,234.5 ms", "0.500")


def test_causes_are_named_as_fits_the_kind_of_run():
    assert causes("retrieval")["right"][0] == "Retrieved"
    assert causes("reader")["retrieved_not_read"][0] == "Read, not found"
    assert causes("qa")["right"] == (
        "No error",
        "Answered rightly, with an F1 of 50\u00a0% or more, or rightly not answered.",
    )
