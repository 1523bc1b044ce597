"""A model's anatomy as plain aligned lines, never cut: its parts, every tap, and the paper's models."""

from collections.abc import Mapping, Sequence

from angiogram.model.catalogue import Published
from angiogram.model.discover import Discovered
from angiogram.tap.store import ArraySpec, planned_bytes, readable_bytes
from angiogram.tap.taps import Tap


def parts_lines(name: str, found: Discovered) -> list[str]:
    """One sentence for all of it, then every part with its modules, how sure it is and, below, why."""
    lines = aligned([(f.part.replace("_", " "), shortened(f.found), f.certainty) for f in found.findings])
    why = [f"    {finding.evidence}" for finding in found.findings]
    given = all(finding.certainty == "given" for finding in found.findings)
    body = lines if given else [line for pair in zip(lines, why, strict=True) for line in pair]
    return [f"{name}: {found.anatomy.family}. {found.summary}", "", *body]


def taps_lines(taps: Sequence[Tap], arrays: Mapping[str, ArraySpec], cases: int) -> list[str]:
    """Every tap's name, module, role and width, and the bytes that so many cases take."""
    rows = [("tap", "module", "read", "tokens", "path", "width", f"MB of {cases} cases")]
    for tap in taps:
        spec = arrays[tap.name]
        rows.append(
            (
                tap.name,
                tap.module or "-",
                tap.site,
                "-" if tap.part == "pixels" else tap.stream,
                "on" if tap.on_path else "off",
                str(spec.shape[-1]),
                f"{planned_bytes(cases, {tap.name: spec}) / 1e6:.1f}",
            )
        )
    total = planned_bytes(cases, arrays)
    end = f"{len(taps)} taps; {cases} cases take {total:,} bytes ({readable_bytes(total)}) of features."
    return ["", *aligned(rows, numbers=2), end]


def catalogue_lines(entries: Sequence[Published]) -> list[str]:
    """The paper's models with family, licence, gate and the command that diagnoses each.

    A question mark behind a field says that no source at hand confirmed it.
    """
    rows = [("model", "family", "licence", "gate", "diagnose it with")]
    for entry in entries:
        doubt = {field: "?" if field in entry.unverified else "" for field in ("hub", "licence", "gated")}
        gate = "terms to accept on the hub" if entry.gated else "open"
        rows.append(
            (
                entry.name + doubt["hub"],
                entry.family,
                entry.licence + doubt["licence"],
                gate + doubt["gated"],
                diagnosed(entry),
            )
        )
    title = 'The models of Zhu et al., "Lost in the Hype" (arXiv 2604.08333), and their two bases; ?: not confirmed.'
    return [title, "", *aligned(rows)]


def diagnosed(entry: Published) -> str:
    """The command that diagnoses a model of the catalogue."""
    trust = " --trust-remote-code" if entry.config is None else ""
    return f"angiogram diagnose {entry.hub} CASES --out runs/{entry.name}{trust}"


def shortened(paths: Sequence[str]) -> str:
    """Paths of blocks as a range.

    >>> shortened(("m.layers.0", "m.layers.1", "m.layers.2"))
    'm.layers.0 to m.layers.2 (3)'
    """
    return paths[0] if len(paths) == 1 else f"{paths[0]} to {paths[-1]} ({len(paths)})"


def aligned(rows: Sequence[Sequence[str]], numbers: int = 0) -> list[str]:
    """Rows as lines with columns of one width; the last `numbers` columns stand to the right.

    >>> aligned([("tap", "width"), ("llm.in", "32")], numbers=1)
    ['tap     width', 'llm.in     32']
    """
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    right = len(widths) - numbers
    return [
        "  ".join(
            cell.rjust(width) if place >= right else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]
