"""`not found` in the forms that models say it, and names and findings that only look like it."""

from __future__ import annotations

import pytest

from prompts.tasks import is_refusal


@pytest.mark.parametrize(
    "text",
    [
        *(
            "not found",
            "Not Found!",
            "**not found**",
            "- not found",
            "(not found)",
            "not found [3]",
            "Not found, sorry.",
        ),
        *("Not found in the document.", "not found on page 3", "Not found: the document has no date."),
        *("Not stated.", "It is not found", "It is not mentioned in the invoice."),
        *("The document does not say.", "The document doesn't say so.", "This page does not mention it."),
        *("N/A", "n.a.", "nicht gefunden", "Im Dokument nicht angegeben.", "Keine Angabe", "k. A."),
        *("Das Dokument sagt dazu nichts.", "未找到", "未找到。", "文档中未提及。", "没有找到", "找不到", "文件未说明"),
        *("non trouvé", "Non trouvée dans le document.", "Le document ne le dit pas.", "introuvable"),
        *("No encontrado.", "no consta", "No se menciona en el documento", "El documento no lo dice."),
    ],
)
def test_refusals(text):
    assert is_refusal(text)


@pytest.mark.parametrize(
    "text",
    [
        *("Not found Records Ltd", "Not Foundry", "not found in the drawer", "404 not found", "not found in Berlin"),
        *(
            "Not found. But page two has it.",
            "Not found: see total 9.00",
            "None",
            "NA",
            "unknown",
            "no",
            "not",
            "",
            "[3]",
        ),
        *("The document does not say who pays, only when.", "The seller does not say."),
        *("im Dokument gefunden", "nicht", "无", "未付", "没有", "non", "no", "trouvé", "encontrado"),
    ],
)
def test_what_is_no_refusal(text):
    assert not is_refusal(text)
