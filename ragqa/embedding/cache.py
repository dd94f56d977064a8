"""Where a converted model is kept: ``$RAGQA_CACHE``, else ``$XDG_CACHE_HOME/ragqa``, else ``~/.cache/ragqa``.

A file is the SHA-256 of a model, 32 bytes, and then the model: one file, so that the two can't drift apart. It may be deleted at
any time; what is damaged is made again. Imports nothing of ragqa but its errors.
"""

from __future__ import annotations

import hashlib
import logging
import os
import tempfile
from collections.abc import Callable
from pathlib import Path

from ragqa.errors import in_words

__all__ = ["cache_folder", "cached_model"]

logger = logging.getLogger(__name__)


def cached_model(key: str, make: Callable[[], bytes]) -> bytes:
    """Return the model kept under ``key``; where there is none, or it is damaged, make it and keep it.

    Processes may do this at the same time. A cache that can't be written is no error: the model is made again next time.
    """
    try:
        path = cache_folder() / f"{key}.onnx"
    except OSError as error:
        logger.warning("a converted model can't be kept (%s): set RAGQA_CACHE to a folder that can", in_words(error))
        return make()
    try:
        kept = path.read_bytes()
    except OSError:
        kept = b""
    digest, model = kept[:32], kept[32:]
    if hashlib.sha256(model).digest() == digest:
        return model
    if kept:
        logger.warning("%s is damaged: making it again", path)
    model = make()
    try:
        _write_whole(path, hashlib.sha256(model).digest() + model)
    except OSError as error:
        logger.warning(
            "a converted model can't be kept in %s (%s): set RAGQA_CACHE to a folder that can",
            path.parent,
            in_words(error),
        )
    return model


def cache_folder() -> Path:
    """Return the folder for what can be made again.

    Raises:
        OSError: it is below the home folder, and the user has none.
    """
    own, shared = os.environ.get("RAGQA_CACHE"), os.environ.get("XDG_CACHE_HOME")
    try:
        if own:
            return Path(own).expanduser()
        # The XDG specification has relative paths ignored.
        return (Path(shared) if shared and Path(shared).is_absolute() else Path("~/.cache").expanduser()) / "ragqa"
    except RuntimeError as error:
        raise OSError("the user has no home folder") from error


def _write_whole(path: Path, data: bytes) -> None:
    """Write a file so that no other process ever sees a part of it; of several writers the last one's stays."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(draft).replace(path)
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise
