"""A small bar chart as SVG, drawn on the server: text in, escaped text out."""

from html import escape

WIDTH, HEIGHT, LABELS = 640, 150, 18


def draw(bars, typical=None, typical_label=""):
    """Return the SVG of some bars, with a dashed line where the typical figure lies.

    :param bars: ``[(label, figure, text, marked)]``; ``text`` is what a pointer on the bar reads
    :param typical: figure of the line, None for none

    >>> svg = draw([("a", 1, "1", False), ("<b>", 4, "4", True)], 2, "usual")
    >>> svg.count("<rect"), "&lt;b&gt;" in svg, "<b>" in svg, svg.count("<line")
    (2, True, False, 2)
    >>> draw([])
    ''
    >>> "nan" in draw([("a", 0, "0", False)])
    False
    """
    if not bars:
        return ""
    figures = [figure for _label, figure, _text, _marked in bars] + ([typical] if typical is not None else [])
    top, bottom = max(0, *figures), min(0, *figures)
    scale = (HEIGHT - 2 * LABELS) / ((top - bottom) or 1)
    base, step = LABELS + top * scale, WIDTH / len(bars)
    parts = [
        _bar(number * step, step, base, figure * scale, label, text, marked)
        for number, (label, figure, text, marked) in enumerate(bars)
    ]
    parts.append(_line(base, "0.3"))
    if typical is not None:
        level = base - typical * scale
        parts.append(_line(level, "0.8", 'stroke-dasharray="5 4"'))
        parts.append(f'<text x="2" y="{level - 3:.1f}" font-size="11">{escape(typical_label)}</text>')
    first, last = escape(bars[0][0]), escape(bars[-1][0])
    parts.append(f'<text x="0" y="{HEIGHT - 3}" font-size="11">{first}</text>')
    if len(bars) > 1:
        parts.append(f'<text x="{WIDTH}" y="{HEIGHT - 3}" font-size="11" text-anchor="end">{last}</text>')
    return (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" width="100%" role="img" fill="currentColor"'
        f' style="max-width: {WIDTH}px">{"".join(parts)}</svg>'
    )


def _bar(left, step, base, size, label, text, marked):
    colour = "var(--danger, #dc3545)" if marked else "var(--info, #17a2b8)"
    return (
        f'<rect x="{left + step * 0.12:.1f}" y="{min(base, base - size):.1f}" width="{step * 0.76:.1f}"'
        f' height="{max(abs(size), 0.5):.1f}" fill="{colour}"><title>{escape(label)}: {escape(text)}</title></rect>'
    )


def _line(level, opacity, more=""):
    return (
        f'<line x1="0" x2="{WIDTH}" y1="{level:.1f}" y2="{level:.1f}" stroke="currentColor"'
        f' stroke-opacity="{opacity}" {more}/>'
    )
