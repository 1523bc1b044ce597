"""A model that brings its own code: refused unless trusted, then found, described and written down."""

from dataclasses import replace

import pytest
import yaml

from angiogram.data.intake import examine
from angiogram.data.splits import assign
from angiogram.diagnose.run import diagnose
from angiogram.diagnose.settings import Settings
from angiogram.errors import InputError
from angiogram.model.discover import examine_anatomy, find_anatomy, write_described
from angiogram.model.load import load_model
from angiogram.model.loading import Loading


def test_it_is_refused_in_one_sentence_unless_trusted(folder_of, tmp_path):
    with pytest.raises(InputError, match=r"brings its own Python code.*add --trust-remote-code\.$"):
        load_model(str(folder_of("oddly")), tmp_path, print)


def test_the_id_of_image_tokens_is_found_where_the_settings_do_not_say_it(folder_of, tmp_path):
    loaded = load_model(str(folder_of("oddly")), tmp_path, print, Loading(trust_remote_code=True))
    assert "image_token_id" not in (folder_of("oddly") / "config.json").read_text()
    assert loaded.model.config.image_token_id == 3
    assert loaded.anatomy.connector == "bridge"


def test_what_was_found_can_be_written_and_read_again(traced, tmp_path):
    loaded, found = traced("oddly")
    file = tmp_path / "deep" / "oddly.yaml"
    write_described(found.anatomy, loaded.model, file)
    said = yaml.safe_load(file.read_text())
    assert (said["encoder_blocks"], said["connector"], said["llm_blocks"]) == (
        ["eyes.stages"],
        "bridge",
        ["mind.units"],
    )
    assert said["image_token_id"] == 3
    again = examine_anatomy(loaded.model, loaded.processor, file)
    assert again.anatomy == found.anatomy
    assert {finding.certainty for finding in again.findings if finding.part != "received"} == {"given"}


def test_a_few_lines_override_a_few_parts(traced, tmp_path):
    loaded, found = traced("oddly")
    file = tmp_path / "oddly.yaml"
    file.write_text("connector: bridge.planks\nused_blocks: 2\n")
    again = find_anatomy(loaded.model, loaded.processor, file)
    assert again == replace(found.anatomy, connector="bridge.planks", used_blocks=2)


def test_a_known_family_is_corrected_by_the_user(traced, tmp_path):
    loaded, _ = traced("llava")
    file = tmp_path / "llava.yaml"
    file.write_text("used_blocks: 3\nlayout: proportional\n")
    found = examine_anatomy(loaded.model, loaded.processor, file)
    assert (found.anatomy.family, found.anatomy.used_blocks, found.anatomy.layout) == ("llava", 3, "proportional")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("conector: bridge", "There is no part of an anatomy 'conector'.*did you mean 'connector'"),
        ("connector: brigde", "has no module 'brigde'; did you mean 'bridge'"),
        ("encoder_blocks: [eyes.stage]", "no module 'eyes.stage'; did you mean 'eyes.stages'"),
        ("layout: proportionate", "no token layout 'proportionate'.*did you mean 'proportional'"),
        ("used_blocks: 9", "'used_blocks' is 9, but there are only 3 encoder blocks"),
        ("used_blocks: -1", "must be a positive number, not -1"),
        ("used_blocks: two", "must be a number, not 'two'"),
        ("connector: [bridge]", "must be the path of a module"),
        ("encoder_blocks: 3", "must be one path or a list of paths"),
        ("encoder_blocks: []", "'encoder_blocks' names no blocks"),
        ("llm_blocks: []", "'llm_blocks' names no blocks"),
        ("image_tokens: 3", "must be true or false"),
        ("", "says nothing"),
        ("connector: [", "is no YAML"),
        ("connector: mouth", "'mouth' is no connector: it is called behind"),
    ],
)
def test_a_mistake_in_the_file_is_one_clear_sentence(traced, tmp_path, text, message):
    loaded, _ = traced("oddly")
    file = tmp_path / "oddly.yaml"
    file.write_text(text)
    with pytest.raises(InputError, match=message) as error:
        find_anatomy(loaded.model, loaded.processor, file)
    assert "\n" not in str(error.value)


def test_a_missing_file_is_named(traced, tmp_path):
    loaded, _ = traced("oddly")
    with pytest.raises(InputError, match=r"anatomy file '.*none.yaml' cannot be read"):
        find_anatomy(loaded.model, loaded.processor, tmp_path / "none.yaml")


def test_it_is_diagnosed_to_the_end(folder_of, squares, tmp_path):
    """Its taps and its answers, as of a family that is known."""
    loaded = load_model(str(folder_of("oddly")), tmp_path, print, Loading(trust_remote_code=True))
    settings, out = Settings(permutations=20), tmp_path / "run"
    examined = examine(squares, print)
    done = diagnose(loaded, examined, assign(squares, 2, 0), None, settings, out, tmp_path / "cache", print)
    assert done is not None
    kept = {file.name for file in (out / "features").iterdir()}
    assert {f"encoder.block.{number}.npy" for number in range(3)} | {"llm.norm@last.npy"} <= kept
