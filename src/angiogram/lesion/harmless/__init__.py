"""Changes that harm nothing: whatever a diagnosis says of a fault after one of them is a false alarm."""
