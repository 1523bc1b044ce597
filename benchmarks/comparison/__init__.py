"""What `connectors.py` and `image_centric.py` share: parts, runs that are made once, their scores, and differences."""
