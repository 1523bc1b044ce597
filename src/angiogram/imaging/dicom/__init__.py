"""DICOM files -> pictures and volumes, without a word of whom they show.

Only the attributes in `tags.py` are ever read. What the library says of a damaged file may quote any value in it, so no
message of it is passed on: each refusal is in our own words.
"""
