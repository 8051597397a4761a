"""
Columns laid out plainly: each row holds all that is its own.

Rows of a dictionary share its values, and rows of a view share their characters; both would have to go along with every
single row that is stored elsewhere.
"""

from __future__ import annotations

from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

_WIDE: Final = 32
"""Bits of an index that no dictionary in memory exceeds."""
_OWNING: Final = {pa.string_view(): pa.large_string(), pa.binary_view(): pa.large_binary()}


def plain(kind: pa.DataType) -> pa.DataType:
    """Give the plain type of the same values."""
    types = pa.types
    if types.is_dictionary(kind):
        return plain(kind.value_type)
    if types.is_struct(kind):
        return pa.struct([plain_field(field) for field in kind])
    if types.is_map(kind):
        return pa.map_(plain_field(kind.key_field), plain_field(kind.item_field), kind.keys_sorted)
    if types.is_list(kind) or types.is_fixed_size_list(kind):
        return pa.list_(plain_field(kind.value_field), getattr(kind, "list_size", -1))
    if types.is_large_list(kind):
        return pa.large_list(plain_field(kind.value_field))
    return _OWNING.get(kind, kind)


def plain_field(field: pa.Field) -> pa.Field:
    """Give the field with its plain type, and all else as it is."""
    return field.with_type(plain(field.type))


def plain_schema(schema: pa.Schema) -> pa.Schema:
    """Give the schema with plain types, and without what is said of it as a whole."""
    return pa.schema([plain_field(field) for field in schema])


def overflows(kind: pa.DataType, values: pa.Array) -> bool:
    """Tell whether plain values are too many for the dictionaries that `kind` makes of them."""
    types = pa.types
    if types.is_dictionary(kind):
        bits = kind.index_type.bit_width
        return bits < _WIDE and bool(pc.count_distinct(values).as_py() > 1 << (bits - 1))
    if types.is_struct(kind):
        return any(overflows(field.type, part) for field, part in zip(kind, values.flatten(), strict=True))
    if types.is_map(kind):
        return overflows(kind.key_type, values.keys) or overflows(kind.item_type, values.items)
    if types.is_list(kind) or types.is_large_list(kind) or types.is_fixed_size_list(kind):
        return overflows(kind.value_type, values.flatten())
    return False
