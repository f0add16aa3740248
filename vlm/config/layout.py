"""Which layers carry experts, and which rotary frequencies follow which axis, as each published form says it."""

from __future__ import annotations

from typing import Any

from vlm.config.fields import MOST, MOST_PARTS, Fields, is_whole
from vlm.errors import CheckpointError


def layer_types_of(fields: Fields, vision: bool) -> tuple[str, ...]:
    """Which layers carry experts: named one by one (native VL), or by start, end and interval."""
    raw = fields.raw
    count = fields.whole("num_hidden_layers", most=MOST_PARTS)
    if not raw.get("moe_num_experts"):
        return ("dense",) * count
    if raw.get("mlp_layer_types"):
        types = tuple(raw["mlp_layer_types"])
        if len(types) != count or set(types) - {"dense", "sparse"}:
            raise CheckpointError(f"mlp_layer_types must name {count} layers, each dense or sparse; it is {types}")
        return types
    starts = fields.pair("moe_layer_start_index", vision, 1, 0)
    ends = fields.pair("moe_layer_end_index", vision, -1, -MOST)
    ends = tuple(end if 0 <= end < count else count - 1 for end in ends)
    if len(set(starts)) > 1 or len(set(ends)) > 1:
        raise CheckpointError(f"text and vision experts must lie in the same layers, not from {starts} to {ends}")
    interval = fields.whole("moe_layer_interval", 1)
    return tuple(
        "sparse" if starts[0] <= layer <= ends[0] and (layer + 1) % interval == 0 else "dense" for layer in range(count)
    )


def rope_of(fields: Fields) -> dict[str, Any]:
    raw = fields.raw
    named = [dict(raw.get(name) or {}) for name in ("rope_parameters", "rope_scaling")]
    for rope in named:
        kind = rope.get("rope_type") or rope.get("type") or "default"
        if kind not in ("default", "mrope"):
            raise CheckpointError(f"rope type {kind!r} is not known; it must be default")
    rope = named[0] or named[1]
    if "rope_theta" in raw:
        rope.setdefault("rope_theta", raw["rope_theta"])
    return rope


def mrope_section_of(fields: Fields, head_dim: int) -> tuple[int, int, int]:
    """Counts of rotary frequencies for (h, w, t); the hosted form only gives t (`freq_allocation`)."""
    pairs = head_dim // 2
    section = rope_of(fields).get("mrope_section")
    if section is None:
        time = fields.whole("freq_allocation", 20, 0)
        section = ((pairs - time) // 2, (pairs - time) // 2, time)
    is_three = isinstance(section, list | tuple) and len(section) == 3 and all(is_whole(n, 0, pairs) for n in section)
    if not is_three or sum(section) != pairs or section[0] != section[1]:
        raise CheckpointError(f"mrope_section {section} must be (h, w, t) with h = w and a sum of {pairs}")
    return tuple(section)
