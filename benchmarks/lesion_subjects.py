"""Small models of two families, trained from nothing to answer the question that a diagnosis asks.

Lesions are planted in them: see `lesion_families` for what they are, `lesion_cases` for what they are taught. A subject
has to be healthy: what its encoder sees it says. So encoder and connector are first taught alone, each by a linear
classifier on the mean of its output; then the whole model is taught to say the class, the classifiers going on beside
it. [own]

Run as a script it trains every subject on every set, diagnoses each and prints where it stands.
"""

import hashlib
import shutil
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn.functional import cross_entropy
from transformers import BatchFeature
from transformers.utils import logging

from angiogram.cache import Progress, cached_folder, default_cache
from angiogram.data.cases import Cases
from angiogram.data.divide import divide
from angiogram.data.intake import examine
from angiogram.data.progress import silent
from angiogram.diagnose.read.told_in_words import told
from angiogram.diagnose.run import diagnose
from angiogram.diagnose.settings import Settings
from angiogram.diagnose.tell.diagnosis import Diagnosis
from angiogram.imaging.blank import grey_like
from angiogram.imaging.image import Image
from angiogram.model.load import LoadedModel, load_model
from angiogram.model.loading import Loading
from angiogram.model.prompt import chat, prepare
from angiogram.train.loop import fit
from angiogram.train.piece import one_pass
from angiogram.train.schedule import Schedule
from lesion_cases import rows_of, subject_cases
from lesion_families import ENCODER, FAMILIES, LLM, write_untrained

IGNORED = -100
TELL = 4
# Other sentences than the one by which a diagnosis tells, as a language model has not seen that one either.
STATEMENTS = (
    "It shows {name}. {question}",
    "Seen in the image: {name}. {question}",
    "{name} is shown here. {question}",
)
RECIPE = 3  # raise it whenever what is trained, or how, changes: an old cache is never taken for new


@dataclass(frozen=True)
class Training:
    """How a subject is trained; part of its name in the cache.

    Attributes:
        sight: steps in which only encoder and connector learn.
        speech: steps after it, in which everything learns; in every fourth the image is an even grey, the prompt says
            what it would show, and the answer is learnt from the words.
        shift: images are moved by up to so much of their side; never flipped, left and right are classes.
    """

    sight: int = 300
    speech: int = 400
    batch_size: int = 64
    learning_rate: float = 1e-3
    weight_decay: float = 0.05
    warmup: float = 0.05
    shift: float = 1 / 16


BRIEF = Training(sight=60, speech=140, batch_size=48)
# The second where it is present; two classes of small pictures need fewer steps than nine.
SETS = {"phantom": Training(), "../shared/data/pneumoniamnist.npz": Training(sight=200, speech=320)}


def make_subject(
    family: str,
    cases: Cases,
    train_rows: NDArray[np.int64],
    cache: Path,
    seed: int,
    progress: Progress,
    training: Training = Training(),
) -> Path:
    """The folder of a trained model, made once for these images, this question and these settings.

    Args:
        family: a name in `lesion_families.FAMILIES`.
        cases: the set; its question is asked as a diagnosis asks it.
        train_rows: the rows that may be learnt from.
        cache: where the folder is, and a checkpoint while it is made: an interrupted training goes on.
        seed: of the weights and of the batches.
        progress: receives plain lines.
        training: how.

    Raises:
        InputError: the cached model or checkpoint is damaged, or the disk is full.
    """
    said = f"{RECIPE}{family}{training}{seed}{cases.classes}{cases.ask()}{cases.labels[train_rows].tolist()}"
    digest = hashlib.sha256(said.encode())
    for row in train_rows:
        digest.update(cases.read(cases.rows[row]).pixels.tobytes())
    name = f"subject-{family}-{digest.hexdigest()[:16]}"
    checkpoint = cache / f"{name}.checkpoint"

    def make(folder: Path) -> None:
        write_untrained(family, folder, [told("", cases.ask()), *STATEMENTS, *cases.classes], seed)
        loaded = load_model(str(folder), cache, progress, Loading(device="cpu", precision="float32"))
        progress(f"training a {family} on {len(train_rows)} images of {cases.name} (once)")
        _train(loaded, cases, train_rows, seed, training, checkpoint, progress)
        loaded.model.save_pretrained(folder)

    folder = cached_folder(cache / name, make)
    shutil.rmtree(checkpoint, ignore_errors=True)
    return folder


def _train(
    loaded: LoadedModel,
    cases: Cases,
    train_rows: NDArray[np.int64],
    seed: int,
    training: Training,
    checkpoint: Path,
    progress: Progress,
) -> None:
    torch.manual_seed(seed)
    learner = _Learner(loaded, len(cases.classes))
    grey = grey_like(cases.read(cases.rows[train_rows[0]]))
    end, prompts = loaded.processor.tokenizer.eos_token, _prompts(loaded, cases)
    lengths = [prepare(loaded.processor, prompt, [grey])["input_ids"].shape[1] for prompt in prompts]

    def loss(model: nn.Module, draw: int) -> Tensor:
        chance = np.random.default_rng([seed, draw])
        rows = chance.choice(train_rows, training.batch_size, replace=False)
        labels = cases.labels[rows]
        speaks = draw >= training.sight
        if speaks and draw % TELL == TELL - 1:
            images, which = (
                [grey] * len(rows),
                labels + len(cases.classes) * chance.integers(len(STATEMENTS), size=len(rows)),
            )
        else:
            images = [_augmented(cases.read(cases.rows[row]), training.shift, chance) for row in rows]
            which = np.full(len(rows), -1)  # the prompt that tells nothing
        texts = [f"{prompts[i]}{cases.classes[label]}{end}" for i, label in zip(which, labels, strict=True)]
        inputs = prepare(loaded.processor, texts, images, padding_side="right")
        asked = torch.tensor([lengths[i] for i in which]) if speaks else None
        return model(inputs, torch.from_numpy(labels) if which[0] < 0 else None, asked)

    groups = [{"params": list(learner.parameters()), "lr": training.learning_rate}]
    steps = training.sight + training.speech
    schedule = Schedule(steps, training.warmup, seed, training.weight_decay, keep_every=100)
    fit(learner, one_pass(loss), groups, schedule, checkpoint, {"training": checkpoint.stem}, progress)


