from __future__ import annotations

import re

from welfarestats.output.stylesheet import PAGE_STYLE, TABLE_STYLE


def luminance(colour: str) -> float:
    digits = colour.lstrip("#")
    if len(digits) == 3:
        digits = "".join(2 * digit for digit in digits)
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_text_has_far_more_contrast_than_wcag_asks_for():
    for style in (TABLE_STYLE, PAGE_STYLE):
        text = set(re.findall(r"[^-]color: (#\w+)", style))
        ground = set(re.findall(r"background: (#\w+)", style))
        assert text
        assert ground
        assert min(contrast(one, other) for one in text for other in ground) >= 7


def test_a_style_loads_nothing_and_ends_where_it_should():
    for style in (TABLE_STYLE, PAGE_STYLE):
        assert "url(" not in style
        assert "@import" not in style
        assert style.count("<") == 2
        assert style.count("{") == style.count("}")


def test_the_style_of_a_table_touches_nothing_but_tables_of_ours():
    rules = re.sub(r"@media print \{(.*)\}\n</style>", r"\1", TABLE_STYLE, flags=re.DOTALL)
    selectors = re.findall(r"([^{}]+)\{", rules.removeprefix("<style>"))
    for selector in selectors:
        assert all(part.strip().startswith(".welfare-table") for part in selector.split(","))
