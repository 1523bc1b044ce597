"""An audit as JSON."""

import json
from dataclasses import asdict
from pathlib import Path

from angiogram.data.audit.audit import Audit
from angiogram.data.audit.listing import listed
from angiogram.data.cases import Cases
from angiogram.data.splits import Splits
from angiogram.files import atomic_file

FORMAT = 2


def write_audit(audit: Audit, cases: Cases, splits: Splits, path: Path) -> None:
    """Write all of it, in names: every pair, every divided group and the tested cases of these.

    Raises:
        InputError: the disk is full or the folder cannot be written.
    """
    document = {
        "format": FORMAT,
        "cases": cases.name,
        "splits": splits.described,
        "clean": audit.clean,
        "tested": audit.judged,
        "affected": [cases.rows[i].id for i in audit.affected],
        "share_affected": audit.share,
        "within_one_side": audit.within,
        "divided_groups": audit.divided,
        "tested_cases_of_divided_groups": [cases.rows[i].id for i in audit.divided_cases],
        "groups": asdict(audit.grouping),
        "near_duplicates_from": splits.alike,
        "pairs": [asdict(pair) for pair in listed(audit, cases)],
    }
    with atomic_file(path) as temporary:
        temporary.write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n", "utf-8")
