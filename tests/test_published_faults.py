"""Faults of published code for medical multimodal LLMs, and the tests of ours that would fail with each of them.

All but the last were seen in the code of MedM-VL, the last in that of Uni-Med.
"""

from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FAULTS: dict[str, tuple[str, ...]] = {
    "the native 3-D path fails at start": (
        "tests/model/build/test_deep_builds.py::test_it_runs_answers_learns_and_is_loaded_again",
    ),
    "in a batch of 2-D and 3-D images one kind overwrites the other": (
        "tests/model/build/test_deep_builds.py::test_pictures_and_volumes_in_one_batch_are_refused",
    ),
    "with both encoders set, one is silently unused": (
        "tests/model/build/test_deep_builds.py::test_a_build_has_one_encoder_and_takes_one_kind_of_image",
    ),
    "text-only batches compute the loss on padding": (
        "tests/train/test_supervised.py::test_texts_alone_learn_nothing_of_padding",
        "tests/train/test_supervised.py::test_only_the_answer_and_its_end_are_learnt",
    ),
    "the encoder gets no gradient where all is tuned, because its features are detached": (
        "tests/train/test_supervised.py::test_the_encoder_learns_from_the_answer",
        "tests/train/test_trained_parts.py::test_in_full_training_the_encoder_has_a_gradient",
        "tests/model/build/test_deep_builds.py::test_all_of_the_encoder_learns_in_full_tuning",
    ),
    "dropping the first token loses a patch of encoders without a class token": (
        "tests/model/build/test_assembled_parts.py::test_patches_are_all_patches_and_nothing_else",
    ),
    "attention pooling knows no slice position": (
        "tests/model/build/connectors/test_reducers.py::test_what_looks_at_all_tokens_knows_slice_and_place",
        "tests/model/build/test_deep_builds.py::test_slices_in_another_order_are_another_volume",
    ),
    "flips and quarter turns contradict left and right in the text": (
        "tests/train/draws/test_augment.py::test_what_names_a_side_is_never_mirrored",
        "tests/train/draws/test_augment.py::test_what_says_a_place_or_a_size_keeps_every_pixel_where_it_is",
    ),
    "sampling tasks by ratio does not run": (
        "tests/train/draws/test_mixture.py::test_tasks_come_as_often_as_their_shares",
        "tests/train/draws/test_mixture.py::test_wrong_mixtures_are_one_sentence",
    ),
    "inference in several turns does not run": (
        "tests/answer/test_conversation.py::test_the_second_answer_is_to_both_turns_and_the_image_is_shown_once",
        "tests/answer/test_conversation.py::test_another_first_turn_makes_another_second_answer",
        "tests/cli/test_ask.py::test_questions_on_the_command_line_are_turns_of_one_conversation",
    ),
    "every text is cut to 50 words, which is not said": (
        "tests/train/test_supervised.py::test_nothing_is_cut",
        "tests/answer/test_conversation.py::test_a_conversation_longer_than_the_context_is_refused_and_not_cut",
    ),
}


@pytest.mark.parametrize("node", [node for nodes in FAULTS.values() for node in nodes])
def test_every_fault_has_its_tests(node: str):
    path, _, name = node.partition("::")
    assert (ROOT / path).is_file()
    assert callable(getattr(import_module(path.removesuffix(".py").replace("/", ".")), name))
