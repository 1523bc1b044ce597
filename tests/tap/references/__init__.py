"""Every tap of every family, computed a second time without our layouts, poolings and hooks.

One image at a time goes through the model's own submodules; tokens are put in their places by reshaping.
"""

from tests.tap.references.reference import reference

__all__ = ["reference"]
