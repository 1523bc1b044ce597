"""Models that need a package which is not installed."""

import json
from importlib.util import find_spec

import pytest

from angiogram.errors import InputError
from angiogram.model.load import load_model
from tests.model.tiny import write_tiny


@pytest.mark.skipif(find_spec("torchvision") is not None, reason="torchvision is installed")
def test_images_that_only_torchvision_prepares_name_it_and_how_to_get_it(tmp_path):
    write_tiny("llava", tmp_path)
    file = tmp_path / "preprocessor_config.json"
    file.write_text(json.dumps({**json.loads(file.read_text()), "image_processor_type": "Llama4ImageProcessor"}))
    with pytest.raises(InputError, match=r"needs the package torchvision, .* `pip install 'angiogram\[models\]'`\.$"):
        load_model(str(tmp_path), tmp_path, print)
