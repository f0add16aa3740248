"""Bytes in, pages out: pictures and words of a document. No torch, no prompts."""
