"""Pictures: what is on the panel, and small pieces of pages to be found in it (see/*.png, cut out of the tours'
pictures: our rasteriser gives the same pixels everywhere)."""
import pathlib
import struct
import zlib

SEE = pathlib.Path(__file__).resolve().parent / "see"


class Picture:
    """w, h, and RGB bytes row by row."""

    def __init__(self, w, h, data):
        self.w, self.h, self.data = w, h, data

    @classmethod
    def ppm(cls, path):
        magic, size, _, data = pathlib.Path(path).read_bytes().split(b"\n", 3)
        if magic != b"P6":
            raise ValueError(f"{path}: not a PPM")
        w, h = map(int, size.split())
        return cls(w, h, data)

    @classmethod
    def png(cls, path):
        """8 bits, RGB or RGBA, as our programs write them."""
        data, at, packed = pathlib.Path(path).read_bytes(), 8, b""
        while at < len(data):
            n, kind = struct.unpack(">I4s", data[at:at + 8])
            body = data[at + 8:at + 8 + n]
            if kind == b"IHDR":
                w, h, bits, colour = struct.unpack(">IIBB", body[:10])
                if bits != 8 or colour not in (2, 6):
                    raise ValueError(f"{path}: neither RGB nor RGBA")
                c = 3 if colour == 2 else 4
            elif kind == b"IDAT":
                packed += body
            at += 12 + n
        return cls(w, h, _unfilter(zlib.decompress(packed), w, h, c))

    def save_png(self, path):
        rows = b"".join(b"\0" + self.data[y * self.w * 3:(y + 1) * self.w * 3] for y in range(self.h))
        chunks = [(b"IHDR", struct.pack(">IIBBBBB", self.w, self.h, 8, 2, 0, 0, 0)), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b"")]
        out = b"\x89PNG\r\n\x1a\n"
        for kind, body in chunks:
            out += struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        pathlib.Path(path).write_bytes(out)

    def crop(self, x, y, w, h):
        return Picture(w, h, b"".join(self.data[((y + j) * self.w + x) * 3:((y + j) * self.w + x + w) * 3] for j in range(h)))

    def rows(self):
        return [self.data[y * self.w * 3:(y + 1) * self.w * 3] for y in range(self.h)]

    def find(self, piece):
        """Where the piece stands, pixel by pixel: its middle, or None."""
        rows, mine = piece.rows(), self.rows()
        telling = max(range(piece.h), key=lambda j: len(set(rows[j][i:i + 3] for i in range(0, len(rows[j]), 3))))
        for y in range(telling, self.h - piece.h + telling + 1):
            at = mine[y].find(rows[telling])
            while at >= 0:
                if at % 3 == 0 and all(mine[y - telling + j][at:at + piece.w * 3] == rows[j] for j in range(piece.h)):
                    return at // 3 + piece.w // 2, y - telling + piece.h // 2
                at = mine[y].find(rows[telling], at + 1)
        return None

    def turned(self):
        """By a quarter, so that what was at the left is at the top."""
        columns = [b"".join(self.data[(y * self.w + x) * 3:(y * self.w + x) * 3 + 3] for y in range(self.h - 1, -1, -1)) for x in range(self.w)]
        return Picture(self.h, self.w, b"".join(columns))

    def colours(self):
        return len({self.data[i:i + 3] for i in range(0, len(self.data), 3 * 37)})


def _unfilter(raw, w, h, c):
    stride, out, last = w * c, [], bytes(w * c)
    for y in range(h):
        kind, line = raw[y * (stride + 1)], bytearray(raw[y * (stride + 1) + 1:(y + 1) * (stride + 1)])
        if kind:
            for i in range(stride):
                a, b, d = line[i - c] if i >= c else 0, last[i], last[i - c] if i >= c else 0
                line[i] = (line[i] + (a, b, (a + b) // 2, _paeth(a, b, d))[kind - 1]) & 255
        last = line
        out.append(bytes(line) if c == 3 else b"".join(bytes(line[i:i + 3]) for i in range(0, stride, 4)))
    return b"".join(out)


def _paeth(a, b, c):
    p = a + b - c
    pa, pb, pc = abs(p - a), abs(p - b), abs(p - c)
    return a if pa <= pb and pa <= pc else b if pb <= pc else c


def piece(name):
    return Picture.png(SEE / f"{name}.png")
