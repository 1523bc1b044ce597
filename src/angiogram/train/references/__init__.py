"""Specialists that a model is measured against, each trained on the cases that the probes learn from and on no other.

A function of `REGISTRY` takes a `Task`, the rows to learn from and the rows to judge, and gives a `Learned`; so does
`pretrained`, which first takes a folder or a hub id.
"""

REGISTRY = {
    "cnn": "angiogram.train.references.scratch:cnn",
    "tower": "angiogram.train.references.tower:tower",
    "vit": "angiogram.train.references.scratch:vit",
}
OF_VOLUMES = ("tower",)
"""Those that learn from volumes, too."""
TITLES = {
    "cnn": "a ResNet trained from scratch, in grey",
    "tower": "the model's own vision encoder, all of it tuned by cross-entropy",
    "vit": "a ViT trained from scratch, in grey",
}
PRETRAINED = "the image classifier '{}', tuned as a whole"
