"""A small server that answers the hub's own client as the hub does."""

import base64
import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

COMMIT = "0123456789abcdef0123456789abcdef01234567"
Refusal = tuple[str, int, str]
"""The beginning of a path, the status, and the hub's code of the error."""


class Hub(BaseHTTPRequestHandler):
    """Repositories by their ids; `refused` is the answer to every request whose path begins so."""

    folders: Mapping[str, Path]
    refused: Refusal | None = None
    asked: list[str]
    taken: dict[str, bytes]

    def do_GET(self):
        self.asked.append(f"{self.command} {self.path}")
        if self.refused and self.path.startswith(self.refused[0]):
            return self.answer(b"{}", self.refused[1], {"X-Error-Code": self.refused[2]} if self.refused[2] else {})
        parts = self.path.removeprefix("/api").removeprefix("/models").removeprefix("/datasets").split("/")[1:]
        name, rest = "/".join(parts[:2]), parts[2:]
        folder = self.folders.get(name, Path("/nowhere"))
        files = {file.relative_to(folder).as_posix(): file for file in folder.rglob("*") if file.is_file()}
        if self.path.startswith("/api/") and rest[:1] == ["tree"]:
            listed = [{"type": "file", "path": path, **_blob(file)} for path, file in files.items()]
            return self.answer(json.dumps(listed).encode())
        if self.path.startswith("/api/"):
            siblings = [{"rfilename": path} for path in files]
            return self.answer(json.dumps({"id": name, "sha": COMMIT, "siblings": siblings}).encode())
        file = files.get("/".join(rest[2:]))
        if rest[:1] != ["resolve"] or file is None:
            return self.answer(b"{}", 404, {"X-Error-Code": "EntryNotFound"})
        content = file.read_bytes()
        named = {"ETag": f'"{hashlib.sha256(content).hexdigest()}"', "X-Repo-Commit": COMMIT}
        return self.answer(content, 200, named)

    def do_POST(self):
        """A repository is made, and a commit taken: each line of it is a file, in base64."""
        self.asked.append(f"{self.command} {self.path}")
        content = self.rfile.read(int(self.headers["Content-Length"]))
        if self.refused and self.path.startswith(self.refused[0]):
            return self.answer(b"{}", self.refused[1], {"X-Error-Code": self.refused[2]} if self.refused[2] else {})
        if self.path == "/api/repos/create":
            told = json.loads(content)
            address = f"http://{self.headers['Host']}/{told['organization']}/{told['name']}"
            return self.answer(json.dumps({"url": address}).encode())
        if self.path == "/api/validate-yaml":
            return self.answer(b'{"errors": [], "warnings": []}')
        if "/preupload/" in self.path:
            files = [{"path": each["path"], "uploadMode": "regular", "shouldIgnore": False, "oid": None}
                     for each in json.loads(content)["files"]]  # fmt: skip
            return self.answer(json.dumps({"files": files}).encode())
        for line in content.splitlines():
            if (told := json.loads(line))["key"] == "file":
                self.taken[told["value"]["path"]] = base64.b64decode(told["value"]["content"])
        found = {
            "commitUrl": f"http://{self.headers['Host']}/me/tuned/commit/{COMMIT}",
            "commitOid": COMMIT,
            "success": True,
        }
        return self.answer(json.dumps(found).encode())

    do_HEAD = do_GET  # noqa: N815 - the name that http.server asks for

    def answer(self, content, status=200, headers=None):
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", **(headers or {})}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def log_message(self, *_):
        pass


def _blob(file: Path) -> dict[str, Any]:
    return {"size": file.stat().st_size, "oid": hashlib.sha1(file.read_bytes()).hexdigest()}


def environment(home: Path, endpoint: str) -> dict[str, str]:
    """Of a fresh process that knows only this hub, and keeps what it fetches in `home`."""
    own = {"PATH": "/usr/bin:/bin", "OMP_NUM_THREADS": "1", "PYTHONPATH": os.pathsep.join(sys.path)}
    return {"HF_HOME": str(home), "HF_ENDPOINT": endpoint, **own}


class Client:
    """A process that knows one hub and runs the same code again and again: what it imports, it imports once."""

    def __init__(self, code: str, home: Path) -> None:
        self._hub = type("OneHub", (Hub,), {"folders": {}, "asked": [], "taken": {}})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._hub)
        Thread(target=self._server.serve_forever, daemon=True).start()
        self.home, self.address = home, f"http://127.0.0.1:{self._server.server_port}"
        self._process = subprocess.Popen(
            [sys.executable, "-c", AGAIN, code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            env=environment(home, self.address),
        )  # fmt: skip

    def last_line(
        self, arguments: list[str], folders: Mapping[str, Path], refused: Refusal | None = None
    ) -> tuple[str, list[str]]:
        """What the code says last, and what was asked of the hub meanwhile."""
        asked: list[str] = []
        self._hub.folders, self._hub.refused, self._hub.asked = folders, refused, asked
        assert self._process.stdin is not None and self._process.stdout is not None
        print(json.dumps(arguments), file=self._process.stdin, flush=True)
        return json.loads(self._process.stdout.readline()), asked

    @property
    def taken(self) -> dict[str, bytes]:
        """The files that were given to the hub."""
        return self._hub.taken

    def forget(self) -> None:
        """Everything that it has fetched."""
        shutil.rmtree(self.home, ignore_errors=True)

    def close(self) -> None:
        """End process and server."""
        self._process.kill()
        self._process.communicate()
        self._server.shutdown()


AGAIN = """
import contextlib, io, json, sys
code, answers = compile(sys.argv[1], "asked", "exec"), sys.stdout
for line in sys.stdin:
    sys.argv = ["-c", *json.loads(line)]
    with contextlib.redirect_stdout(io.StringIO()) as said:
        exec(code, {"__name__": "__main__"})
    print(json.dumps(said.getvalue().strip().splitlines()[-1]), file=answers, flush=True)
"""


def last_line(code: str, arguments: list[str], environment: Mapping[str, str]) -> str:
    """What a fresh process that runs this code says last."""
    done = subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, env=environment)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip().splitlines()[-1]
