"""SmolVLM: Idefics 3, smaller."""

from dataclasses import replace

from angiogram.model.families.idefics3 import FAMILY as IDEFICS3

FAMILY = replace(IDEFICS3, name="smolvlm")
