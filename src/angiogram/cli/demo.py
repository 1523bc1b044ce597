"""`angiogram demo`: the embedded model on the embedded images, before and after tuning."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from angiogram.cli.progress import printed

if TYPE_CHECKING:
    from angiogram.diagnose.run import Diagnosed

MODELS = ("demo", "demo-tuned")


@dataclass(frozen=True)
class Demo:
    """Diagnose the embedded default model on real CT crops, aligned only and tuned, side by side.

    Of the ladder of repairs only the rungs without passes: `angiogram diagnose demo phantom` climbs the others, too.

    Example: angiogram demo --out runs
    """

    out: Path = Path("runs")
    """folder for the two run folders"""
    train_cases: int = 240
    """probes learn on so many crops"""
    test_cases: int = 160
    """and are judged on so many held-out crops; `make demo-full` takes 720 and 480"""
    precision: Literal["auto", "float32", "bfloat16"] = "auto"
    """auto: bfloat16 where the processor computes in it, else float32, which `make demo-full` always takes"""
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
        from angiogram.model.loading import Loading
        from angiogram.model.precision import native_precision
        from angiogram.report.disk import write_report
        from angiogram.report.terminal import print_summary
        from angiogram.tap.ranks import joined_ranks

        found: list[Diagnosed] = []
        loading = Loading(precision=native_precision() if self.precision == "auto" else self.precision)
        with joined_ranks() as ranks:
            progress = printed if ranks.is_first else silent
            for model in MODELS:
                asked = Asked(
                    model,
                    "phantom",
                    loading=loading,
                    reference="cnn",
                    train_cases=self.train_cases,
                    test_cases=self.test_cases,
                )
                folder, cache = self.out / model, self.cache or default_cache()
                diagnosed = diagnose_together(asked, Settings(ladder="free"), folder, cache, progress, ranks)
                if diagnosed is not None:  # on the first rank; the page is there while the next model is still at work
                    found.append(diagnosed)
                    _, page = write_report(diagnosed.diagnosis, folder)
                    progress(f"{model}: {page}")
        if not found:
            return
        before, after = found
        shown = replace(before.diagnosis, beside=(beside(before, after),))
        tuned = replace(after.diagnosis, beside=(beside(after, before),))
        _, tuned_html = write_report(tuned, self.out / MODELS[1])
        report_json, report_html = write_report(shown, self.out / MODELS[0])
        print_summary([shown, tuned])
        print(f"{tuned_html}\n{report_html}\n{report_json}")
