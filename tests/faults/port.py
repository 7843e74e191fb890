"""A socket that takes a line and answers one of JSON: the control port, the virtual card."""
import json
import socket
import sys


class Port:
    def __init__(self, path, refused=sys.exit):
        """refused is called with a sentence when `must` is not answered with ok."""
        self.s = socket.socket(socket.AF_UNIX)
        self.s.settimeout(30)
        self.s.connect(path)
        self.f = self.s.makefile("r", encoding="utf-8")
        self.refused = refused

    def ask(self, command):
        self.s.sendall((command + "\n").encode())
        return json.loads(self.f.readline())

    def must(self, command):
        answer = self.ask(command)
        if not answer.get("ok"):
            self.refused("%s: %s" % (command, answer))
        return answer
