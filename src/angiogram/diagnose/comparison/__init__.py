"""Runs on the same cases held against each other, paired case by case."""
