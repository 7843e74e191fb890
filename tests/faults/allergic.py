"""A proxy before the platform that cannot bear one item, or nothing at all: allergic.py PORT FAR MODE_FILE LOG

MODE_FILE: "well", "sick" (500 for every POST), "500 N" | "close N" (when item number N is in a POST).
LOG: a line for each POST of items: how many were in it.
"""
import http.client
import http.server
import json
import sys

port, far, mode_file, log = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3], sys.argv[4]
NOT_PASSED = ("transfer-encoding", "connection", "content-length")


class Proxy(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *args):
        pass

    def answer(self, status, headers, body):
        self.send_response(status)
        for name, value in headers:
            if name.lower() not in NOT_PASSED:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def allergic(self, body):
        """How it takes this POST: "" well, else what it does."""
        items = json.loads(body)["items"]
        with open(log, "a") as f:
            print(len(items), file=f)
        mode = open(mode_file).read().split()
        if mode[0] == "sick":
            return "500"
        bad = mode[0] in ("500", "close") and int(mode[1]) in [i["n"] for i in items]
        return mode[0] if bad else ""

    def serve(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        does = self.allergic(body) if self.path == "/v1/outbox" else ""
        if does == "close":
            self.close_connection = True
            return
        if does == "500":
            self.answer(500, [], b"oh")
            return
        c = http.client.HTTPConnection("127.0.0.1", far, timeout=10)
        c.request(self.command, self.path, body or None, dict(self.headers))
        r = c.getresponse()
        self.answer(r.status, r.getheaders(), r.read())

    do_GET = do_POST = serve


http.server.ThreadingHTTPServer(("127.0.0.1", port), Proxy).serve_forever()
