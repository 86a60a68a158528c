"""A time-stamping authority for tests: `openssl ts -reply` behind HTTP, with a certificate chain made on the spot."""

import subprocess
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

CONFIG = """
[req]
distinguished_name = dn
prompt = no
[dn]
CN = test
[ca]
basicConstraints = critical, CA:TRUE
[tsa]
extendedKeyUsage = critical, timeStamping
[ts]
default_tsa = one
[one]
serial = {folder}/serial
signer_cert = {folder}/tsa.pem
signer_key = {folder}/tsa.key
certs = {folder}/ca.pem
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
accuracy = secs:1
ordering = yes
tsa_name = no
ess_cert_id_chain = no
"""


class TimestampServer:
    """An authority on loopback; `ca` is the certificate that verifiers must hold."""

    def __init__(self, openssl: str, folder: Path) -> None:
        """Make the chain and listen."""
        self.openssl, self.folder = openssl, folder
        (folder / "ts.cnf").write_text(CONFIG.format(folder=folder))
        (folder / "serial").write_text("01\n")
        key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-config", "ts.cnf"]
        self.run("req", "-x509", *key, "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=ca", "-extensions", "ca")
        self.run("req", "-new", *key, "-keyout", "tsa.key", "-out", "tsa.csr", "-subj", "/CN=tsa")
        signing = ["-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-extfile", "ts.cnf", "-extensions", "tsa"]
        self.run("x509", "-req", "-in", "tsa.csr", "-out", "tsa.pem", *signing)
        self.ca = folder / "ca.pem"
        self.spoil = False
        outer = self

        class Door(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                (outer.folder / "asked.tsq").write_bytes(self.rfile.read(int(self.headers["Content-Length"])))
                if not outer.spoil or not (outer.folder / "reply.tsr").exists():
                    reply = ["-section", "one", "-queryfile", "asked.tsq", "-out", "reply.tsr"]
                    outer.run("ts", "-reply", "-config", "ts.cnf", *reply)
                answer = (outer.folder / "reply.tsr").read_bytes()
                self.send_response(200)
                self.send_header("Content-Type", "application/timestamp-reply")
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
        Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}"

    def run(self, *arguments: str) -> None:
        command = [self.openssl, *arguments]
        subprocess.run(command, cwd=self.folder, check=True, capture_output=True, timeout=60)

    def verifies(self, response: Path, data: Path) -> bool:
        """Judge a stamp as a stranger would, offline."""
        command = [self.openssl, "ts", "-verify", "-in", str(response), "-data", str(data), "-CAfile", str(self.ca)]
        return subprocess.run(command, check=False, capture_output=True, timeout=60).returncode == 0

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
