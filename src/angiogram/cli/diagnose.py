"""`angiogram diagnose`: the main job."""

from dataclasses import dataclass

from angiogram.cli.progress import printed
from angiogram.cli.request import Request


@dataclass(frozen=True)
class Diagnose(Request):
    """Find where a model loses the image.

    Example: angiogram diagnose demo phantom --out runs/demo --reference cnn
    """

    def run(self) -> None:
        """Diagnose, write the run folder and print the result; of several findings, one after another."""
        from angiogram.api.diagnosing import diagnose_together
        from angiogram.api.finding_runs import FINDINGS
        from angiogram.api.findings import asked_of_each, findings_together
        from angiogram.cache import default_cache
        from angiogram.data.progress import silent
        from angiogram.report.disk import write_report
        from angiogram.report.findings import print_findings
        from angiogram.report.terminal import print_summary
        from angiogram.tap.ranks import joined_ranks

        with joined_ranks() as ranks:
            progress = printed if ranks.is_first else silent
            cache, asked = self.cache or default_cache(), self.asked()
            settings, folder = self.settings(), self.folder()  # refused before anything else
            if self.out is None:
                progress(f"run folder: {folder}")
            with ranks.one_before_the_others():
                findings = asked_of_each(asked, cache, progress)
            if findings:
                runs = findings_together(findings, settings, folder, cache, progress, ranks)
                if runs is not None:
                    diagnoses = {name: run.diagnosis for name, run in runs.runs.items()}
                    print_findings(diagnoses, runs.mean.accuracies, runs.left_out)
                    print(folder / FINDINGS)
                return
            diagnosed = diagnose_together(asked, settings, folder, cache, progress, ranks)
        if diagnosed is None:
            return
        report_json, report_html = write_report(diagnosed.diagnosis, folder)
        print_summary([diagnosed.diagnosis])
        print(f"{report_html}\n{report_json}")
