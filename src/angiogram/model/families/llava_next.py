"""LLaVA-NeXT (LLaVA 1.6)."""

from dataclasses import replace

from angiogram.model.families.llava import FAMILY as LLAVA

FAMILY = replace(LLAVA, name="llava_next", layout="anyres")
