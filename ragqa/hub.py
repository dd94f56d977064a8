"""Whether the model hub has a model, asked once and briefly.

transformers and sentence-transformers try again and again for most of a minute before they say that a name is wrong or that there
is no network. Where a model is not in the hub's local cache, this is asked first.
"""

from __future__ import annotations

from collections.abc import Sequence

from ragqa.errors import ModelError

__all__ = ["ensure_on_hub"]

_SECONDS = 10.0


def ensure_on_hub(names: Sequence[str], *, what: str) -> None:
    """Return if the hub has a model under one of ``names``, the ways in which a name may be meant.

    Args:
        names: one or more.
        what: is asked for, for the message: "reader".

    Raises:
        ModelError: it has none, or can't be reached.
    """
    from huggingface_hub import HfApi
    from huggingface_hub.errors import GatedRepoError, HFValidationError, RepositoryNotFoundError

    for name in names:
        try:
            HfApi().model_info(name, timeout=_SECONDS)
        except GatedRepoError:  # it is there; whether it may be loaded is said by who loads it
            return
        except (RepositoryNotFoundError, HFValidationError):
            continue
        except Exception as error:
            raise ModelError(
                f"the {what} {names[0]!r} can't be loaded: it is no folder, and not in the cache of the model hub, which can't be "
                f"reached ({error}). Give a folder, correct the name, or be online the first time"
            ) from error
        return
    raise ModelError(
        f"the {what} {names[0]!r} can't be loaded: there is no such folder, and no such name on the model hub. Correct the name"
    )
