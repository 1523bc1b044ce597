"""Angiogram shows where a medical multimodal LLM loses the image.

It follows the class signal of a labelled image set through vision encoder, connector, language model and answer,
and says at which stage how much is lost and how sure that is.
"""

__version__ = "0.1.0"
