"""What a model answers to an annotation table: asked with, without and with another image, and scored."""
