"""A session with three articles of two sources, read by the real models."""

import pytest

from ragqa import Article, ExtractiveReader, Pipeline
from ragqa.repl import Session

FLOOD = Article(
    id="flood.txt",
    title="Storm floods the valley",
    source="Meridian Post",
    published_at="2024-10-30",
    text="At least 95 people died when a year's rain fell on Valencia in eight hours, officials said.",
)
BRIDGE = Article(
    id="bridge.txt",
    title="A bridge for Skagen",
    source="Harbour Wire",
    published_at="2024-05-08",
    text="The bridge at Skagen was opened by Anna Lindqvist.",
)
UNSIGNED = Article(id="snow.txt", text="Snow fell on the pass for the third day.")


@pytest.fixture(scope="module")
def pipeline(tmp_path_factory, reader: ExtractiveReader):
    folder = tmp_path_factory.mktemp("session") / "index"
    with Pipeline.open(folder, reader=reader) as pipeline:
        pipeline.add([FLOOD, BRIDGE, UNSIGNED])
        yield pipeline


@pytest.fixture
def session(pipeline: Pipeline) -> Session:
    return Session(pipeline)
