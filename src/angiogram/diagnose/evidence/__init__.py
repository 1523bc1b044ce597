"""Pictures that explain: where in an image the class shows, and how the classes lie in a model's features."""
