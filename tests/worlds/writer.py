"""Writing a drawn world as a drop folder: the same world, the same bytes."""

import gzip
import json
from pathlib import Path

from worlds.drawn import Blank, Broken, Cell, DrawnFile, DrawnRow, DrawnWorld, Raw


def write_drop(world: DrawnWorld, folder: Path) -> None:
    """Write every file of the world below ``folder``."""
    for file in world.files:
        path = folder / file.path
        path.parent.mkdir(parents=True, exist_ok=True)
        content = content_of(file).encode("utf-8")
        if is_zipped(file):
            # The time in a gzip header would make two writes of one world differ.
            content = gzip.compress(content, mtime=0)
        path.write_bytes(content)


def is_zipped(file: DrawnFile) -> bool:
    """Tell whether the file's bytes are gzip."""
    return file.path.endswith(".gz")


def content_of(file: DrawnFile) -> str:
    """Return the file's text, before any gzip."""
    is_csv = file.path.removesuffix(".gz").endswith(".csv")
    lines = [",".join(file.columns)] if is_csv else []
    for line in file.lines:
        if isinstance(line, Blank):
            lines.append("")
        elif isinstance(line, Broken):
            lines.append(line.csv if is_csv else line.jsonl)
        else:
            lines.append(_csv_line(line) if is_csv else _jsonl_line(line))
    return "".join(f"{line}\n" for line in lines)


def _csv_line(row: DrawnRow) -> str:
    return ",".join(_csv_field(cell) for _, cell in row.cells)


def _csv_field(cell: Cell) -> str:
    """Quote by hand: csv.writer leaves a lone CR unquoted on Python 3.11."""
    text = cell.text if isinstance(cell, Raw) else cell
    if text is None:
        return ""
    if text == "" or any(character in text for character in '",\r\n'):
        return '"' + text.replace('"', '""') + '"'
    return text


def _jsonl_line(row: DrawnRow) -> str:
    pairs = [f"{json.dumps(name)}: {_jsonl_value(cell)}" for name, cell in row.cells]
    if row.twice:
        pairs.append(pairs[0])
    return "{" + ", ".join(pairs) + "}"


def _jsonl_value(cell: Cell) -> str:
    if isinstance(cell, Raw) and not cell.as_text:
        return cell.text
    text = cell.text if isinstance(cell, Raw) else cell
    return json.dumps(text, ensure_ascii=False)
