"""Lector's look: ink on paper, one accent, in light and in dark. The rest is in the style sheets beside it."""

from __future__ import annotations

import gradio as gr
from gradio.themes import LocalFont, colors, sizes


class Paper(gr.themes.Base):
    """Fonts come with gradio and are served from this machine. Its semi-bold files lack most letters: hence 700."""

    def __init__(self) -> None:
        super().__init__(
            primary_hue=colors.teal,
            secondary_hue=colors.teal,
            neutral_hue=colors.stone,
            radius_size=sizes.radius_md,
            text_size=sizes.text_md,
            font=(LocalFont("IBM Plex Sans", weights=(400, 700)), "system-ui", "sans-serif"),
            font_mono=(LocalFont("IBM Plex Mono", weights=(400,)), "ui-monospace", "monospace"),
        )
        super().set(
            body_background_fill="#f7f6f3",
            body_background_fill_dark="#171615",
            background_fill_primary="#ffffff",
            background_fill_primary_dark="#211f1e",
            background_fill_secondary="#fbfaf8",
            background_fill_secondary_dark="#1c1b1a",
            border_color_primary="#e5e2dc",
            border_color_primary_dark="#3a3735",
            block_background_fill="*background_fill_primary",
            block_background_fill_dark="*background_fill_primary",
            block_border_width="1px",
            block_shadow="none",
            block_radius="12px",
            body_text_color="#26231f",
            body_text_color_dark="#ece9e4",
            body_text_color_subdued="#6b655d",
            body_text_color_subdued_dark="#a39c93",
            input_background_fill="#ffffff",
            input_background_fill_dark="#211f1e",
            input_border_color_focus="*primary_600",
            input_border_color_focus_dark="*primary_400",
            input_shadow="none",
            input_shadow_focus="0 0 0 3px color-mix(in srgb, var(--primary-500) 20%, transparent)",
            input_shadow_focus_dark="0 0 0 3px color-mix(in srgb, var(--primary-500) 30%, transparent)",
            button_primary_background_fill="*primary_700",
            button_primary_background_fill_hover="*primary_800",
            button_primary_background_fill_dark="*primary_700",
            button_primary_background_fill_hover_dark="*primary_800",
            button_primary_text_color="#ffffff",
            button_secondary_background_fill="*background_fill_primary",
            button_secondary_background_fill_dark="*background_fill_primary",
            button_secondary_background_fill_hover="*background_fill_secondary",
            button_secondary_background_fill_hover_dark="#2b2826",
            button_secondary_border_color="*border_color_primary",
            button_secondary_border_color_dark="*border_color_primary",
            button_border_width="1px",
            chatbot_text_size="*text_md",
            button_small_text_size="13.5px",
            button_small_padding="7px 14px",
            button_small_radius="8px",
            link_text_color="*primary_700",
            link_text_color_dark="*primary_300",
        )
