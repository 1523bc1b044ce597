"""One pass of the model over the cases: planned, run, kept in a store, continued after an interruption."""
