"""Numbers in rows of any length, and which of the terms of a message stand in chosen rows."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Ints: TypeAlias = NDArray[np.int32]
Places: TypeAlias = NDArray[np.intp]
Floats: TypeAlias = NDArray[np.float32]


@dataclass(frozen=True)
class Rows:
    """Numbers of every row, one after another; row i is `values[starts[i]:starts[i + 1]]`."""

    values: Ints
    starts: Places

    def __getitem__(self, row: int) -> Ints:
        return self.values[self.starts[row] : self.starts[row + 1]]

    def __len__(self) -> int:
        return len(self.starts) - 1

    @classmethod
    def of_lengths(cls, values: Ints, lengths: Places) -> "Rows":
        return cls(values, _starts(lengths))

    @cached_property
    def lengths(self) -> Places:
        return np.diff(self.starts)

    def row_of_each(self) -> Ints:
        """For each value the number of its row."""
        return np.repeat(np.arange(len(self), dtype=np.int32), self.lengths)

    def and_rows(self, others: "Rows") -> "Rows":
        """These rows, then the others."""
        starts = np.concatenate([self.starts, self.starts[-1] + others.starts[1:]])
        return Rows(np.concatenate([self.values, others.values]), starts)

    def with_row(self, row: int, values: Ints) -> "Rows":
        """The same rows, one of them replaced."""
        begin, end = int(self.starts[row]), int(self.starts[row + 1])
        starts = self.starts.copy()
        starts[row + 1 :] += len(values) - (end - begin)
        return Rows(np.concatenate([self.values[:begin], values, self.values[end:]]).astype(np.int32), starts)

    def transposed(self, count: int) -> "Rows":
        """For each of `count` values the rows that hold it, ascending."""
        order = np.argsort(self.values, kind="stable")
        return Rows(self.row_of_each()[order], _starts(np.bincount(self.values, minlength=count)))

    @cached_property
    def _most(self) -> int:
        return int(self.values.max(initial=0))

    def sums(self, groups: Sequence[Places], terms: Ints, weights: Floats) -> Floats:
        """What the terms weigh that each of the chosen rows holds: rows of `weights` by chosen rows (none is empty).

        Each group of rows has weights of its own, len(terms) + 1 columns, one group's after another's. Column i + 1
        of a group belongs to term i; its column 0, all zeros, to whatever is none of the terms.
        """
        places, begins = self.places(np.concatenate(groups))
        columns = self.columns(places, terms)
        done = 0
        for group in groups[:-1]:
            done += len(group)
            columns[begins[done] :] += len(terms) + 1
        return np.add.reduceat(weights.take(columns, axis=1), begins, axis=1)

    def places(self, rows: Places) -> tuple[Places, Places]:
        """Where the values of the chosen rows stand, one row's after another's, and where in that each row begins."""
        lengths = self.lengths.take(rows)
        begins = lengths.cumsum()
        begins -= lengths
        places = (self.starts.take(rows) - begins).repeat(lengths)
        places += np.arange(len(places))
        return places, begins

    def columns(self, places: Places, terms: Ints) -> Ints:
        """For the value at each place its number among the terms, from 1; 0 where it is none of them."""
        number = _numbers.of(max(self._most, int(terms.max(initial=0))) + 2)
        number[terms] = np.arange(1, len(terms) + 1)
        columns = number.take(self.values.take(places))
        number[terms] = 0
        return columns


class _Numbers(threading.local):
    """For each term its number in a message, from 1; all 0 between uses. One for each thread, because it is large."""

    def __init__(self) -> None:
        self._numbers = np.zeros(0, dtype=np.int32)

    def of(self, size: int) -> Ints:
        if len(self._numbers) < size:
            self._numbers = np.zeros(size, dtype=np.int32)
        return self._numbers


_numbers = _Numbers()


def _starts(lengths: Sequence[int] | NDArray[np.integer[Any]]) -> Places:
    starts = np.zeros(len(lengths) + 1, dtype=np.intp)
    np.cumsum(lengths, out=starts[1:])
    return starts
