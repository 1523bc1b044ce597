"""From a model's words to what can be counted, without guessing."""
