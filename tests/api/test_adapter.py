"""A diagnosis of an adapter says on its page what was merged into what, and shares no run folder with its base."""

import pytest
from peft import LoraConfig

import angiogram as ag
from tests.model.adapters.conftest import tune

TOLD = {"folds": 2, "permutations": 20, "resamples": 200, "progress": None}


def test_the_page_says_what_the_model_is_made_of(at_desk):
    tune(at_desk / "my-model", LoraConfig(r=2, target_modules=["q_proj", "v_proj"]), at_desk / "my-lora")
    model = ag.load_model("my-lora", base="my-model", device="cpu", progress=None)
    run = ag.diagnose(model, "my-images", "runs/lora", **TOLD)
    facts = {fact.name: fact.value for fact in run.diagnosis.provenance}
    assert facts["model made of"] == (
        "The LORA adapter 'my-lora' is merged into 'my-model', which --base names; its adapter_config.json names "
        f"'{at_desk / 'my-model'}'."
    )
    assert "The LORA adapter &#39;my-lora&#39; is merged into" in (run.folder / "report.html").read_text()
    with pytest.raises(ag.InputError, match="was made with another model and would be mixed"):
        ag.diagnose("my-model", "my-images", "runs/lora", **TOLD)
