"""Linear layers with GELU between them."""

from torch import Tensor, nn

from angiogram.model.build.connectors.patches import Patches
from angiogram.model.build.connectors.projector import Projector


class Mlp(Projector):
    """`linear_1`, GELU, `linear_2` and so on, named as LLaVA names them.

    Args:
        width_in: of the tokens.
        width_out: of the LLM.
        layers: linear ones; 1 is a linear map.
        width: between the layers; the LLM's where it is not given.
    """

    def __init__(self, width_in: int, width_out: int, layers: int = 2, width: int | None = None) -> None:
        super().__init__()
        between = [width or width_out] * (layers - 1)
        self.layers = layers
        for number, (one, other) in enumerate(zip([width_in, *between], [*between, width_out], strict=True), 1):
            self.add_module(f"linear_{number}", nn.Linear(one, other))
        self.act = nn.GELU()

    @property
    def last(self) -> nn.Linear:
        """The last linear layer."""
        return self._linear(self.layers)

    def hidden(self, tokens: Tensor) -> Tensor:
        """What the last linear layer receives: `[..., D]` -> `[..., width]`."""
        for number in range(1, self.layers):
            tokens = self.act(self._linear(number)(tokens))
        return tokens

    def forward(self, patches: Patches) -> Tensor:
        """Every token by itself."""
        return self.last(self.hidden(patches.tokens))

    def _linear(self, number: int) -> nn.Linear:
        found = self.get_submodule(f"linear_{number}")
        assert isinstance(found, nn.Linear)
        return found


class Linear(Mlp):
    """One linear map."""

    def __init__(self, width_in: int, width_out: int) -> None:
        super().__init__(width_in, width_out, layers=1)
