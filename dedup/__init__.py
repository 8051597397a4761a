"""Clean text corpora: near-duplicates, repeated text and boilerplate out, every removed character accounted for."""

__version__ = "0.1.0"
