"""`angiogram lesion`: known faults are planted in a model; does the diagnosis find them?"""

from dataclasses import dataclass

from angiogram.cli.progress import printed
from angiogram.cli.subject import SubjectOptions


@dataclass(frozen=True)
class Lesion(SubjectOptions):
    """Plant faults at known places in a model, and see whether the diagnosis finds them.

    Stages and verdicts of every lesion at every strength and seed, with the checks that decide them and without the
    other controls of `diagnose`, beside the model as it is. A lesion that draws nothing is planted once. An interrupted
    suite goes on where it stopped. The model itself is not changed.

    Example: angiogram lesion demo-tuned phantom --out runs/lesions --reference cnn --train-cases 480 --test-cases 240
    """

    lesions: tuple[str, ...] = ()
    """which lesions (default: the half on which the diagnosis was tuned), for instance encoder-noise head-permuted"""
    strengths: tuple[float, ...] = (0.5, 1.0)
    """how strong, above 0 and at most 1"""
    seeds: tuple[int, ...] = (0,)
    """of what each lesion draws"""
    harmless: tuple[str, ...] = ()
    """changes that harm nothing and must raise no alarm, for instance cases-doubled llm-units-permuted"""

    def run(self) -> None:
        """Run the suite, write lesions.json and print how often the diagnosis was right."""
        from angiogram.api.subject import opened
        from angiogram.cache import default_cache
        from angiogram.diagnose.settings import Settings
        from angiogram.lesion.lesion import lesions_of
        from angiogram.lesion.subject import Subject
        from angiogram.lesion.suite import check_suite, run_suite
        from angiogram.lesion.summary import summary, write_summary
        from angiogram.report.lesions import print_lesions

        names = self.lesions or lesions_of("tuning")
        check_suite(names, self.strengths, self.seeds, self.harmless)  # refused before anything is loaded
        settings = Settings(margin=self.margin, batch_size=self.batch(), seed=self.seed)
        found = opened(self.asked(), self.cache or default_cache(), printed)
        subject = Subject(found.loaded, found.examined, found.splits, found.reference, settings)
        folder = self.folder("lesions-of-")
        suite = run_suite(subject, folder, printed, names, self.strengths, self.seeds, self.harmless)
        told = summary([suite])
        print_lesions(suite, told)
        print(write_summary(suite, told, folder))
