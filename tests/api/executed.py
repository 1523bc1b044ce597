"""Run the code cells of a notebook in order, as a notebook would, without Jupyter: `executed.py NOTEBOOK OUTPUTS`.

Writes one entry a code cell: the text and the HTML of its value, null where its last line is no expression.
"""

import ast
import json
import sys
from pathlib import Path
from typing import Any


def run_cell(source: str, names: dict[str, Any], name: str) -> Any:
    """The value of the cell's last expression; None where it ends with a statement."""
    body = ast.parse(source, name).body
    last = body.pop() if body and isinstance(body[-1], ast.Expr) else None
    exec(compile(ast.Module(body, []), name, "exec"), names)
    return None if last is None else eval(compile(ast.Expression(last.value), name, "eval"), names)


def main(notebook: Path, outputs: Path) -> None:
    names: dict[str, Any] = {"__name__": "__main__"}
    found: list[dict[str, str | None]] = []
    for i, cell in enumerate(json.loads(notebook.read_text("utf-8"))["cells"]):
        if cell["cell_type"] == "code":
            value = run_cell("".join(cell["source"]), names, f"cell {i}")
            html = value._repr_html_() if hasattr(value, "_repr_html_") else None
            found.append({"text": None if value is None else repr(value), "html": html})
    outputs.write_text(json.dumps(found))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