def _prompts(loaded: LoadedModel, cases: Cases) -> list[str]:
    """The question behind each statement of each class, and last the question alone."""
    question = cases.ask()
    told_so = [said.format(name=name, question=question) for said in STATEMENTS for name in cases.classes]
    return [chat(loaded.processor, text) for text in (*told_so, question)]


class _Learner(nn.Module):
    """A model with a linear classifier on the mean of its encoder's and one on that of its connector's output."""

    def __init__(self, loaded: LoadedModel, classes: int) -> None:
        super().__init__()
        self.model = loaded.model
        self._passing: list[Tensor] = []
        self.model.get_submodule(loaded.anatomy.connector).register_forward_hook(self._keep)
        self.heads = nn.ModuleList(nn.Linear(width, classes) for width in (ENCODER["hidden_size"], LLM["hidden_size"]))

    def _keep(self, module: nn.Module, given: tuple[Tensor, ...], found: Tensor) -> None:
        self._passing = [given[0], found]

    def forward(self, inputs: BatchFeature, classes: Tensor | None, asked: Tensor | None) -> Tensor:
        """The loss of a batch.

        Args:
            inputs: prompts with their answers, padded on the right.
            classes: `[B]`, of the images; None leaves the classifiers out.
            asked: `[B]`, tokens of each prompt; None leaves the language model out.
        """
        inputs = inputs.to(self.model.device)
        if asked is None:
            seen = {name: inputs[name] for name in ("pixel_values", "image_grid_thw") if name in inputs}
            self.model.model.get_image_features(**seen)
            loss = torch.zeros((), device=self.model.device)
        else:
            labels = inputs["input_ids"].masked_fill(inputs["attention_mask"] == 0, IGNORED)
            places = torch.arange(labels.shape[1], device=labels.device)
            labels[places < asked.to(labels.device)[:, None]] = IGNORED
            loss = self.model(**inputs, labels=labels).loss
        if classes is not None:
            classes = classes.to(self.model.device)
            for head, states in zip(self.heads, self._passing, strict=True):
                pooled = states.reshape(len(classes), -1, states.shape[-1]).mean(dim=1)
                loss = loss + cross_entropy(head(pooled), classes)
        return loss


def _augmented(image: Image, shift: float, chance: np.random.Generator) -> Image:
    """The image moved by up to `shift` of its side, with its own contrast, brightness and noise."""
    most = round(shift * len(image.pixels))
    y, x = chance.integers(0, 2 * most + 1, 2)
    height, width = image.pixels.shape[:2]
    edges = ((most, most), (most, most), (0, 0))[: image.pixels.ndim]
    moved = np.pad(image.pixels, edges, mode="edge")[y : y + height, x : x + width].astype(np.float32)
    contrast, brightness = 1 + 0.2 * chance.standard_normal(), 12 * chance.standard_normal()
    grey = (moved - 128) * contrast + 128 + brightness + 6 * chance.standard_normal(moved.shape)
    return Image(grey.clip(0, 255).astype(np.uint8), image.made)


def standing(folder: Path, cases: Cases, cache: Path) -> Diagnosis:
    """The diagnosis of a subject on the cases that it was made for."""
    examined, splits = divide(examine(cases), 5, 0)
    loaded = load_model(str(folder), cache, silent)
    with tempfile.TemporaryDirectory() as out:
        found = diagnose(loaded, examined, splits, None, Settings(), Path(out), cache, silent)
    assert found is not None
    return found.diagnosis


def main() -> None:
    """Train, diagnose, print."""
    torch.set_num_threads(1)
    logging.disable_progress_bar()
    cache = default_cache()
    for name, training in SETS.items():
        if name.endswith(".npz") and not Path(name).is_file():
            print(f"{name} is not there")
            continue
        cases = subject_cases(name, cache, print)
        for family in FAMILIES:
            start = time.process_time()
            folder = make_subject(family, cases, rows_of(cases, "train"), cache, 0, print, training)
            seconds = time.process_time() - start
            size = sum(weight.numel() for weight in load_file(folder / "model.safetensors").values())
            print(f"{folder.name}: {size / 1e6:.2f} million parameters, made or found in {seconds:.0f} s")
            found = standing(folder, cases, cache)
            print(f"{found.evaluated} held-out cases of {cases.name}, by guessing {found.majority:.3f}")
            print({s.key: round(s.accuracy.value, 3) for s in found.stages if s.accuracy is not None})
            print({v.mode: v.state for v in found.verdicts})


if __name__ == "__main__":
    main()
