# badcam.py - a web server with cameras that misbehave, and one HTTP-FLV camera that behaves.
# usage: badcam.py PORT DIR: DIR has clip.flv and hls/*.ts; each path is one kind of fault.
import http.server, os, socketserver, struct, sys, time

PORT, DIR = int(sys.argv[1]), sys.argv[2]
HERE = "http://127.0.0.1:%d" % PORT
ELSEWHERE = "http://127.0.0.9:%d" % PORT


def flv_tags(data):
    """(type, milliseconds, body) of every tag."""
    at = 13
    while at + 11 <= len(data):
        kind, size, low, high = data[at], int.from_bytes(data[at + 1:at + 4], "big"), data[at + 4:at + 7], data[at + 7]
        yield kind, high << 24 | int.from_bytes(low, "big"), data[at + 11:at + 11 + size]
        at += 11 + size + 4


def flv_tag(kind, ms, body):
    head = bytes([kind]) + len(body).to_bytes(3, "big") + (ms & 0xffffff).to_bytes(3, "big") + bytes([ms >> 24 & 255, 0, 0, 0])
    return head + body + struct.pack(">I", len(head) + len(body))


def playlist(*segments):
    rows = ["#EXTM3U", "#EXT-X-VERSION:3", "#EXT-X-TARGETDURATION:2", "#EXT-X-MEDIA-SEQUENCE:0"]
    for s in segments:
        rows += ["#EXTINF:1.0,", s]
    return "\n".join(rows + ["#EXT-X-ENDLIST", ""]).encode()


def segments(prefix):
    names = [n for n in os.listdir(DIR + "/hls") if n.endswith(".ts")]
    return [prefix + n for n in sorted(names, key=lambda n: int("".join(c for c in n if c.isdigit())))]


class Camera(http.server.BaseHTTPRequestHandler):
    def log_message(self, *args):
        pass

    def give(self, body, kind="application/vnd.apple.mpegurl"):
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def go_on(self, kind):
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.end_headers()

    def flv(self):
        self.go_on("video/x-flv")
        with open(DIR + "/clip.flv", "rb") as f:
            data = f.read()
        self.wfile.write(data[:13])
        begin, offset, last = time.monotonic(), 0, 0
        while True:
            for kind, ms, body in flv_tags(data):
                header = kind != 9 or body[1] == 0
                if header and offset:
                    continue
                time.sleep(max(0, begin + (offset + ms) / 1000 - time.monotonic()))
                self.wfile.write(flv_tag(kind, offset + ms, body))
                last = max(last, ms)
            offset += last + 40

    def garbage(self):
        self.go_on("video/mp2t")
        while True:
            self.wfile.write(os.urandom(65536))

    def trickle(self):
        self.go_on("application/vnd.apple.mpegurl")
        for c in playlist(*segments("/hls/")):
            self.wfile.write(bytes([c]))
            self.wfile.flush()
            time.sleep(0.5)

    def redirect(self, to):
        self.send_response(302)
        self.send_header("Location", to)
        self.end_headers()

    def corrupt(self, name):
        with open(DIR + "/hls/" + name, "rb") as f:
            data = bytearray(f.read())
        for i in range(5000, len(data), 2000):
            data[i] ^= 0x55
        self.give(bytes(data), "video/mp2t")

    def do_GET(self):
        path = self.path.split("?")[0]
        try:
            if path == "/live.flv":
                self.flv()
            elif path == "/garbage":
                self.garbage()
            elif path == "/html":
                self.give(b"<html><body>Please log in</body></html>" * 50, "text/html")
            elif path == "/hang":
                time.sleep(60)
            elif path == "/trickle":
                self.trickle()
            elif path == "/loop":
                self.redirect(HERE + "/loop")
            elif path == "/redirect":
                self.redirect(ELSEWHERE + "/live.flv")
            elif path == "/file.m3u8":
                self.give(playlist("file:///etc/passwd", "file:///etc/passwd"))
            elif path == "/elsewhere.m3u8":
                self.give(playlist(*segments(ELSEWHERE + "/hls/")))
            elif path == "/corrupt.m3u8":
                self.give(playlist(*segments("/corrupt/")))
            elif path.startswith("/corrupt/"):
                self.corrupt(os.path.basename(path))
            else:
                self.send_error(404)
        except OSError:
            pass  # whoever looked has gone


class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
    daemon_threads = True


Server(("127.0.0.1", PORT), Camera).serve_forever()
