"""The result in words and in files: headline, warnings, provenance, the tables of the run folder."""
