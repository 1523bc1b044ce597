"""The reference that Zhu et al. (arXiv 2604.08333) found strongest: the model's own vision encoder, tuned to classify.

A linear head reads the mean image token at `encoder.out`. It starts as the ridge probe there, so that tuning starts
where the probe ends [own]; then head and all weights of the encoder are tuned by cross-entropy, in float32 also where
the model is in bfloat16.
"""

import json
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from angiogram.cache import Progress
from angiogram.errors import InputError
from angiogram.files import sha256_of_text
from angiogram.probe.probability import sharpness
from angiogram.probe.ridge import RidgeProbe
from angiogram.tap.batches import cut
from angiogram.train.references.classifier import arithmetic, learn
from angiogram.train.references.encoder import Encoder
from angiogram.train.references.kept import kept
from angiogram.train.references.prepared import Piece, Preparation
from angiogram.train.references.task import Learned, Rows, Task, Training

# A head that starts so close to its training cases leaves small, noisy gradients: in few steps a higher rate does harm.
ON_CPU = Training(steps=40, batch_size=16, learning_rate=3e-6, warmup=0.25)
ON_GPU = Training(steps=400, batch_size=16, learning_rate=1e-5)
LEAST_SHARP, MOST_SHARP = 1.0, 20.0  # a probe that is never wrong would be infinitely sure


def tower(task: Task, train: Rows, test: Rows, training: Training | None = None) -> Learned:
    """The tuned encoder under its head; on a CPU with few steps, which its provenance says.

    Raises:
        InputError: the encoder cannot be copied or tuned, memory is short, what the cache holds of it is damaged, or
            the disk is full.
    """
    loaded = task.loaded
    settings = training or (ON_CPU if loaded.device.type == "cpu" else ON_GPU)

    def learnt(checkpoint: Path) -> Learned:
        try:
            return _tuned(task, train, test, settings, checkpoint)
        except torch.OutOfMemoryError as error:
            raise InputError(
                f"The vision encoder of '{loaded.name}' cannot be tuned in this memory; ask for another --reference."
            ) from error

    preparation = sha256_of_text(loaded.processor.image_processor.to_json_string())
    groups = sha256_of_text(json.dumps(task.cases.groups[train].tolist()))  # the head's start holds them out
    identity = f"{loaded.revision} {loaded.model.dtype} {preparation} {groups}"
    return kept("tower", task, train, test, settings, identity, learnt)


class Tower(nn.Module):
    """Pieces of a batch -> logits `[B, K]`: the encoder's copy under a linear head on standardised features.

    Args:
        encoder: the copy.
        probe: the head's start; fitted on features of the encoder.
        index: class of each case that the probe was fitted on, `[N]`.
        classes: K, some of which the probe may not have seen.
    """

    mean: Tensor
    shrink: Tensor

    def __init__(self, encoder: Encoder, probe: RidgeProbe, index: Rows, classes: int) -> None:
        super().__init__()
        self.encoder = encoder
        seen = probe.classes_.astype(np.int64)
        held_out = np.searchsorted(seen, index)
        sharp = np.clip(sharpness(probe.training_scores_, held_out), LEAST_SHARP, MOST_SHARP)
        weight, bias = np.zeros((classes, len(probe.mean_))), np.zeros(classes)
        weight[seen], bias[seen] = sharp * probe.coef_.T, sharp * probe.intercept_
        self.register_buffer("mean", _float32(probe.mean_))
        self.register_buffer("shrink", _float32(1 / probe.scale_))  # 0 where a feature is constant
        self.head = nn.Linear(*weight.T.shape)
        self.head.load_state_dict({"weight": _float32(weight), "bias": _float32(bias)})

    def forward(self, pieces: tuple[Piece, ...]) -> Tensor:
        """Logits of each image."""
        features = self.encoder(pieces)
        with torch.autocast(features.device.type, enabled=False):
            return self.head((features.float() - self.mean) * self.shrink)


def _tuned(task: Task, train: Rows, test: Rows, training: Training, checkpoint: Path) -> Learned:
    task.progress(f"training the reference tower on {len(train)} images (once)")
    cases, device = task.cases, task.loaded.device
    preparation = Preparation(task.loaded, cases)
    encoder = Encoder(task.loaded).eval()
    rows, features = _run(encoder, preparation, train, training.batch_size, task.progress)
    labels = cases.labels
    probe = RidgeProbe().fit(features.numpy(), labels[rows], cases.groups[rows])
    network = Tower(encoder, probe, labels[rows], len(cases.classes))

    def batch(chance: torch.Generator) -> tuple[tuple[Piece, ...], Tensor]:
        drawn = rows[torch.randint(len(rows), (training.batch_size,), generator=chance).numpy()]
        return preparation.pieces(drawn), torch.from_numpy(labels[drawn]).to(device)

    curve = learn(network, batch, training, checkpoint, device, task.progress)
    judged, logits = _run(network, preparation, test, training.batch_size, task.progress)
    predicted = np.full(len(test), -1, dtype=np.int64)
    predicted[np.isin(test, judged)] = logits.argmax(dim=1).numpy()
    return Learned(predicted, training, curve)


@torch.no_grad()
def _run(
    network: nn.Module, preparation: Preparation, rows: Rows, size: int, progress: Progress
) -> tuple[Rows, Tensor]:
    """What the network says of those rows that the model can take, `[n, D]`, in the arithmetic of the training."""
    progress(f"the vision encoder's view of {len(rows)} images")
    taken: list[Rows] = []
    said: list[Tensor] = []
    with arithmetic(preparation.loaded.device):
        for part in cut(rows.tolist(), size):
            possible, pieces = preparation.possible(np.array(part))
            if pieces:
                taken.append(possible)
                said.append(network(pieces).float().cpu())
    if not said:
        raise InputError(f"The model '{preparation.loaded.name}' can take none of these {len(rows)} images.")
    return np.concatenate(taken), torch.cat(said)


def _float32(values: np.ndarray) -> Tensor:
    return torch.from_numpy(values).float()
