"""What a model is asked about each image when neither source nor user brings a question."""

from angiogram.data.cases import OPTIONS

DEFAULT_QUESTION = f"Which of these does the image show: {OPTIONS}?"
