"""Texts in Vietnamese, Chinese and English, all equal.

They stand in `messages.toml`, or in the files of `messages/`, of the kernel and of every service.
"""

from bordergate.i18n.catalogue import (
    DEFAULT,
    LANGUAGES,
    Catalogue,
    Entry,
    Language,
    catalogue,
    chosen,
    hint,
    text,
    texts,
)

__all__ = [
    "DEFAULT",
    "LANGUAGES",
    "Catalogue",
    "Entry",
    "Language",
    "catalogue",
    "chosen",
    "hint",
    "text",
    "texts",
]
