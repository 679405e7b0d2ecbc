"""A figure over time with its interval, as SVG drawn on the server: text in, escaped text out."""

from html import escape

WIDTH, HEIGHT, LABELS, AXIS = 760, 210, 20, 34


def draw(points, low, high):
    """Return the SVG of a line with the interval of each point as a bar; points without enough answers are left out.

    :param points: ``[(label, (value, low, high) or None, text)]``; ``text`` is what a pointer on the point reads
    :param low: lowest value of the axis
    :param high: highest value of the axis

    >>> months = [("Jan", (40.0, 10.0, 70.0), "NPS 40"), ("Feb", None, ""), ("<b>", (0.0, -20.0, 20.0), "0")]
    >>> svg = draw(months, -100, 100)
    >>> svg.count("<circle"), svg.count('class="interval"'), "&lt;b&gt;" in svg, "<b>" in svg
    (2, 2, True, False)
    >>> draw([("Jan", None, "")], 0, 100)
    ''
    """
    if not any(figure for _label, figure, _text in points):
        return ""
    step = (WIDTH - AXIS) / max(len(points), 1)

    def place(number):
        return AXIS + step * (number + 0.5)

    def level(value):
        return LABELS / 2 + (HEIGHT - 1.5 * LABELS) * (high - value) / (high - low)

    parts = [_gridline(value, level(value)) for value in (low, (low + high) / 2, high)]
    known = [(place(number), figure, text) for number, (_label, figure, text) in enumerate(points) if figure]
    parts += [
        f'<line class="interval" x1="{x:.1f}" x2="{x:.1f}" y1="{level(bottom):.1f}" y2="{level(top):.1f}"'
        f' stroke="currentColor" stroke-opacity="0.35" stroke-width="6"/>'
        for x, (_value, bottom, top), _text in known
    ]
    path = " ".join(f"{x:.1f},{level(figure[0]):.1f}" for x, figure, _text in known)
    parts.append(f'<polyline points="{path}" fill="none" stroke="var(--info, #17a2b8)" stroke-width="2"/>')
    parts += [
        f'<circle cx="{x:.1f}" cy="{level(figure[0]):.1f}" r="4" fill="var(--info, #17a2b8)">'
        f"<title>{escape(text)}</title></circle>"
        for x, figure, text in known
    ]
    every = len(points) // 13 + 1
    parts += [
        f'<text x="{place(number):.1f}" y="{HEIGHT - 4}" font-size="11" text-anchor="middle">{escape(label)}</text>'
        for number, (label, _figure, _text) in enumerate(points)
        if number % every == 0
    ]
    return (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" width="100%" role="img" fill="currentColor"'
        f' style="max-width: {WIDTH}px">{"".join(parts)}</svg>'
    )


def _gridline(value, level):
    return (
        f'<line x1="{AXIS}" x2="{WIDTH}" y1="{level:.1f}" y2="{level:.1f}" stroke="currentColor" stroke-opacity="0.2"/>'
        f'<text x="{AXIS - 4}" y="{level + 4:.1f}" font-size="11" text-anchor="end">{value:g}</text>'
    )
