"""What can be read: the class at every tap, with controls, and in the answers."""
