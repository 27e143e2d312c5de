"""The figures as one JSON object and as a table."""

from __future__ import annotations

from collections.abc import Mapping

from measure.figures import Figures, Leg

Medians = Mapping[tuple[str, int], "Figures | None"]
SIZES = (200, 1000)
_LEGS = ("launch", "remove")


def _seconds(medians: Medians, name: str, leg: str, count: int) -> float | None:
    figures = medians.get((name, count))
    return round(getattr(figures, leg).seconds, 2) if figures else None


def as_json(medians: Medians) -> dict[str, object]:
    """Give seconds under their public names, null where nothing was measured, and all else under "phases"."""
    out: dict[str, object] = {}
    for leg in _LEGS:
        out[f"stock_{leg}_s"] = _seconds(medians, "stock", leg, SIZES[0])
        for name in ("ours", "floor", "direct"):
            out[f"{name}_{leg}_s"] = [_seconds(medians, name, leg, size) for size in SIZES]
        for name in ("openstack", "openstack_direct"):
            out[f"{name}_{leg}_s"] = _seconds(medians, name, leg, SIZES[0])
    out["phases"] = [
        {"name": name, "vms": count, "leg": leg, **_flat(getattr(figures, leg))}
        for (name, count), figures in medians.items() if figures for leg in _LEGS
    ]  # fmt: skip
    return out


def _flat(leg: Leg) -> dict[str, object]:
    return {
        "seconds": round(leg.seconds, 2), "first_s": round(leg.first, 2), "api_calls": leg.calls,
        "gahp_cpu_s": round(leg.load.gahp, 2), "gridmanager_cpu_s": round(leg.load.gridmanager, 2),
        "schedd_cpu_s": round(leg.load.schedd, 2), "gahp_peak_mb": round(leg.load.memory, 1),
    }  # fmt: skip


def in_words(medians: Medians) -> str:
    """Give a table of the phases, and the ratios that matter."""
    units = f"{'CPU s: GAHP':>13}{'gridman.':>9}{'schedd':>8}{'GAHP MB':>9}"
    head = f"{'':18}{'VMs':>6}{'leg':>8}{'seconds':>9}{'first':>7}{'calls':>7}{units}"
    rows = [head]
    for (name, count), figures in medians.items():
        for leg in _LEGS:
            if figures is None:
                rows.append(f"{name:18}{count:6}{leg:>8}   failed")
                continue
            one: Leg = getattr(figures, leg)
            load, calls = one.load, "-" if one.calls is None else one.calls
            rows.append(f"{name:18}{count:6}{leg:>8}{one.seconds:9.1f}{one.first:7.1f}{calls:>7}{load.gahp:13.1f}"
                        f"{load.gridmanager:9.1f}{load.schedd:8.1f}{load.memory:9.0f}")  # fmt: skip
    return "\n".join([*rows, "", *_ratios(medians)])


def _ratios(medians: Medians) -> list[str]:
    pairs = [("ours", "floor"), ("ours", "direct"), ("stock", "ours"), ("openstack", "openstack_direct")]
    lines = []
    for count in sorted({count for _, count in medians}):
        for leg in _LEGS:
            found = [(f"{one}/{other}", _ratio(medians, (one, other), leg, count)) for one, other in pairs]
            told = ", ".join(f"{name} {ratio:.2f}" for name, ratio in found if ratio)
            bound = _bound(medians, leg, count)
            lines.append(f"{count} VMs, {leg}: {told}" + (f"; ours / max(floor, direct) {bound:.2f}" if bound else ""))
    return lines


def _ratio(medians: Medians, names: tuple[str, str], leg: str, count: int) -> float | None:
    one, other = (_seconds(medians, name, leg, count) for name in names)
    return one / other if one and other else None


def _bound(medians: Medians, leg: str, count: int) -> float | None:
    ours, floor, straight = (_seconds(medians, name, leg, count) for name in ("ours", "floor", "direct"))
    return ours / max(floor, straight) if ours and floor and straight else None
