"""Charts as SVG to stand inside the page: no script, and no style of their own (the page colours them in both themes). Each
has a text that says what it shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

_WIDTH = 360
_FONT = 12
_LONGEST = 20
_ENDS = (0.1, 0.2, 0.5, 1)
_DROPPED = ("script", "style", "desc", "title")


def bars(labels: Sequence[str], series: Mapping[str, Sequence[int]], describe: str) -> Markup:
    """Upright bars, a group for each label."""
    import pygal  # only ever needed here

    many = len(labels) > 8
    chart = pygal.Bar(
        **_settings(220),
        show_legend=len(series) > 1,
        legend_at_bottom=True,
        legend_at_bottom_columns=len(series),
        truncate_legend=-1,
        truncate_label=-1,
        print_values=True,
        print_values_position="top",
        print_zeroes=False,
        x_label_rotation=45 if many else 0,
        margin_bottom=18 if many else 4,
    )
    chart.x_labels = list(labels)
    chart.y_labels = _scale(max([1, *(value for values in series.values() for value in values)]))
    for name, values in series.items():
        chart.add(name, list(values))
    return _markup(chart, describe)


def shares(parts: Sequence[tuple[str, float]], describe: str) -> Markup:
    """Lying bars, the first at the top, from 0 to a round part of the whole."""
    import pygal

    end = next(end for end in _ENDS if end >= max(part for _, part in parts))
    chart = pygal.HorizontalBar(**_settings(36 + 26 * len(parts)), show_legend=False, range=(0, end))
    chart.x_labels = [f"{_cut(name)} {part:.0%}" for name, part in reversed(parts)]
    chart.y_labels = [{"value": part, "label": f"{part:.0%}"} for part in (0, end / 2, end)]
    chart.add("", [part for _, part in reversed(parts)])
    return _markup(chart, describe)


def _settings(height: int) -> dict[str, Any]:
    from pygal.style import Style

    sizes = dict.fromkeys(("label_font_size", "major_label_font_size", "legend_font_size", "value_font_size"), _FONT)
    return {
        "style": Style(**sizes, font_family="system-ui"),  # by which the room for labels is reckoned
        "width": _WIDTH,
        "height": height,
        "margin": 4,
        "margin_right": 24,
        "js": [],
        "css": [],
        "disable_xml_declaration": True,
    }


def _cut(name: str) -> str:
    return name if len(name) <= _LONGEST else f"{name[: _LONGEST - 1].rstrip()}…"


def _scale(top: int) -> list[int]:
    step = max(1, -(-top // 4))
    return list(range(0, top + step, step))


def _markup(chart: Any, describe: str) -> Markup:
    """The drawing without what a browser may not run here. Its text was escaped when it was written as XML."""
    from pygal.etree import etree

    root = chart.render_tree()
    for parent in list(root.iter()):
        parent.attrib.pop("id", None)  # of several charts on one page they would be the same
        for child in list(parent):
            if not isinstance(child.tag, str) or child.tag.rpartition("}")[2] in _DROPPED:
                parent.remove(child)
    root.set("role", "img")
    root.set("aria-label", describe)
    text: str = etree.tostring(root, encoding="unicode")
    return Markup(text)  # noqa: S704 - made by pygal, stripped above
