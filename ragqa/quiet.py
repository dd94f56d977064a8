"""Keeps transformers from writing on standard error: a library doesn't print. Used where hub models are loaded."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["without_progress_bars", "without_warnings"]


@contextmanager
def without_progress_bars() -> Iterator[None]:
    """Load models of transformers or sentence-transformers without a bar, and leave the setting as it was."""
    from transformers.utils import logging

    shown = logging.is_progress_bar_enabled()
    logging.disable_progress_bar()
    try:
        yield
    finally:
        if shown:
            logging.enable_progress_bar()


@contextmanager
def without_warnings() -> Iterator[None]:
    """Load a model whose head is still to be trained without the warning that it is, and leave the setting as it was."""
    from transformers.utils import logging

    before = logging.get_verbosity()
    logging.set_verbosity_error()
    try:
        yield
    finally:
        logging.set_verbosity(before)
