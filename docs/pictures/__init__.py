"""The pictures of the README, as SVG."""
