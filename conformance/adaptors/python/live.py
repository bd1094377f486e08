"""A server of its own process, started anew for each policy, in front of a handler that answers 200.

Server and handler listen on 127.0.0.1; the request goes over a socket, byte for byte.
"""

import contextlib
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time

from protocol import Skip

# What a server answers to a request that it does not take, whatever its configuration.
REFUSED = {400, 405, 413, 414, 431, 494, 501, 505}


class Handler:
    """The application behind the server: 200, with no headers of its own."""

    def __init__(self):
        self.ran = False
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            connection, _ = self.listener.accept()
            with connection, contextlib.suppress(OSError):
                connection.settimeout(5)
                received = b""
                while b"\r\n\r\n" not in received and (chunk := connection.recv(1 << 16)):
                    received += chunk
                if received:
                    self.ran = True
                    connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")


class Live:
    """A server that is started with the configuration of one policy at a time."""

    def __init__(self, folder, command, write_configuration):
        """`command(path)` are the words that start it in the foreground, and
        `write_configuration(policy, port, handler_port, work)` is the text of its configuration."""
        self.work = os.path.join(folder, ".work")
        os.makedirs(self.work, exist_ok=True)
        self.command = command
        self.write_configuration = write_configuration
        self.handler = Handler()
        self.process = None
        self.serving = None
        self.port = 0
        # Whoever ends the adaptor ends the server.
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))

    def define(self, policy):
        """Sees whether the server starts with the policy; what it says where it does not is raised."""
        built = (policy, object())
        self.serve(built)
        return built

    def serve(self, built):
        """Starts the server for the policy, unless it runs already."""
        if self.serving is built[1] and self.process.poll() is None:
            return
        self.stop()
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        text = self.write_configuration(built[0], self.port, self.handler.port, self.work)
        path = os.path.join(self.work, "server.conf")
        with open(path, "w", encoding="latin-1") as file:
            file.write(text)
        log = os.path.join(self.work, "output")
        with open(log, "w", encoding="latin-1") as output:
            self.process = subprocess.Popen(self.command(path), stdin=subprocess.DEVNULL, stdout=output, stderr=output)
        deadline = time.monotonic() + 8
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                with open(log, encoding="latin-1") as output:
                    said = output.read().strip().splitlines()
                # What nginx puts before its messages is another one each time.
                said = [re.sub(r"^.*\[emerg\] \d+#\d+: ", "", line).replace(self.work, "") for line in said]
                raise ValueError(said[-1] if said else "it ended at once")
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1):
                self.serving = built[1]
                return
            time.sleep(0.01)
        self.stop()
        raise ValueError("it does not listen within 8 seconds")

    def stop(self):
        """Ends the server."""
        self.serving = None
        if self.process and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(5)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    def evaluate(self, built, request):
        """The status and the headers of the response."""
        self.serve(built)
        self.handler.ran = False
        status, headers = ask(self.port, request)
        if self.handler.ran:
            return None, headers
        if status in REFUSED:
            raise Skip(f"the server refuses the request itself, with {status}")
        return status, headers


def ask(port, request):
    """Sends the request and reads the response's head."""
    lines = [f"{request['method']} / HTTP/1.1", "Connection: close"]
    if not any(name.lower() == "host" for name, _ in request["headers"]):
        lines.append("Host: api.example")
    lines += [f"{name}: {value}" for name, value in request["headers"]]
    lengths = [value for name, value in request["headers"] if name.lower() == "content-length"]
    body = "x" * int(lengths[0]) if lengths and lengths[0].isdecimal() and len(lengths[0]) < 5 else ""
    received = b""
    with socket.create_connection(("127.0.0.1", port), 5) as connection:
        connection.settimeout(8)
        with contextlib.suppress(ConnectionError):
            # A server that refuses the head may reset the connection; what it said before counts.
            connection.sendall("\r\n".join([*lines, "", body]).encode("latin-1"))
            while chunk := connection.recv(1 << 16):
                received += chunk
    head, end, _ = received.partition(b"\r\n\r\n")
    if not end:
        raise ConnectionError("the connection was closed without a response")
    status, *fields = head.decode("latin-1").split("\r\n")
    return int(status.split(" ")[1]), [tuple(field.split(":", 1)) for field in fields]


def version_of(command):
    """What a server says of its version: the word behind the first slash."""
    said = subprocess.run(command, capture_output=True, text=True, check=True)
    return (said.stdout + said.stderr).split("/", 1)[1].split()[0]


def find(name):
    """The path of a server's program, which for a user is often not in PATH."""
    return shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/sbin")
