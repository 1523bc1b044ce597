"""All answers of a model to a table: planned, asked by the shared runner, kept, continued after an interruption."""
