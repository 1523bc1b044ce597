"""The tasks' gradients of one batch from one forward and one backward pass, a block at a time."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence

import torch
from torch import Tensor, nn

from angiogram.errors import InputError
from angiogram.train.conflict.call import Call, Rows
from angiogram.train.conflict.parts import Part
from angiogram.train.conflict.recorder import Recorder

Losses = Callable[[nn.Module], Tensor]
"""From the model to the loss of each of B samples, `[B]`, each from its own sample alone."""
Visit = Callable[[nn.Parameter, Tensor], None]
"""Gets a parameter and the m tasks' gradients of some of its numbers, `[m, K]`; every number comes once."""
BLOCK = 2**20
"""Numbers in a block: 4 MB, which is little beside a model and much beside the cost of a call."""
MIXERS = (nn.BatchNorm1d, nn.BatchNorm2d, nn.BatchNorm3d, nn.SyncBatchNorm)


def visit_task_gradients(
    model: nn.Module,
    losses: Losses,
    tasks: Tensor,
    parameters: Iterable[nn.Parameter],
    visit: Visit,
    packed: Sequence[Tensor] = (),
) -> None:
    """Visit the gradients of the m tasks' mean losses, as m backward passes would give them, without keeping any.

    The backward pass is of the sum over the tasks. A linear layer's task gradients are products of its input and the
    gradient of its output, over the task's samples; any other call with parameters is repeated and differentiated with
    the output gradient of one task at a time. What a parameter gets from several calls (tied weights, a module that is
    called again) is added up before it is visited: until the last of them, inputs and output gradients are kept of it
    alone. Frozen parameters and those that get no gradient are not visited. Under gradient checkpointing the results
    are the same, but the inputs of calls are kept. Whatever `.grad` the parameters have stays as it is.

    Args:
        model: whose modules give the batch as first dimension, `[B, ...]`, or the rows of one of `packed`, or 1 for
            what all samples share. A table of exactly as many rows that all samples share, or a sequence of B places
            in front of the batch, would be taken for a batch. It is on one device.
        losses: called once.
        tasks: number of each sample's task, `[B]`, from 0 to m - 1, on the same device; each has a sample.
        parameters: whose gradients are wanted; no backward pass is made below the first of them.
        visit: see `Visit`.
        packed: where modules give all samples' rows behind each other, which sample each row is of, `[rows]`; one
            tensor for each number of rows. See `packed_rows`.

    Raises:
        InputError: a task has no sample, losses are not one a sample, samples are mixed by batch normalisation, a
            module gives something else than a batch, or nothing has a gradient.

    >>> from torch.nn import Linear
    >>> layer = Linear(2, 1, bias=False)
    >>> x = torch.tensor([[1.0, 0.0], [0.0, 2.0]])
    >>> visit_task_gradients(layer, lambda m: m(x)[:, 0], torch.tensor([0, 1]), [layer.weight], lambda _, g: print(g))
    tensor([[1., 0.],
            [0., 2.]])
    """
    each = torch.arange(len(tasks), device=tasks.device)
    rows = {len(owners): samples_of(tasks[owners]) for owners in (*packed, each)}
    wanted = {id(parameter) for parameter in parameters if parameter.requires_grad}
    names = {parameter: name for name, parameter in model.named_parameters() if id(parameter) in wanted}
    for name, module in model.named_modules():
        if isinstance(module, MIXERS) and (module.training or module.running_mean is None):
            raise InputError(f"Module '{name}' normalises over the batch, which mixes the tasks; set it to evaluation.")
    gathered = _Gathered(rows, visit)
    with Recorder(model, names, len(tasks), rows.keys(), tasks.device, gathered.hear) as recorder:
        values = losses(model)
        recorder.stop()
        if values.shape != tasks.shape:
            raise InputError(f"There must be one loss for each of {len(tasks)} samples, not {list(values.shape)}.")
        if not values.requires_grad:
            raise InputError("The losses depend on none of the parameters whose gradients are wanted.")
        gathered.expect(recorder.calls)
        total = (values / torch.bincount(tasks)[tasks]).sum()
        try:
            torch.autograd.grad(total, recorder.root)
        except RuntimeError as error:
            if "use_reentrant=True" not in str(error):
                raise
            raise InputError("Gradient checkpointing must not be reentrant here: set use_reentrant=False.") from error
    gathered.rest()


class _Gathered:
    """Adds up what several calls give to a parameter, and visits each as soon as it is whole."""

    def __init__(self, rows: Rows, visit: Visit) -> None:
        self._rows, self._visit = rows, visit
        self._tasks = len(next(iter(rows.values())))
        self._expected: Counter[nn.Parameter] = Counter()
        self._parts: defaultdict[nn.Parameter, list[Part]] = defaultdict(list)

    def expect(self, calls: Iterable[Call]) -> None:
        """These calls are to come."""
        for call in calls:
            self._expected.update(call.parameters)

    def hear(self, call: Call, gradients: tuple[Tensor | None, ...]) -> None:
        """The gradients of a call's outputs are known."""
        if not call.parameters:
            return
        with torch.no_grad():
            parts = call.parts(gradients, self._rows)
            call.args, call.kwargs = (), {}
            for parameter in list(parts):
                self._parts[parameter].append(parts.pop(parameter))
                self._expected[parameter] -= 1
                if not self._expected[parameter]:
                    self._whole(parameter)

    def rest(self) -> None:
        """No call comes any more: some had no part in the loss."""
        with torch.no_grad():
            for parameter in list(self._parts):
                self._whole(parameter)

    def _whole(self, parameter: nn.Parameter) -> None:
        parts = self._parts.pop(parameter)
        rows = parameter.shape[0] if parameter.ndim else 1
        step = max(1, BLOCK * rows // (self._tasks * max(1, parameter.numel())))
        for start in range(0, rows, step):
            stop = min(start + step, rows)
            block = parts[0].rows(start, stop)
            for part in parts[1:]:
                block = block + part.rows(start, stop)
            self._visit(parameter, block.flatten(1))


def samples_of(tasks: Tensor) -> tuple[Tensor, ...]:
    """Which samples are of each task, from their numbers `[B]`.

    Raises:
        InputError: a sample has no task, or a task no sample.

    >>> samples_of(torch.tensor([1, 0, 1]))
    (tensor([1]), tensor([0, 2]))
    """
    if tasks.ndim != 1 or not len(tasks) or tasks.is_floating_point() or int(tasks.min()) < 0:
        raise InputError(f"Every sample needs the number of its task, from 0 on, not {tasks.tolist()}.")
    samples = tuple((tasks == task).nonzero()[:, 0] for task in range(int(tasks.max()) + 1))
    for task, own in enumerate(samples):
        if not len(own):
            raise InputError(f"Task {task} of {len(samples)} has no sample in the batch.")
    return samples
