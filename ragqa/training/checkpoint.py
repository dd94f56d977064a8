"""Checkpoints: weights, the optimiser's memory and the step in one safetensors file, replaced whole. Imports safetensors."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

from ragqa.errors import ModelError, in_words
from ragqa.training.log import Step

if TYPE_CHECKING:
    import torch

    from ragqa.training.network import Network

__all__ = ["read_checkpoint", "write_checkpoint"]

_NAME = "checkpoint.safetensors"


def write_checkpoint(
    folder: Path, network: Network, optimizer: torch.optim.Optimizer, *, fingerprint: str, step: Step
) -> None:
    """Write the state of a run; after a kill at any moment the old file or the new one is there."""
    from safetensors.torch import save_file

    tensors = {f"model {name}": weight for name, weight in network.model.state_dict().items()}
    for number, parameter in enumerate(network.trained):
        for name, value in optimizer.state.get(parameter, {}).items():
            tensors[f"optimizer {number} {name}"] = value
    half_written = folder / f"{_NAME}.part"
    save_file(
        {name: tensor.detach().cpu().contiguous() for name, tensor in tensors.items()},
        half_written,
        metadata={"fingerprint": fingerprint, "step": json.dumps(step._asdict())},
    )
    with half_written.open("rb+") as file:
        os.fsync(file.fileno())
    half_written.replace(folder / _NAME)


def read_checkpoint(folder: Path, network: Network, optimizer: torch.optim.Optimizer, fingerprint: str) -> Step | None:
    """Put network and optimiser into the state of the checkpoint and return its step; None where there is none.

    Raises:
        ModelError: the checkpoint can't be read, or is that of another run.
    """
    from safetensors import SafetensorError, safe_open

    path = folder / _NAME
    if not path.is_file():
        return None
    try:
        with safe_open(path, framework="pt") as file:
            facts = file.metadata() or {}
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - it is no mapping
    except (OSError, SafetensorError) as error:
        raise ModelError(f"the checkpoint {path} can't be read ({in_words(error)}): delete it to begin anew") from error
    if facts.get("fingerprint") != fingerprint:
        raise ModelError(
            f"{path} is the checkpoint of another run: its data, start, teacher or settings differ. "
            "Name another folder, or delete it"
        )
    network.model.load_state_dict(_part(tensors, "model "))
    for number, parameter in enumerate(network.trained):
        state = _part(tensors, f"optimizer {number} ")
        if state:
            # The count of steps stays where it was: AdamW keeps it on the parameter's device when it is fused.
            optimizer.state[parameter] = {name: tensor.to(parameter.device) for name, tensor in state.items()}
    return Step(**json.loads(facts["step"]))


def _part(tensors: dict[str, torch.Tensor], prefix: str) -> dict[str, torch.Tensor]:
    return {name.removeprefix(prefix): tensor for name, tensor in tensors.items() if name.startswith(prefix)}
