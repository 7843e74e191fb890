#!/usr/bin/python3
"""A door that a service manager opened: huimin-camera answers at it, ends by itself when nobody looks, and is there again
for the next one. usage: handed.py HUIMIN_CAMERA SOCKET"""
import json
import os
import socket
import sys
import time

program, path = sys.argv[1:]
door = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
door.bind(path)
door.listen(4)


def serve():
    pid = os.fork()
    if pid == 0:
        os.dup2(door.fileno(), 3)
        os.set_inheritable(3, True)
        os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS="1")
        os.execv(program, [program, "--rest-s", "1"])
    return pid


def look():
    s = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    s.settimeout(10)
    s.connect(path)
    s.send(json.dumps({"urls": ["http://127.0.0.1:9/x"], "hosts": ["127.0.0.1:9"], "keyframes": False}).encode())
    return s, s.recv(256)


for turn in (1, 2):
    pid = serve()
    s, hello = look()
    time.sleep(1.6)  # longer than the rest: somebody looks, so it stays
    assert os.waitpid(pid, os.WNOHANG) == (0, 0), "it went while somebody looked"
    s.close()
    end = time.monotonic() + 10
    while (done := os.waitpid(pid, os.WNOHANG)) == (0, 0) and time.monotonic() < end:
        time.sleep(0.05)
    assert done == (pid, 0), f"it did not end well by itself: {done}"
    assert hello and os.path.exists(path), "no greeting, or the door is gone"
print("handed")
