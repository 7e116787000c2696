"""The activity table's columns: their heads, texts, and what they are sorted by."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import IntEnum
from operator import attrgetter

from PySide6.QtCore import QCoreApplication

from skynet_desktop.core.actions import Kind
from skynet_desktop.desktop import words
from skynet_desktop.desktop.window.activity_row import Rank, Row, RowState

_translate = QCoreApplication.translate


class Column(IntEnum):
    NAME = 0
    MAPPING = 1
    ACTION = 2
    SIZE = 3
    PROGRESS = 4
    SPEED = 5
    STATE = 6
    WHEN = 7


_RANKS: dict[Column, Rank] = {
    Column.NAME: lambda row: (row.folded, row.serial),
    Column.MAPPING: lambda row: (row.mapping, row.serial),
    Column.ACTION: lambda row: (row.action.value, row.serial),
    Column.SIZE: lambda row: (row.size, row.serial),
    Column.PROGRESS: lambda row: (row.share, row.serial),
    Column.SPEED: lambda row: (row.speed, row.serial),
    Column.STATE: lambda row: (row.state, row.serial),
    Column.WHEN: attrgetter("serial"),
}


def rank_of(column: Column) -> Rank:
    """What a table sorted by this column sorts its rows by: the value, then the row's age."""
    return _RANKS[column]


def header(column: Column) -> str:
    return {
        Column.NAME: _translate("activity", "Name"),
        Column.MAPPING: _translate("activity", "Mirror"),
        Column.ACTION: _translate("activity", "Action"),
        Column.SIZE: _translate("activity", "Size"),
        Column.PROGRESS: _translate("activity", "Progress"),
        Column.SPEED: _translate("activity", "Speed"),
        Column.STATE: _translate("activity", "State"),
        Column.WHEN: _translate("activity", "When"),
    }[column]


def text_of(row: Row, column: Column) -> str:
    """What a cell says; also what a screen reader reads, so the progress bar says it too."""
    if column is Column.NAME:
        return row.path
    if column is Column.MAPPING:
        return row.mapping
    if column is Column.ACTION:
        return action_name(row.action)
    if column is Column.SIZE:
        return words.size(row.size) if row.size else ""
    if column is Column.PROGRESS:
        return progress_text(row)
    if column is Column.SPEED:
        return words.rate(row.speed) if row.speed >= 1 else ""
    if column is Column.STATE:
        return state_name(row.state)
    return words.time_of(datetime.fromtimestamp(row.when, UTC))


def progress_text(row: Row) -> str:
    if row.action is not Kind.SEND or row.state is RowState.FAILED:
        return ""
    return _translate("activity", "{0} %").format(int(row.share * 100))


def action_name(action: Kind) -> str:
    return {
        Kind.SEND: _translate("activity", "Send"),
        Kind.DELETE: _translate("activity", "Remove"),
        Kind.MOVE: _translate("activity", "Move"),
    }[action]


def state_name(state: RowState) -> str:
    return {
        RowState.RUNNING: _translate("activity", "Under way"),
        RowState.WAITING: _translate("activity", "Interrupted"),
        RowState.FAILED: _translate("activity", "Not done"),
        RowState.LAPSED: _translate("activity", "No longer needed"),
        RowState.DONE: _translate("activity", "Done"),
    }[state]
