"""Gemma 3 and MedGemma: the connector averages blocks of patches."""

from dataclasses import replace

from angiogram.model.families.llava import FAMILY as LLAVA

FAMILY = replace(LLAVA, name="gemma3", layout="single")
