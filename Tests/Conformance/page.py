"""Opens pages in Chromium, headless, and looks: page.py PAGE.html ...

In a copy with a script of the test's own: every picture is decoded at its size, every drawing has an extent and keeps within its
frame, nothing is wider than the window (at 400 and 1,000 pixels), nothing was fetched. In the page as it is: a picture of the window,
light and dark, whose colours are held against the page's own style and against its first pictures.
"""

import html
import json
import pathlib
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import zlib

NAMES = ["chromium", "chromium-browser", "google-chrome"]
POLICY = "default-src 'none';"
PROBE = """<script>
window.addEventListener('load', () => {
  const all = (query) => [...document.querySelectorAll(query)];
  const wide = (e) => Math.ceil(e.getBoundingClientRect().right);
  all('details').forEach((e) => e.open = true);
  const result = {
    window: innerWidth, height: document.documentElement.scrollHeight, document: document.documentElement.scrollWidth,
    beyond: all('main *').filter((e) => !e.closest('.table, pre') && wide(e) > innerWidth).map((e) => e.outerHTML.slice(0, 80)),
    tables: all('.table, pre').filter((e) => wide(e) > innerWidth).length,
    images: all('img').map((e) => [e.complete, e.naturalWidth, e.naturalHeight, e.width, e.height, e.alt.length]),
    drawings: all('figure > svg').map((e) => {
      const box = e.getBBox(), frame = e.viewBox.baseVal;
      return [box.width, box.height, box.x, box.y, frame.width - box.x - box.width, frame.height - box.y - box.height];
    }),
    fetched: performance.getEntriesByType('resource').map((e) => e.name).filter((name) => !name.startsWith('data:')),
  };
  const shown = document.createElement('pre');
  shown.id = 'probe';
  shown.textContent = JSON.stringify(result);
  parent.document.body.append(shown);
});
</script>"""


def browse(browser, page, *options):
    with tempfile.TemporaryDirectory() as profile:
        command = [
            browser, "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars", "--no-first-run",
            "--disable-background-networking", f"--user-data-dir={profile}", *options, page.resolve().as_uri(),
        ]
        return subprocess.run(command, check=True, capture_output=True, text=True, timeout=120).stdout


def probe(browser, page, width):
    text = page.read_text()
    assert POLICY in text, "the page does not keep the browser from loading things"
    text = text.replace(POLICY, POLICY + " script-src 'unsafe-inline';", 1).replace("</head>", PROBE + "</head>", 1)
    with tempfile.TemporaryDirectory() as folder:
        # In a frame of that width: a window of its own cannot be made as narrow as a telephone.
        outer = pathlib.Path(folder, "outer.html")
        inner = html.escape(text, quote=True)
        outer.write_text(f'<!DOCTYPE html><body><iframe width="{width}" height="2000" frameborder="0" srcdoc="{inner}"></iframe></body>')
        dom = browse(browser, outer, "--window-size=1200,2000", "--virtual-time-budget=5000", "--dump-dom")
    found = re.search(r'<pre id="probe">(.*?)</pre>', dom, re.S)
    assert found, "the page was not loaded"
    return json.loads(html.unescape(found.group(1)))


def decode(data):
    """A PNG of 8 bits a channel as rows of pixels."""
    place, packed = 8, b""
    while place < len(data):
        size, kind = struct.unpack(">I4s", data[place : place + 8])
        body = data[place + 8 : place + 8 + size]
        if kind == b"IHDR":
            width, height, depth, colour, _, _, interlaced = struct.unpack(">IIBBBBB", body)
        if kind == b"IDAT":
            packed += body
        place += 12 + size
    assert depth == 8 and interlaced == 0
    channels = {0: 1, 2: 3, 6: 4}[colour]
    rows, raw, above = [], zlib.decompress(packed), bytes(width * channels)
    for row in range(height):
        start = row * (width * channels + 1)
        kind, line = raw[start], bytearray(raw[start + 1 : start + 1 + width * channels])
        for i in range(len(line)):
            left = line[i - channels] if i >= channels else 0
            up, corner = above[i], above[i - channels] if i >= channels else 0
            if kind == 1:
                line[i] = line[i] + left & 255
            elif kind == 2:
                line[i] = line[i] + up & 255
            elif kind == 3:
                line[i] = line[i] + (left + up) // 2 & 255
            elif kind == 4:
                guess = left + up - corner
                line[i] = line[i] + min((left, up, corner), key=lambda v: abs(guess - v)) & 255
        rows.append([tuple(line[i : i + channels][:3]) for i in range(0, len(line), channels)])
        above = line
    return rows


def screenshot(browser, page, width, height, scheme):
    with tempfile.TemporaryDirectory() as folder:
        picture = pathlib.Path(folder, "page.png")
        browse(
            browser, page, f"--window-size={width},{height}", f"--blink-settings=preferredColorScheme={scheme}",
            f"--screenshot={picture}",
        )
        return decode(picture.read_bytes())


def style(text, name, dark):
    values = re.findall(rf"--{name}: (#[0-9a-f]{{6}})", text)
    return tuple(bytes.fromhex(values[1 if dark else 0][1:]))


def look(browser, page):
    text = page.read_text()
    for width in (400, 1000):
        seen = probe(browser, page, width)
        assert seen["window"] == width, f"a window of {width} is {seen['window']} wide"
        assert seen["document"] <= width and not seen["beyond"] and not seen["tables"], f"wider than {width}: {seen}"
        assert not seen["fetched"], f"fetched {seen['fetched']}"
        assert len(seen["images"]) == text.count("<img ") and len(seen["drawings"]) == text.count('role="img"')
        for complete, natural, tall, shown, high, words in seen["images"]:
            assert complete and natural > 0 and tall > 0 and words > 0, f"a picture was not decoded: {seen['images']}"
            assert high > 0 and min(natural, width * 0.7) <= shown <= width, f"a picture of {natural} is {shown} wide"
        for wide, high, *margins in seen["drawings"]:
            assert wide > 0 and high > 0 and min(margins) >= -2, f"a drawing leaves its frame: {seen['drawings']}"
    for scheme, dark in ((1, False), (0, True)):
        rows = screenshot(browser, page, 1000, min(seen["height"], 16000), scheme)
        counts = {}
        for row in rows:
            for pixel in row:
                counts[pixel] = counts.get(pixel, 0) + 1
        paper = style(text, "paper", dark)
        assert max(counts, key=counts.get) == paper == rows[0][0], f"the paper is not {paper}"
        assert len(counts) > 20, "there is nothing on the page"
        for number in sorted(set(re.findall(r'<g class="(c[1-8]) (?:solid|block)">', text))):
            assert counts.get(style(text, number, dark), 0) > 20, f"nothing is drawn in {number}"
        # A picture of one colour each for its four pixels is enlarged without a blur.
        if "four colours" in text:
            for colour in ((255, 0, 255), (0, 255, 0), (0, 0, 255), (255, 255, 0)):
                assert 5000 <= counts.get(colour, 0) <= 5400, f"{counts.get(colour)} pixels of {colour}"
    print(f"{page}: {len(seen['images'])} pictures, {len(seen['drawings'])} drawings")


def main():
    browser = next(filter(None, map(shutil.which, NAMES)), None)
    if browser is None:
        sys.exit(f"no browser: one of {', '.join(NAMES)} is needed (on Debian: apt-get install chromium)")
    for page in sys.argv[1:]:
        look(browser, pathlib.Path(page))


if __name__ == "__main__":
    main()
