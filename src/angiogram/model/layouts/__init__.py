"""How the tokens of a batch belong to images and to places in them: one file a way of cutting images."""
