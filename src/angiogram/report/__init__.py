"""Results to files and words: report.json (the truth, with a schema), report.html (a view of it), a short table.

`write_report(diagnosis, folder)` writes both files, `read_report(path)` reads a report.json back with validation,
`render(document)` makes the page from one, and `summary(diagnoses)` is what the command line prints.
"""
