"""From what is measured on a radiograph to entries of the annotation table: one file a task or a pair of them."""
