"""Simulated chest radiographs: projections of one labelled CT with exact truth for the seven tasks on an image."""
