"""Charts as inline SVG: drawn here, coloured by the stylesheet of the page.

Vega draws without a browser and without the net. Colours are CSS variables, so that a
chart follows the light and the dark theme.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

import altair
import vl_convert

_MOST_DAYS = 62
_MOST_BARS = 14
_WIDTH, _HEIGHT = 142, 84
_FONT = "system-ui, sans-serif"


@dataclass(frozen=True, slots=True)
class Day:
    """Attempts and errors of one kind of record in one day."""

    kind: str
    day: date
    attempts: int
    errors: int


def activity_chart(days: tuple[Day, ...], first: date, last: date) -> str:
    """Bars a day, one small chart a kind of record; a longer range has bars a week.

    Returns:
        SVG, or an empty text where there is nothing to draw.
    """
    return _drawn(_filled(days, first, last)) if days else ""


def warm_up() -> None:
    """Let the first chart not wait for what draws it, which takes a second to start."""
    day = Day("-", date(2026, 1, 1), 1, 0)
    threading.Thread(
        target=activity_chart, args=((day,), day.day, day.day), daemon=True
    ).start()


def _filled(
    days: tuple[Day, ...], first: date, last: date
) -> tuple[tuple[str, str, int, int], ...]:
    """Every bar of every kind, also where nothing happened."""
    first = min([first, *(each.day for each in days)])
    last = max([last, *(each.day for each in days)])
    step = 1 if (last - first).days < _MOST_DAYS else 7
    while (last - first).days // step >= _MOST_DAYS:
        step *= 4
    count = (last - first).days // step + 1
    kinds = list(dict.fromkeys(each.kind for each in days))
    bars = {(kind, place): [0, 0] for kind in kinds for place in range(count)}
    for each in days:
        bar = bars[each.kind, (each.day - first).days // step]
        bar[0] += each.attempts
        bar[1] += each.errors
    return tuple(
        (kind, str(first + timedelta(days=step * place)), done, failed)
        for (kind, place), (done, failed) in bars.items()
    )


@lru_cache(maxsize=256)
def _drawn(bars: tuple[tuple[str, str, int, int], ...]) -> str:
    values = [
        {"kind": kind, "day": day, "outcome": outcome, "count": count}
        for kind, day, done, failed in bars
        for outcome, count in (("succeeded", done - failed), ("failed", failed))
    ]
    svg: str = vl_convert.vegalite_to_svg(_specification(values))
    # Its words are said by the figure's label and its table; a reader of the screen
    # would else walk through every bar.
    return svg.replace("<svg ", '<svg aria-hidden="true" focusable="false" ', 1)


def _specification(values: list[dict[str, Any]]) -> dict[str, Any]:
    axis: dict[str, Any] = {
        "title": None,
        "labelColor": "var(--muted)",
        "labelFont": _FONT,
        "labelFontSize": 11,
        "domain": False,
        "ticks": False,
        "gridColor": "var(--line)",
    }
    kinds = list(dict.fromkeys(value["kind"] for value in values))
    days = list(dict.fromkeys(value["day"] for value in values))
    chart = _marked(altair.Chart(altair.InlineData(values=values)), len(days))
    small = chart.encode(
        x=altair.X(
            "day:O",
            sort=None,
            # The first and the last: to measure every label takes long.
            axis=altair.Axis(
                **axis,
                grid=False,
                labelAngle=0,
                values=sorted({days[0], days[-1]}),
                labelExpr="timeFormat(toDate(datum.value + 'T00:00:00'), '%-d %b')",
            ),
        ),
        y=altair.Y(
            "count:Q",
            scale=altair.Scale(nice=3),
            axis=altair.Axis(**axis, tickCount=3, format="~s"),
        ),
        color=altair.Color(
            "outcome:N",
            scale=altair.Scale(
                domain=["succeeded", "failed"],
                range=["var(--chart-good)", "var(--chart-bad)"],
            ),
            legend=None,
        ),
        # Errors stand on the ground line, where they can be compared.
        order=altair.Order("outcome:N", sort="ascending"),
    ).properties(width=_WIDTH, height=_HEIGHT)
    faceted = (
        small.facet(
            facet=altair.Facet(
                "kind:N",
                sort=kinds,
                title=None,
                header=altair.Header(
                    labelFont=_FONT,
                    labelFontSize=12,
                    labelFontWeight=600,
                    labelColor="var(--text)",
                    labelAnchor="start",
                ),
            ),
            columns=5,
            spacing=44,
            # Charts of a row stand on one line, however wide their labels are.
            bounds="flush",
        )
        .resolve_scale(y="independent")
        .configure(background="transparent")
        .configure_view(stroke=None)
    )
    # Checking it against Vega-Lite's schema takes as long as drawing it.
    found: dict[str, Any] = faceted.to_dict(validate=False)
    return found


def _marked(chart: altair.Chart, days: int) -> altair.Chart:
    """Bars; of many days one outline, as each bar costs half a millisecond."""
    marked: altair.Chart = (
        chart.mark_bar(cornerRadius=1, aria=False)
        if days <= _MOST_BARS
        else chart.mark_area(interpolate="step", aria=False)
    )
    return marked
