"""Converted models are kept, checked, and made again where they can't be trusted."""

import logging
import os
import subprocess
import sys
from pathlib import Path

import pytest

from ragqa.embedding.cache import cache_folder, cached_model


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("RAGQA_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


def never():
    raise AssertionError("made again")


def test_a_model_is_made_once_and_then_read(folder, caplog):
    assert cached_model("minilm", lambda: b"weights") == b"weights"
    assert cached_model("minilm", never) == b"weights"
    assert [path.name for path in folder.iterdir()] == ["minilm.onnx"]
    assert not caplog.records


def test_models_are_told_apart_by_their_key(folder):
    cached_model("minilm-int8", lambda: b"int8")
    assert cached_model("minilm-fp32", lambda: b"fp32") == b"fp32"


@pytest.mark.parametrize(
    "damage",
    [lambda data: data[:-1], lambda data: data[:20], lambda data: data[:-1] + b"?", lambda data: b"?" + data[1:]],
    ids=["cut short", "cut in the checksum", "a byte of the model", "a byte of the checksum"],
)
def test_a_damaged_file_is_made_again_with_a_warning(folder, caplog, damage):
    cached_model("minilm", lambda: b"weights")
    path = folder / "minilm.onnx"
    whole = path.read_bytes()
    path.write_bytes(damage(whole))
    with caplog.at_level(logging.WARNING):
        assert cached_model("minilm", lambda: b"weights") == b"weights"
    assert caplog.messages == [f"{path} is damaged: making it again"]
    assert path.read_bytes() == whole


def test_a_cache_that_cannot_be_written_is_no_error(folder, caplog):
    folder.write_text("a file where the folder should be", encoding="utf-8")
    with caplog.at_level(logging.WARNING):
        assert cached_model("minilm", lambda: b"weights") == b"weights"
    assert "set RAGQA_CACHE to a folder that can" in caplog.text


def test_a_write_that_fails_leaves_no_draft(folder, monkeypatch, caplog):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    assert cached_model("minilm", lambda: b"weights") == b"weights"
    assert "No space left on device" in caplog.text
    assert list(folder.iterdir()) == []


def test_processes_that_make_the_same_model_at_once_leave_a_whole_one(folder):
    code = (
        "import sys; from ragqa.embedding.cache import cached_model; cached_model('minilm', lambda: bytes(5_000_000))"
    )
    users = [subprocess.Popen([sys.executable, "-c", code]) for _ in range(4)]
    assert [user.wait() for user in users] == [0, 0, 0, 0]
    assert cached_model("minilm", never) == bytes(5_000_000)
    assert [path.name for path in folder.iterdir()] == ["minilm.onnx"]


def test_the_folder_follows_the_environment(monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("RAGQA_CACHE", raising=False)
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    assert cache_folder() == Path.home() / ".cache" / "ragqa"
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    assert cache_folder() == tmp_path / "xdg" / "ragqa"
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    assert cache_folder() == Path.home() / ".cache" / "ragqa"
    monkeypatch.setenv("RAGQA_CACHE", "~/own")
    assert cache_folder() == tmp_path / "own"


def test_without_a_home_folder_a_model_is_made_and_not_kept(monkeypatch, caplog):
    monkeypatch.delenv("RAGQA_CACHE", raising=False)
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)

    def homeless(path):
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr("pathlib.Path.expanduser", homeless)
    assert cached_model("key", lambda: b"model") == b"model"
    assert "can't be kept (the user has no home folder): set RAGQA_CACHE" in caplog.text
    with pytest.raises(OSError, match="no home folder"):
        cache_folder()
