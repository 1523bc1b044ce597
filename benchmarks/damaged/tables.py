"""Tables that name images or hold them, and data sets as Hugging Face's `datasets` lays them down."""

import json
import os
from io import BytesIO
from pathlib import Path
from typing import Any

import pyarrow as pa
from PIL import Image as Pillow
from pyarrow import ipc, parquet

from damaged.archives import SOUND
from damaged.corpora import shipped
from damaged.rasters import GREY, saved
from damaged.sets import Files, SetKind

_PNG = saved(Pillow.fromarray(GREY), "PNG")
_NAMES = tuple(SOUND)
_ROWS = [{"image": name, "label": name.split("/")[0], "patient": f"p{i}"} for i, name in enumerate(_NAMES)]
_ODD: dict[str, Any] = {
    "pipe.png": os.mkfifo,
    "self.png": lambda path: path.symlink_to(path.name),
    "gone.png": lambda path: path.symlink_to("nowhere.png"),
    "out.png": lambda path: path.symlink_to("/etc/passwd"),
    "folder.png": lambda path: path.mkdir(),
    "empty.png": b"",
}
# What stands where the path of an image should; the row is set aside, or the table refused.
_PLACES = {
    "nothing": "",
    "dot": ".",
    "root": "/",
    "zero": "/dev/zero",
    "full": "/dev/full",
    "input": "/dev/stdin",
    "outside": "../../../../../../../../etc/passwd",
    "long": "x" * 10_000,
    "deep": "d/" * 5000 + "x.png",
    "null": "a\0b.png",
    "line": "a\nb.png",
    "home": "~root/x.png",
    "sentence": "the left lung shows a consolidation of the lower lobe, " * 9,
    **{name: name for name in _ODD},
}


def csv_tables() -> SetKind:
    """CSV files beside their images."""
    plain = "image,label,patient\n" + "".join(f"{row['image']},{row['label']},{row['patient']}\n" for row in _ROWS)
    wholes = {
        "plain": _beside("set.csv", plain.encode()),
        "semicolons": _beside("set.csv", plain.replace(",", ";").encode()),
    }
    made = {
        f"image is {name}": _beside("set.csv", f'{plain}"{place}",one,p9\n'.encode()) for name, place in _PLACES.items()
    }
    texts: dict[str, bytes] = {
        "nothing": b"",
        "line ends": b"\n" * 100_000,
        "nulls": bytes(10_000),
        "quote without end": plain.encode() + b'"' + b"x" * 300_000,
        "field of 1 MB": plain.encode() + b"x" * 1_000_000 + b",one,p9\n",
        "100000 columns": ",".join(f"c{i}" for i in range(100_000)).encode() + b"\nx\n",
        "columns alike": b"image,image,label\na,b,c\n",
        "UTF-16": plain.encode("utf-16"),
        "Latin-1": plain.replace("one", "\xe9").encode("latin-1"),
        "formula": plain.encode() + b'=cmd|" /C calc"!A0,one,p9\n',
        "only the head": b"image,label\n",
        "more values": plain.encode() + b"a,b,c,d,e\n",
        "no class": b"image,label\na.png,\nb.png,\n",
    }
    made |= {name: _beside("set.csv", content) for name, content in texts.items()}
    return SetKind(wholes, made, "set.csv", (".csv",))


def json_tables() -> SetKind:
    """JSONL files beside their images."""
    plain = "".join(f"{json.dumps(row)}\n" for row in _ROWS)
    wholes = {"plain": _beside("set.jsonl", plain.encode())}
    rows = {f"image is {name}": {"image": place, "label": "one", "patient": "p9"} for name, place in _PLACES.items()}
    made = {name: _beside("set.jsonl", f"{plain}{json.dumps(row)}\n".encode()) for name, row in rows.items()}
    lines: dict[str, str] = {
        "many brackets": "[" * 100_000,
        "many objects": '{"a":' * 100_000,
        "half a letter": '{"image": "\\ud800.png", "label": "one", "patient": "p9"}',
        "half a letter in the class": '{"image": "one/0.png", "label": "\\ud800", "patient": "p9"}',
        "half a letter in the column": '{"image": "one/0.png", "label": "one", "patient": "p9", "\\udfff": 1}',
        "endless number": '{"image": "one/0.png", "label": ' + "9" * 10_000 + "}",
        "infinite": '{"image": "one/0.png", "label": 1e999, "patient": "p9"}',
        "not a number": '{"image": "one/0.png", "label": NaN, "patient": NaN}',
        "list": '["image", "label"]',
        "list as image": '{"image": ["one/0.png"], "label": "one"}',
        "object as class": '{"image": "one/0.png", "label": {"one": 1}}',
        "no key": '{"": 1}',
        "nulls": "\\u0000",
        "null in the class": '{"image": "one/0.png", "label": "a\\u0000b", "patient": "p9"}',
    }
    made |= {name: _beside("set.jsonl", f"{plain}{line}\n".encode()) for name, line in lines.items()}
    made |= {"bytes": _beside("set.jsonl", bytes(range(256)) * 100), "nothing": _beside("set.jsonl", b"\n\n")}
    return SetKind(wholes, made, "set.jsonl", (".jsonl",))


