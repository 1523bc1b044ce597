"""The charts of the page, one a file: each turns results into inline SVG."""
