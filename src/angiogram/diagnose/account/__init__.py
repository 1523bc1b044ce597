"""The losses between the stages, which add up exactly, and the scores of the parts."""
