"""What a training began with is another where an adapter's base is another."""

from angiogram.api.beginning import identity_of
from angiogram.train.recipe import Recipe


def test_the_base_of_an_adapter_is_a_part_of_what_a_training_begins_with(tmp_path):
    for name in ("adapter", "one", "other"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "config.json").write_text(name)
    recipe = Recipe("r", 0, (), model=str(tmp_path / "adapter"))
    known = [identity_of(recipe, base) for base in (None, str(tmp_path / "one"), str(tmp_path / "other"), "owner/name")]
    assert len(set(known)) == 4 and known[1] == identity_of(recipe, str(tmp_path / "one"))
