"""What a report says clinically: nothing yet."""

from pathlib import Path

from angiogram.evaluate.metrics.metric import Metric


def clinical_metrics(weights: Path | None) -> list[Metric]:
    """None."""
    return []