def parquet_tables() -> SetKind:
    """Parquet files that hold their images, packed in several ways; and those of pyarrow's tests."""
    packings = ("none", "snappy", "gzip", "zstd", "brotli", "lz4")
    wholes: dict[str, Files] = {how: {"set.parquet": _parquet(_table(), compression=how)} for how in packings}
    wholes["named"] = _beside("set.parquet", _parquet(pa.table({key: [row[key] for row in _ROWS] for key in _ROWS[0]})))
    many = 30_000_000
    alike = pa.table({"image": pa.DictionaryArray.from_arrays(pa.repeat(pa.scalar(0, pa.int32()), many), ["x.png"])})
    large = pa.DictionaryArray.from_arrays(pa.array([0] * 100_000, pa.int32()), pa.array([_PNG + bytes(300_000)]))
    labels = pa.array(["one", "two"] * 50_000)
    tables = {
        "30 million rows": alike.append_column("label", pa.repeat(pa.scalar("one"), many)),
        "30 GB of one picture": pa.table({"image": large, "label": labels}),
        "no rows": _table().slice(0, 0),
        "no columns": pa.table({}),
        "nested": pa.table({"image": [[{"bytes": b"x", "path": "y"}]] * 4, "label": ["a", "a", "b", "b"]}),
        "numbers for pictures": pa.table({"image": [{"bytes": 1, "path": 2}] * 4, "label": ["a", "a", "b", "b"]}),
        "no bytes": pa.table({"image": [{"bytes": None, "path": None}] * 4, "label": ["a", "a", "b", "b"]}),
        "not pictures": pa.table({"image": [b"no image"] * 4, "label": ["a", "a", "b", "b"]}),
        "dates beyond": _table().append_column("when", pa.array([2**62] * 4, pa.timestamp("us"))),
        "classes of nothing": _table().replace_schema_metadata({"huggingface": "[" * 10_000}),
    }
    made: dict[str, Files] = {name: {"set.parquet": _parquet(table)} for name, table in tables.items()}
    made |= {name: {"set.parquet": content} for name, content in shipped("pyarrow", ".parquet").items()}
    made |= {name: {"set.parquet": content} for name, content in shipped("pyarrow", ".orc", ".feather").items()}
    return SetKind(wholes, made, "set.parquet", (".parquet",))


def dataset_folders() -> SetKind:
    """What the hub stores, and what `save_to_disk` writes."""
    saved_set: Files = {
        "set/state.json": json.dumps({"_data_files": [{"filename": "data-00000-of-00001.arrow"}]}).encode(),
        "set/data-00000-of-00001.arrow": _arrow(_table()),
    }
    hub: Files = {
        "data/train-00000-of-00001.parquet": _parquet(_table()),
        "data/test-00000-of-00001.parquet": _parquet(_table()),
    }
    states: dict[str, Any] = {
        "leaves": {"_data_files": [{"filename": "../../../../../../etc/passwd"}]},
        "absolute": {"_data_files": [{"filename": "/etc/passwd"}]},
        "missing": {"_data_files": [{"filename": "nothing.arrow"}]},
        "number": {"_data_files": [{"filename": 7}]},
        "null": {"_data_files": [{"filename": "a\0b.arrow"}]},
        "long": {"_data_files": [{"filename": "x" * 10_000}]},
        "folder": {"_data_files": [{"filename": "."}]},
        "none": {"_data_files": []},
        "list": [],
        "many": {"_data_files": [{"filename": "data-00000-of-00001.arrow"}] * 100},
        "device": {"_data_files": [{"filename": "/dev/zero"}]},
        "zeros": {"_data_files": [{"filename": "/dev/zero.arrow"}]},
    }
    made: dict[str, Files] = {
        f"state {name}": {**saved_set, "set/state.json": json.dumps(state).encode()} for name, state in states.items()
    }
    made["state in many brackets"] = {**saved_set, "set/state.json": b"[" * 100_000}
    made["state is a pipe"] = {**saved_set, "set/state.json": os.mkfifo}
    made["data is a pipe"] = {**saved_set, "set/data-00000-of-00001.arrow": os.mkfifo}
    made["data is a folder"] = {**saved_set, "set/data-00000-of-00001.arrow": Path.mkdir}
    made["shard is a pipe"] = {**hub, "data/test-00000-of-00001.parquet": os.mkfifo}
    made["shard is a folder"] = {**hub, "data/test-00000-of-00001.parquet": Path.mkdir}
    made["other columns"] = {**hub, "data/test-00000-of-00001.parquet": _parquet(_table().drop_columns(["label"]))}
    made["other kinds"] = {
        **hub,
        "data/test-00000-of-00001.parquet": _parquet(pa.table({"image": ["x"], "label": ["y"]})),
    }
    return SetKind({"saved": saved_set, "hub": hub}, made, "", (".arrow", ".parquet", ".json"))


def _beside(name: str, table: bytes) -> Files:
    return {name: table, **SOUND, **_ODD}


def _table() -> pa.Table:
    pictures = [{"bytes": _PNG, "path": name} for name in _NAMES]
    return pa.table(
        {"image": pictures, "label": [row["label"] for row in _ROWS], "patient": [row["patient"] for row in _ROWS]}
    )


def _parquet(table: pa.Table, **options: Any) -> bytes:
    out = BytesIO()
    parquet.write_table(table, out, **options)
    return out.getvalue()


def _arrow(table: pa.Table) -> bytes:
    out = BytesIO()
    with ipc.new_stream(out, table.schema) as writer:
        writer.write_table(table)
    return out.getvalue()
