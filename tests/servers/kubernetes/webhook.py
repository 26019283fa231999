"""An admission webhook on loopback that refuses evictions of pods with some label."""

import json
import ssl
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.servers.kubernetes.control_plane import ControlPlane, base64_of

NAME = "no-evictions"
WORDS = "the night shift says no"
_PATH = "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations"


class Webhook:
    """Refuses every eviction of a pod whose name begins with *refused*, while it is entered."""

    def __init__(self, plane: ControlPlane, refused: str) -> None:
        self.plane, self.refused = plane, refused
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        tls = plane.authority.issue("webhook")
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(tls.certificate, tls.key)
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True)

    def __enter__(self) -> "Webhook":
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        rule = {"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE"], "resources": ["pods/eviction"]}
        where = {
            "url": f"https://127.0.0.1:{self._server.server_port}/",
            "caBundle": base64_of(str(self.plane.authority.ca)),
        }
        hook = {
            "name": "evictions.example.org",
            "rules": [rule],
            "clientConfig": where,
            "sideEffects": "None",
            "admissionReviewVersions": ["v1"],
            "failurePolicy": "Fail",
        }
        self.plane.call("POST", _PATH, {"metadata": {"name": NAME}, "webhooks": [hook]})
        return self

    def __exit__(self, *_: object) -> None:
        self.plane.call("DELETE", f"{_PATH}/{NAME}")
        self._server.shutdown()
        self._server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        refused = self.refused

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["request"]
                allowed = not asked["name"].startswith(refused)
                answer = {"uid": asked["uid"], "allowed": allowed, "status": {"message": WORDS}}
                body = {"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "response": answer}
                text = json.dumps(body).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            def log_message(self, *_: object) -> None:
                return

        return Handler
