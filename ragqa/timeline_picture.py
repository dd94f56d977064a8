"""A timeline of figures as a picture: the figure of each report over its date. The only module that uses matplotlib.

Needs the extra ``figures``. Answers that begin with no figure are left out.
"""

from __future__ import annotations

import re
from pathlib import Path

from ragqa.errors import MissingExtra, SettingError, in_words
from ragqa.records import Timeline, instant

__all__ = ["draw_timeline", "figure_in"]

_FIGURE = re.compile(
    r"(?<![\w.,])([-\u2212]?)(?:[^\W\d_]{0,3}[$\u20ac\u00a3\u00a5])?(\d{1,3}(?:[,\u00a0\u202f ]\d{3})+|\d+)(\.\d+)?"
)
_SCALE = re.compile(r"\s*(thousand|million|billion|trillion|m|bn|k)\b", re.IGNORECASE)
_FACTORS = {"thousand": 1e3, "k": 1e3, "million": 1e6, "m": 1e6, "billion": 1e9, "bn": 1e9, "trillion": 1e12}
_WORDS = {
    word: number
    for number, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
        "seventeen eighteen nineteen twenty".split()
    )
}


def figure_in(text: str) -> float | None:
    """Return the first figure of an answer, in digits or as a word up to twenty; None where there is none.

    >>> figure_in("at least 42,847 people"), figure_in("$3.5 million"), figure_in("Twelve"), figure_in("on Monday")
    (42847.0, 3500000.0, 12.0, None)
    """
    if found := _FIGURE.search(text):
        number = float(re.sub(r"\D", "", found[2]) + (found[3] or "")) * (-1 if found[1] else 1)
        scale = _SCALE.match(text, found.end())
        return number * _FACTORS[scale[1].lower()] if scale else number
    word = next((word for word in re.findall(r"[a-z]+", text.lower()) if word in _WORDS), None)
    return None if word is None else float(_WORDS[word])


def draw_timeline(timeline: Timeline, path: Path) -> int:
    """Draw the figures of a timeline into a file, PNG, SVG or PDF by its suffix; return how many there are.

    Raises:
        MissingExtra: matplotlib is not installed.
        SettingError: no answer has a figure, or the file can't be written.
    """
    points = [
        (instant(entry.published_at), figure, entry)
        for entry in timeline.entries
        if entry.published_at is not None and (figure := figure_in(entry.text)) is not None
    ]
    if not points:
        raise SettingError("the answers of this timeline hold no figure: there is nothing to draw")
    try:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.dates import date2num
        from matplotlib.figure import Figure
        from matplotlib.ticker import StrMethodFormatter
    except ImportError as error:
        raise MissingExtra('a picture needs matplotlib: pip install "ragqa[figures]"') from error
    picture = Figure(figsize=(9, 4.5), layout="constrained")
    FigureCanvasAgg(picture)
    axes = picture.add_subplot()
    days = date2num([point[0] for point in points])
    axes.step(days, [point[1] for point in points], where="post", color="0.6", linewidth=1)
    axes.plot(days, [point[1] for point in points], "o", color="tab:blue")
    named: dict[tuple[float, float], list[str]] = {}
    for day, (_, figure, entry) in zip(days, points, strict=True):  # reports of one figure and day share a label
        named.setdefault((day, figure), [entry.text]).append(entry.citation.source or entry.citation.article_id)
    for place, words in named.items():
        label = "\n".join(dict.fromkeys(words)).replace("$", r"\$")
        axes.annotate(label, place, textcoords="offset points", xytext=(6, 6), fontsize=8)
    axes.set_title(timeline.question.replace("$", r"\$"), loc="left", fontsize=10)
    axes.yaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
    axes.margins(0.15, 0.2)
    axes.spines[["top", "right"]].set_visible(False)
    axes.xaxis_date()
    picture.autofmt_xdate()
    try:
        picture.savefig(path, dpi=150)
    except (OSError, ValueError) as error:
        raise SettingError(f"the picture can't be written to {path}: {in_words(error)}") from error
    return len(points)
