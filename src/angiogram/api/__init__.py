"""What `import angiogram as ag` offers: models, cases, a diagnosis, finished runs, comparisons.

`angiogram/__init__.py` lists the public names; the command line calls the same functions.
"""
