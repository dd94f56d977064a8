"""The structure of the package: imports go down, heavy libraries are imported by one module each, and only when needed."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import ragqa

PACKAGE = Path(ragqa.__file__).parent

# From the bottom up. A module may import what stands above it in this list, and its own package.
LAYERS = [
    "errors",
    "controls",
    "months",
    "patterns",
    "sentences",
    "parts",
    "units",
    "numerals",
    "quantities",
    "corrections",
    "styles",
    "when",
    "speech",
    "records",
    "findings",
    "words",
    "spelling",
    "telling",
    "quiet",
    "hub",
    "calibration",
    "clock",
    "wanted",
    "values",
    "syndication",
    "agreement",
    "dates",
    "articles",
    "splitting",
    "bert",
    "onnx",
    "embedding",
    "store",
    "vectors",
    "index",
    "retrieval",
    "timely",
    "spans",
    "reading",
    "citing",
    "rechecking",
    "answering",
    "promise",
    "rivals",
    "first_look",
    "conflicts",
    "judging",
    "asking",
    "explaining",
    "filling",
    "sources",
    "timeline",
    "timeline_picture",
    "questions",
    "pipeline",
    "api",
    "evaluation",
    "training",
    "view",
    "console",
    "repl",
    "cli",
]

# Who may import what; a module that is not listed may be imported anywhere.
ONLY_IMPORTERS = {
    "pydantic": {"records"},
    "trafilatura": {"articles"},
    "pyarrow": {"articles"},
    "markdown_it": {"articles"},
    "langchain_text_splitters": {"splitting"},
    "sentence_transformers": {"embedding"},
    "huggingface_hub": {"embedding", "hub"},
    "onnx": {"bert"},
    "safetensors": {"bert", "training"},
    "onnxruntime": {"onnx"},
    "tokenizers": {"onnx", "reading", "training"},  # in reading for its types alone
    "sqlite3": {"store"},
    "faiss": {"vectors"},
    "transformers": {"reading", "training", "quiet"},
    "torch": {"reading", "embedding", "training"},
    "matplotlib": {"timeline_picture"},
    "typer": {"cli"},
    "rich": {"view", "console", "repl", "cli"},
    "prompt_toolkit": {"repl"},
}
HEAVY = [
    "torch",
    "sentence_transformers",
    "transformers",
    "faiss",
    "onnxruntime",
    "onnx",
    "langchain_text_splitters",
    "trafilatura",
    "pyarrow",
    "matplotlib",
]


def modules() -> list[tuple[str, Path]]:
    found = []
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE).with_suffix("").parts
        if parts[-1] not in ("__main__",) and parts != ("__init__",):
            found.append((parts[0], path))
    return found


def imports(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: a relative import"
            names.add(node.module)
            if node.module == "ragqa":
                names.update(f"ragqa.{alias.name}" for alias in node.names)
    return names


@pytest.mark.parametrize(("layer", "path"), modules(), ids=lambda value: getattr(value, "name", value))
def test_imports_go_down_only(layer, path):
    assert layer in LAYERS, f"{layer} has no place in the layers"
    own = LAYERS.index(layer)
    for name in imports(path):
        parts = name.split(".")
        if parts[0] == "ragqa" and len(parts) > 1 and parts[1] in LAYERS:
            below = LAYERS.index(parts[1])
            assert below < own or parts[1] == layer, f"{path.name} imports {name}, which stands above it"


@pytest.mark.parametrize(("layer", "path"), modules(), ids=lambda value: getattr(value, "name", value))
def test_heavy_libraries_have_one_importer(layer, path):
    for name in imports(path):
        library = name.split(".")[0]
        assert layer in ONLY_IMPORTERS.get(library, {layer}), f"{path.name} imports {library}"


@pytest.mark.parametrize(
    "statement", ["import ragqa; ragqa.Pipeline", "from ragqa.cli import main; main(['--help'])", "import ragqa.repl"]
)
def test_no_model_library_is_loaded_before_it_is_needed(statement):
    code = f"try:\n {statement}\nexcept SystemExit:\n pass\nimport sys\nprint([name for name in {HEAVY} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize(("layer", "path"), modules(), ids=lambda value: getattr(value, "name", value))
def test_nothing_is_taken_from_the_package_itself(layer, path):
    """``from ragqa import spans`` would import the whole library, into which the module that says so is being imported."""
    taken = [
        alias.name
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and node.module == "ragqa"
        for alias in node.names
    ]
    assert set(taken) <= {"__version__"}, f"{path.name} takes {taken} from ragqa: import ragqa.NAME"


def test_every_public_name_is_there():
    assert sorted(ragqa.__all__) == ragqa.__all__
    assert all(hasattr(ragqa, name) for name in ragqa.__all__)
    assert set(ragqa.__all__) < set(dir(ragqa))


def test_a_name_that_is_not_there_is_said_as_python_says_it():
    with pytest.raises(AttributeError, match="module 'ragqa' has no attribute 'Pipelines'"):
        _ = ragqa.Pipelines


def test_a_name_is_given_that_another_thread_made_known_meanwhile():
    assert ragqa.__getattr__("Pipeline") is ragqa.Pipeline


def test_looking_for_a_name_changes_none(monkeypatch):
    monkeypatch.setattr(ragqa, "Pipeline", "another")
    assert not hasattr(ragqa, "Pipelines")
    assert "Pipeline" in dir(ragqa)
    assert ragqa.Pipeline == "another"


@pytest.mark.parametrize(
    ("statement", "waiting"),
    [
        ("import ragqa", ["ragqa.api", "ragqa.records", "numpy", "pydantic"]),
        ("import ragqa.cli.app", ["ragqa.api", "ragqa.pipeline", "ragqa.view", "ragqa.records", "numpy"]),
        (
            "import ragqa.pipeline",
            ["ragqa.answering", "ragqa.articles", "ragqa.conflicts", "ragqa.rivals", "ragqa.timeline"],
        ),
        ("from ragqa import Pipeline", ["ragqa.asking", "ragqa.conflicts", "ragqa.rivals", "ragqa.timeline"]),
        ("import ragqa.answering", ["ragqa.store", "ragqa.vectors", "ragqa.index"]),
    ],
)
def test_what_is_not_needed_waits(statement, waiting):
    code = f"{statement}\nimport sys\nprint([name for name in {waiting} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_the_process_of_the_command_line_collects_garbage_rarely_and_others_as_they_like():
    ends = "except SystemExit: pass\nprint(gc.get_threshold()[0])"
    for given, rarely in [("process()", True), ("main()", False)]:
        code = f"import gc, sys\nfrom ragqa.cli import main, process\nsys.argv = ['ragqa', '--version']\ntry: {given}\n{ends}"
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        assert (int(done.stdout.splitlines()[-1]) > 100_000) == rarely
