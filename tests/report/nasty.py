"""Texts that a renderer could trip over: markup, directions, line ends, emoji, very long words."""

from __future__ import annotations

from hypothesis import strategies as st

NASTY = st.text(st.characters(codec="utf-8"), max_size=40) | st.sampled_from(
    [
        "</style><script>alert(1)</script>", "</template>", '"}*{color:red}', "\u202eabc", "a\nb", "x" * 300, "🤦🏽‍♂️",
        "]]>", "<!--", "\\", "&amp;", "| a | b |", "{{ 7 * 7 }}",
    ]
)  # fmt: skip
