"""Where labelled image sets come from: named sets, folders, tables, MedMNIST files."""

from angiogram.data.sources.open import open_cases, open_findings

__all__ = ["open_cases", "open_findings"]
