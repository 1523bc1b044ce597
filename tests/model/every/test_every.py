"""Every image-text-to-text model type of transformers runs or is refused in a sentence, as docs/families.md says."""

from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.model.every.own import NOT_BUILT
from tests.model.every.table import TYPES, page, row, rows
from tests.model.every.walk import walk
from tests.model.every.write import starred, write_type

PAGE = Path(__file__).parents[3] / "docs" / "families.md"
# One of each kind of LLM memory, of processors with further parts, of encoders and of refusals.
QUICK = (
    "qwen3_5", "lfm3_vl", "exaone4_5", "instructblip", "video_llava", "deepseek_vl_hybrid", "ovis2", "qwen3_vl_moe",
    "cosmos3_edge", "blip", "florence2", "fuyu", "instructblipvideo", "diffusion_gemma", "glm5_next",
)  # fmt: skip
PACKAGES = find_spec("torchvision") is not None and find_spec("timm") is not None


def check(model_type: str, folder: Path) -> None:
    said = rows(PAGE.read_text(encoding="utf-8")).get(model_type)
    if said is None or model_type in NOT_BUILT:
        pytest.skip(f"{model_type} was not tried: {NOT_BUILT.get(model_type, 'not yet')}")
    if starred(model_type) and not PACKAGES:
        pytest.skip(f"{model_type} needs torchvision or timm: pip install 'angiogram[models]'")
    write_type(model_type, folder)
    found = walk(folder, folder)
    assert found.outcome != "fails", found.said
    assert row(model_type, found, starred(model_type)) == said


def test_the_page_has_every_type():
    text = PAGE.read_text(encoding="utf-8")
    assert page(rows(text)) == text
    assert set(QUICK) <= set(rows(text)) <= set(TYPES)


@pytest.mark.parametrize("model_type", QUICK)
def test_one_of_each_kind_is_as_the_page_says(model_type, tmp_path):
    check(model_type, tmp_path)


@pytest.mark.nightly
@pytest.mark.parametrize("model_type", sorted(set(TYPES) - set(QUICK)))
def test_every_type_is_as_the_page_says(model_type, tmp_path):
    check(model_type, tmp_path)
