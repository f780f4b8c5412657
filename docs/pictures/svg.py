"""The few SVG elements that the pictures are made of."""

from __future__ import annotations

from dataclasses import dataclass, field
from html import escape

SANS = "system-ui, 'Segoe UI', Helvetica, Arial, 'DejaVu Sans', sans-serif"
MONO = "ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace"
# The widest of the fonts above, so that no reader's text runs out of its box.
MONO_WIDTH = 0.605

INK = "#1f2933"
FAINT = "#66727f"
LINE = "#d5dbe1"
PAPER = "#ffffff"


@dataclass(slots=True)
class Picture:
    """An SVG that is written from the back to the front."""

    width: float
    height: float
    title: str
    elements: list[str] = field(default_factory=list)

    def text(
        self,
        x: float,
        y: float,
        content: str,
        *,
        size: float = 13,
        color: str = INK,
        mono: bool = False,
        bold: bool = False,
        anchor: str = "start",
    ) -> None:
        """Write one line; ``y`` is its base line."""
        weight = ' font-weight="600"' if bold else ""
        self.elements.append(
            f'<text x="{x:g}" y="{y:g}" font-size="{size:g}" fill="{color}"'
            f' class="{"m" if mono else "s"}" text-anchor="{anchor}"{weight}'
            f' xml:space="preserve">{escape(content)}</text>'
        )

    def box(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        *,
        fill: str = PAPER,
        stroke: str = "none",
        radius: float = 0,
    ) -> None:
        """Draw a rectangle."""
        self.elements.append(
            f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}"'
            f' rx="{radius:g}" fill="{fill}" stroke="{stroke}"/>'
        )

    def path(
        self, steps: str, *, color: str, width: float = 1.5, arrow: bool = False
    ) -> None:
        """Draw a line along ``steps``, SVG's path language."""
        head = f' marker-end="url(#{_head(color)})"' if arrow else ""
        self.elements.append(
            f'<path d="{steps}" fill="none" stroke="{color}"'
            f' stroke-width="{width:g}"{head}/>'
        )

    def render(self) -> str:
        """The whole file."""
        colors = sorted(
            {
                element.split('stroke="')[1].split('"')[0]
                for element in self.elements
                if "marker-end" in element
            }
        )
        heads = "".join(
            f'<marker id="{_head(color)}" viewBox="0 0 8 8" refX="7" refY="4"'
            ' markerWidth="8" markerHeight="8" markerUnits="userSpaceOnUse"'
            f' orient="auto"><path d="M0,0.6 L8,4 L0,7.4 z" fill="{color}"/></marker>'
            for color in colors
        )
        head = (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{self.width:g}"'
            f' height="{self.height:g}" viewBox="0 0 {self.width:g} {self.height:g}"'
            ' role="img">'
        )
        background = (
            f'<rect x="0.5" y="0.5" width="{self.width - 1:g}"'
            f' height="{self.height - 1:g}" rx="10" fill="{PAPER}" stroke="{LINE}"/>'
        )
        lines = [
            head,
            f"<title>{escape(self.title)}</title>",
            f"<style>.s{{font-family:{SANS}}}.m{{font-family:{MONO}}}</style>",
            f"<defs>{heads}</defs>",
            background,
            *self.elements,
            "</svg>",
        ]
        return "\n".join(lines) + "\n"


def _head(color: str) -> str:
    return f"head-{color.removeprefix('#')}"
