"""Explaining: how a text was judged, with the words that decided marked in it."""

from __future__ import annotations

from rich.console import Console
from rich.text import Text

from ..plugin.domain.decisions import Decision


def explain(text: str, decision: Decision) -> str:
    """Return the text with every deciding span marked, the decision, and why the others lost."""
    marked = Text(text)
    for hit in decision.because:
        if not hit.in_title:
            marked.stylize("bold reverse", hit.start, hit.end)
    console = Console(width=110, highlight=False)
    with console.capture() as capture:
        console.print(marked)
        where = decision.rule or decision.divert or "-"
        how = "goes on by itself" if decision.auto else "waits for a person"
        console.print(f"{decision.matter} {where}, council {decision.council or '-'}, {decision.confidence}: {how}")
        for name, words in (("guards", decision.guards), ("limits", decision.limits), ("doubts", decision.doubts)):
            if words:
                console.print(f"{name}: {', '.join(words)}")
        for hit in decision.because:
            console.print(f"  {hit.rule}: {hit.phrase!r} at {hit.start}-{hit.end}, weight {hit.weight:g}")
        for other in decision.alternatives:
            console.print(f"  instead {other.matter} {other.rule or '-'}: {other.confidence}")
    return capture.get().rstrip()
