"""Money spent so far, or hours of VMs where no fleet has a price: of each policy, or of each fleet of a pool."""

from __future__ import annotations

import altair as alt

from condor_elastic.model import Spell
from condor_elastic.report.billing import priced, so_far
from condor_elastic.report.charts.clock import Clock
from condor_elastic.report.charts.look import WIDTH, Drawn, style, values
from condor_elastic.report.story import Told
from condor_elastic.report.thin import POINTS


def in_money(told: Told) -> bool:
    """Tell whether there are prices to count with."""
    return any(priced(story.spells) for story in told.stories)


def cost(told: Told, clock: Clock) -> Drawn | None:
    """Draw it; nothing if no VM has run."""
    lines = {name: spells for name, spells in _lines(told).items() if spells}
    if not lines:
        return None
    money = in_money(told)
    number = max(2, min(200, POINTS // len(lines)))
    times = sorted({clock.begin + round((clock.end - clock.begin) * i / (number - 1)) for i in range(number)})
    sums = {name: so_far(spells, times, money=money) for name, spells in lines.items()}
    rows = [{"t": clock.place(now), "line": name, "spent": _short(made[i])}
            for name, made in sums.items() for i, now in enumerate(times)]  # fmt: skip
    title = "money so far" if money else "VM-hours so far"
    look = style(list(lines))
    color = alt.Color("line:N", sort=None, scale=alt.Scale(domain=list(look), range=[c for c, _ in look.values()]))
    dash = alt.StrokeDash("line:N", sort=None, scale=alt.Scale(domain=list(look), range=[d for _, d in look.values()]))
    x = clock.axis()
    drawn = alt.Chart(values(rows)).mark_line(strokeWidth=2).encode(
        x=x, y=alt.Y("spent:Q", title=title), color=color, strokeDash=dash)  # fmt: skip
    ends = zip(times, [*times[1:], clock.end])
    wide = [{"t": clock.place(now), "to": clock.place(after), "when": clock.say(now),
             **{name.replace(".", " "): _short(made[i]) for name, made in sums.items()}}
            for i, (now, after) in enumerate(ends) if after > now]  # fmt: skip
    names = [alt.Tooltip(f"{name.replace('.', ' ')}:Q") for name in sums]
    hover = alt.Chart(values(wide)).mark_rect(opacity=0).encode(x=x, x2="to", tooltip=["when:N", *names])
    return alt.layer(drawn, hover).properties(width=WIDTH, height=340)


def _short(number: float) -> float:
    return float(f"{number:.6g}")


def _lines(told: Told) -> dict[str, list[Spell]]:
    if len(told.stories) > 1 or not told.live:
        return {story.name: list(story.spells) for story in told.stories}
    (story,) = told.stories
    names = list(dict.fromkeys([*story.fleets, *(spell.fleet for spell in story.spells)]))
    found = {name: [spell for spell in story.spells if spell.fleet.upper() == name.upper()] for name in names}
    used = {name: spells for name, spells in found.items() if spells}
    return {**used, "all fleets": list(story.spells)} if len(used) > 1 else used
