"""A page of Angiogram as a notebook shows it."""

from dataclasses import dataclass
from html import escape

HEIGHT = 900  # pixels; the page scrolls inside
_BASE = '<base href="about:srcdoc">'


@dataclass(frozen=True, repr=False)
class Page:
    """An HTML page that a notebook draws where it is the value of a cell.

    It stands in a frame of its own: its script can reach neither the notebook nor the network, and its style nothing
    around it.

    Attributes:
        html: the whole page.
        title: what it is, in words.
        height: of the frame, in pixels.
    """

    html: str
    title: str
    height: int = HEIGHT

    @property
    def frame(self) -> str:
        """The page in a frame, as HTML."""
        # Without a base of its own the page would take the notebook's, and its links to its own parts would load the
        # notebook into the frame. The base stands before the page's policy, which allows none.
        framed = self.html.replace("<head>", f"<head>{_BASE}", 1)
        return (
            f'<iframe title="{escape(self.title)}" sandbox="allow-scripts" srcdoc="{escape(framed)}" '
            f'style="width: 100%; height: {self.height}px; border: 0"></iframe>'
        )

    def _repr_html_(self) -> str:
        return self.frame

    def __repr__(self) -> str:
        """What a terminal shows, which draws no page.

        >>> Page("<p>...</p>", "demo on phantom")
        <page 'demo on phantom', 10 characters; a notebook draws it>
        """
        return f"<page '{self.title}', {len(self.html)} characters; a notebook draws it>"
