"""`angiogram demo`: the embedded model on the embedded images, before and after tuning."""

from dataclasses import dataclass
from pathlib import Path

from angiogram.cli.progress import printed

MODELS = ("demo", "demo-tuned")


@dataclass(frozen=True)
class Demo:
    """Diagnose the embedded default model on real CT crops, aligned only and tuned, side by side.

    Of the ladder of repairs only the rungs without passes: `angiogram diagnose demo phantom` climbs the others, too.

    Example: angiogram demo --out runs
    """

    out: Path = Path("runs")
    """folder for the two run folders"""
    train_cases: int = 720
    """probes learn on so many crops"""
    test_cases: int = 480
    """and are judged on so many held-out crops"""
    cache: Path | None = None
    """folder for converted models and images (default: the user's cache)"""

    def run(self) -> None:
        """Diagnose both models on the same cases, write the reports and print the result."""
        from dataclasses import replace

        from angiogram.api.diagnosing import diagnose_together
        from angiogram.api.subject import Asked
        from angiogram.cache import default_cache
        from angiogram.compare.beside import beside
        from angiogram.data.progress import silent
        from angiogram.diagnose.settings import Settings
        from angiogram.report.disk import write_report
        from angiogram.report.terminal import print_summary
        from angiogram.tap.ranks import joined_ranks

        with joined_ranks() as ranks:
            before, after = (
                diagnose_together(
                    Asked(model, "phantom", reference="cnn", train_cases=self.train_cases, test_cases=self.test_cases),
                    Settings(ladder="free"),
                    self.out / model,
                    self.cache or default_cache(),
                    printed if ranks.is_first else silent,
                    ranks,
                )
                for model in MODELS
            )
        if before is None or after is None:
            return
        shown = replace(before.diagnosis, beside=(beside(before, after),))
        tuned = replace(after.diagnosis, beside=(beside(after, before),))
        _, tuned_html = write_report(tuned, self.out / MODELS[1])
        report_json, report_html = write_report(shown, self.out / MODELS[0])
        print_summary([shown, tuned])
        print(f"{tuned_html}\n{report_html}\n{report_json}")
