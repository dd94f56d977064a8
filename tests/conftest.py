"""What several test modules share: the real default models, loaded once, and where the outside data lie if they are there."""

import os
from pathlib import Path

import pytest
from hypothesis import settings

from ragqa import ExtractiveReader, Pipeline

# How long an example takes depends on what else the machine does, and says nothing.
settings.register_profile("ragqa", deadline=None)
settings.load_profile("ragqa")

REPOSITORY = Path(__file__).parent.parent
EXAMPLES = REPOSITORY / "examples" / "articles"
SHARED = Path(os.environ.get("RAGQA_SHARED", REPOSITORY.parent / "shared"))


@pytest.fixture(scope="session")
def reader() -> ExtractiveReader:
    """The reader that ragqa carries."""
    return ExtractiveReader.from_pretrained()


@pytest.fixture(scope="session")
def examples_index(tmp_path_factory) -> Path:
    """An index of the example articles, made with the default embedder."""
    folder = tmp_path_factory.mktemp("examples") / "index"
    with Pipeline.open(folder) as pipeline:
        report = pipeline.add(EXAMPLES)
    assert not report.faults
    return folder


@pytest.fixture(scope="session")
def shared_articles() -> Path:
    """The folder of real articles beside the repository, where there is one."""
    folder = SHARED / "articles"
    if not folder.is_dir():
        pytest.skip(f"needs the real articles in {folder}")
    return folder
