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
    """which lesions (default: all), for instance encoder-noise connector-rotation head-permuted"""
    strengths: tuple[float, ...] = (0.5, 1.0)
    """how strong, above 0 and at most 1"""
    seeds: tuple[int, ...] = (0,)
    """of what each lesion draws"""

    def run(self) -> None:
        """Run the suite, write lesions.json and print how often the diagnosis was right."""
        from angiogram.api.subject import opened
        from angiogram.cache import default_cache
        from angiogram.diagnose.settings import Settings
        from angiogram.lesion.lesion import LESIONS
        from angiogram.lesion.subject import Subject
        from angiogram.lesion.suite import check_suite, run_suite
        from angiogram.lesion.summary import summary, write_summary
        from angiogram.report.lesions import print_lesions

        names = self.lesions or tuple(LESIONS)
        check_suite(names, self.strengths, self.seeds)  # refused before anything is loaded
        settings = Settings(margin=self.margin, batch_size=self.batch(), seed=self.seed)
        found = opened(self.asked(), self.cache or default_cache(), printed)
        subject = Subject(found.loaded, found.examined, found.splits, found.reference, settings)
        suite = run_suite(subject, self.out, printed, names, self.strengths, self.seeds)
        told = summary([suite], settings)
        print_lesions(suite, told)
        print(write_summary(suite, told, self.out))
