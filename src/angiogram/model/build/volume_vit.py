"""A ViT of volumes: patches of several slices, one grid of three axes, blocks as SigLIP has them."""

from typing import Any, Literal

import torch
from torch import Tensor, nn
from transformers import PreTrainedConfig, PreTrainedModel
from transformers.modeling_outputs import BaseModelOutput
from transformers.models.siglip.modeling_siglip import SiglipAttention, SiglipEncoder, SiglipEncoderLayer
from transformers.utils.generic import merge_with_config_defaults
from transformers.utils.output_capturing import capture_outputs

from angiogram.errors import InputError, unknown
from angiogram.model.build.connectors.patches import Grid
from angiogram.model.build.connectors.positions import positions

Positions = Literal["learned", "sinusoidal"]
POSITIONS: tuple[Positions, ...] = ("learned", "sinusoidal")


class VolumeVitConfig(PreTrainedConfig):
    """Sizes of a `VolumeVit`; by default those of MedM-VL's 3-D encoder (arXiv 2504.04323).

    Args:
        slices: of the volumes it is made for; others of whole patches are taken, too.
        image_size: side of a slice in pixels, likewise.
        patch_slices: slices of a patch.
        patch_size: rows and columns of a patch.
        hidden_size: width of the tokens.
        num_hidden_layers: blocks.
        num_attention_heads: of a block; they divide the width.
        intermediate_size: of a block's MLP.
        num_channels: of a voxel.
        positions: what is added to a patch to say where it lies: "learned" vectors, which for another size are
            interpolated between, or "sinusoidal" ones of slice, row and column.

    Raises:
        InputError: the volume does not divide into patches, or there are no such positions.

    >>> VolumeVitConfig().grid(32, 256, 256)
    (8, 16, 16)
    """

    model_type = "volume_vit"
    base_config_key = "vision_config"

    def __init__(
        self,
        slices: int = 32,
        image_size: int = 256,
        patch_slices: int = 4,
        patch_size: int = 16,
        hidden_size: int = 768,
        num_hidden_layers: int = 12,
        num_attention_heads: int = 12,
        intermediate_size: int = 3072,
        num_channels: int = 1,
        positions: Positions = "learned",
        hidden_act: str = "gelu",
        layer_norm_eps: float = 1e-6,
        attention_dropout: float = 0.0,
        initializer_range: float = 0.02,
        **kwargs: Any,  # handed on to transformers
    ) -> None:
        self.slices, self.image_size = slices, image_size
        self.patch_slices, self.patch_size = patch_slices, patch_size
        self.hidden_size, self.intermediate_size = hidden_size, intermediate_size
        self.num_hidden_layers, self.num_attention_heads = num_hidden_layers, num_attention_heads
        self.num_channels, self.positions = num_channels, positions
        self.hidden_act, self.layer_norm_eps = hidden_act, layer_norm_eps
        self.attention_dropout, self.initializer_range = attention_dropout, initializer_range
        super().__init__(**kwargs)
        if positions not in POSITIONS:
            raise unknown("kind of positions", positions, POSITIONS)
        self.grid(slices, image_size, image_size)

    def grid(self, slices: int, height: int, width: int) -> Grid:
        """How the patches of a volume of this size lie: (slices, rows, columns).

        Raises:
            InputError: they do not fill it.
        """
        patch, size = (self.patch_slices, self.patch_size, self.patch_size), (slices, height, width)
        if any(side < 1 or side % part for side, part in zip(size, patch, strict=True)):
            given, parts = ("x".join(map(str, each)) for each in (size, patch))
            raise InputError(f"A volume of {given} voxels does not divide into patches of {parts} (slices first).")
        return slices // patch[0], height // patch[1], width // patch[2]


class VolumeVit(PreTrainedModel):
    """Patches by one 3-D convolution, their places added, blocks of attention over all of them, a norm.

    There is no class token: every token that it gives is a patch.
    """

    config_class = VolumeVitConfig
    base_model_prefix = "vision_model"
    main_input_name = "pixel_values"
    supports_gradient_checkpointing = True
    _supports_sdpa = True
    _supports_flash_attn = True
    _supports_attention_backend = True
    _no_split_modules = ["SiglipEncoderLayer"]  # noqa: RUF012 - transformers reads plain class attributes
    _can_record_outputs = {"hidden_states": SiglipEncoderLayer, "attentions": SiglipAttention}  # noqa: RUF012 - read by transformers

    def __init__(self, config: VolumeVitConfig) -> None:
        super().__init__(config)
        patch = config.patch_slices, config.patch_size, config.patch_size
        self.patch_embedding = nn.Conv3d(config.num_channels, config.hidden_size, patch, stride=patch)
        if config.positions == "learned":
            self.position_embedding = nn.Embedding(torch.Size(self._own_grid).numel(), config.hidden_size)
        self.encoder = SiglipEncoder(config)  # pyright: ignore[reportArgumentType] - it reads sizes that ours has, too
        self.norm = nn.LayerNorm(config.hidden_size, config.layer_norm_eps)
        self.post_init()

    @merge_with_config_defaults
    @capture_outputs(tie_last_hidden_states=False)  # pyright: ignore[reportUntypedFunctionDecorator]
    def forward(self, pixel_values: Tensor, **kwargs: Any) -> BaseModelOutput:
        """Volumes `[B, C, S, H, W]` -> `last_hidden_state` `[B, T, D]` behind the norm, row-major.

        Raises:
            InputError: the volumes have another number of channels, or do not divide into patches.
        """
        if pixel_values.dim() != 5 or pixel_values.shape[1] != self.config.num_channels:
            raise InputError(
                f"This encoder takes volumes [B, {self.config.num_channels}, S, H, W], not {list(pixel_values.shape)}."
            )
        _, _, slices, height, width = pixel_values.shape
        grid = self.config.grid(slices, height, width)
        patches = self.patch_embedding(pixel_values).flatten(2).transpose(1, 2)  # [B, T, D]
        said = self.encoder(inputs_embeds=patches + self._places(grid).to(patches), **kwargs)
        return BaseModelOutput(last_hidden_state=self.norm(said.last_hidden_state))

    @property
    def _own_grid(self) -> Grid:
        return self.config.grid(self.config.slices, self.config.image_size, self.config.image_size)

    def _places(self, grid: Grid) -> Tensor:
        """`[T, D]`"""
        if self.config.positions == "sinusoidal":
            return positions(grid, self.config.hidden_size)
        known: Tensor = self.position_embedding.weight
        if grid == self._own_grid:
            return known
        lying = known.float().T.reshape(1, -1, *self._own_grid)  # [1, D, S', H', W']
        return nn.functional.interpolate(lying, grid, mode="trilinear").flatten(2)[0].T
