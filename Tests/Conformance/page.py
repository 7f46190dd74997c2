"""Opens pages in Chromium, headless, and looks: page.py PAGE.html ...

In a copy with a script of the test's own, 400 pixels wide and light, and 1,000 wide and dark: every picture is decoded at its size,
every drawing has an extent, something in it, and keeps within its frame, nothing is wider than the window, no block and no label of a
drawing lies on another, nothing was fetched, nothing went wrong. Besides, for who does not see it as most do: text stands out from what
is behind it (4.5 to 1; 3 to 1 where it is large), every picture has words, headings go down by one, the language is said, heads of
tables have their scope, links have words and lead somewhere. In the page as it is: a picture of the window, light and dark, whose
colours are held against the page's own style and against its first pictures; that is most of the time, and --without-colours leaves it
out. With --pictures FOLDER the pictures are kept.
"""

import argparse
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
# As Blink's settings number colour schemes.
DARK, LIGHT = 0, 1
PROBE = r"""<script>
const wrong = [];
for (const kind of ['error', 'warn']) console[kind] = (...words) => wrong.push(kind + ': ' + words.join(' '));
addEventListener('error', (e) => wrong.push('error: ' + (e.message || e.target.outerHTML.slice(0, 80))), true);
addEventListener('securitypolicyviolation', (e) => wrong.push('refused: ' + e.violatedDirective + ' ' + e.blockedURI));
addEventListener('load', () => {
  const all = (query) => [...document.querySelectorAll(query)];
  const box = (e) => e.getBoundingClientRect();
  const wide = (e) => Math.ceil(box(e).right);
  const told = (e) => e.outerHTML.slice(0, 80);
  all('details').forEach((e) => e.open = true);

  // How much two boxes share: the lesser of width and height.
  const shared = (a, b) => Math.min(
    Math.min(a.right, b.right) - Math.max(a.left, b.left), Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top));
  const pairs = (boxes, most) => boxes.flatMap(
    ([e, a], i) => boxes.slice(i + 1).filter(([, b]) => shared(a, b) > most).map(([f]) => told(e) + ' | ' + told(f)));
  const isBlock = (e) => !getComputedStyle(e).display.startsWith('inline') && getComputedStyle(e).position === 'static' && box(e).height > 0;
  const overlaps = all('body, body *').filter((e) => !e.closest('svg, table')).flatMap(
    (e) => pairs([...e.children].filter(isBlock).map((e) => [e, box(e)]), 1));
  const labels = all('figure > svg').flatMap((e) => pairs([...e.querySelectorAll('text')].map((e) => [e, box(e)]), 2));

  const colour = (text) => {
    const numbers = text.match(/[\d.e-]+/g).map(Number), scale = text.startsWith('color(') ? 255 : 1;
    return [numbers[0] * scale, numbers[1] * scale, numbers[2] * scale, numbers.length > 3 ? numbers[3] : 1];
  };
  const over = (top, below) => [0, 1, 2].map((i) => top[i] * top[3] + below[i] * (1 - top[3])).concat(1);
  const ground = (e) => {
    const own = colour(getComputedStyle(e).backgroundColor);
    return own[3] === 1 ? own : over(own, e.parentElement ? ground(e.parentElement) : [255, 255, 255, 1]);
  };
  const light = (c) => [0.2126, 0.7152, 0.0722].reduce((sum, weight, i) => {
    const v = c[i] / 255;
    return sum + weight * (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
  }, 0);
  const faint = [];
  const words = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (words.nextNode()) {
    const e = words.currentNode.parentElement;
    if (!words.currentNode.data.trim() || e.closest('script, style, title') || !box(e).height) continue;
    const style = getComputedStyle(e), behind = ground(e);
    const front = over(colour(e.closest('svg') ? style.fill : style.color), behind);
    const [a, b] = [light(front), light(behind)].sort((a, b) => b - a);
    const size = parseFloat(style.fontSize), isLarge = size >= 24 || size >= 18.66 && style.fontWeight >= 700;
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < (isLarge ? 3 : 4.5)) faint.push(ratio.toFixed(2) + ' ' + told(e));
  }

  const levels = all('h1, h2, h3, h4, h5, h6').map((e) => +e.tagName[1]);
  const ids = all('[id]').map((e) => e.id);
  const mute = [
    ...all('img').filter((e) => !e.alt.trim()), ...all('svg').filter((e) => !e.ariaHidden && !(e.ariaLabel || '').trim()),
    ...all('a').filter((e) => !e.textContent.trim() || !ids.includes(e.getAttribute('href').slice(1))),
    ...all('th').filter((e) => !['col', 'row'].includes(e.scope)), ...all('table').filter((e) => !e.querySelector('th')),
    ...all('th').filter((e) => !e.textContent.trim()), ...all('figure').filter((e) => !e.querySelector('figcaption')),
    ...all('html').filter((e) => !e.lang),
  ].map(told).concat(ids.filter((id, i) => ids.indexOf(id) !== i))
    .concat(levels.filter((level, i) => level > (i ? levels[i - 1] : 0) + 1).map((level) => 'a heading of level ' + level))
    .concat(levels.filter((level) => level === 1).length === 1 ? [] : ['not one first heading']);

  const result = {
    window: innerWidth, height: document.documentElement.scrollHeight, document: document.documentElement.scrollWidth,
    beyond: all('main *').filter((e) => !e.closest('.table, pre') && wide(e) > innerWidth).map(told),
    tables: all('.table, pre').filter((e) => wide(e) > innerWidth).length,
    images: all('img').map((e) => [e.complete, e.naturalWidth, e.naturalHeight, e.width, e.height, e.alt.length]),
    drawings: all('figure > svg').map((e) => {
      const box = e.getBBox(), frame = e.viewBox.baseVal;
      return [box.width, box.height, box.x, box.y, frame.width - box.x - box.width, frame.height - box.y - box.height];
    }),
    empty: all('figure > svg').filter((e) => !e.querySelector('.solid path, .dots circle, .block rect')).map(told),
    fetched: performance.getEntriesByType('resource').map((e) => e.name).filter((name) => !name.startsWith('data:')),
    overlaps, labels, faint, mute, wrong,
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


def probe(browser, page, width, scheme):
    text = page.read_text()
    assert POLICY in text, "the page does not keep the browser from loading things"
    text = text.replace(POLICY, POLICY + " script-src 'unsafe-inline';", 1).replace("</head>", PROBE + "</head>", 1)
    with tempfile.TemporaryDirectory() as folder:
        # In a frame of that width: a window of its own cannot be made as narrow as a telephone.
        outer = pathlib.Path(folder, "outer.html")
        inner = html.escape(text, quote=True)
        outer.write_text(f'<!DOCTYPE html><body><iframe width="{width}" height="2000" frameborder="0" srcdoc="{inner}"></iframe></body>')
        dom = browse(
            browser, outer, "--window-size=1200,2000", "--virtual-time-budget=5000", f"--blink-settings=preferredColorScheme={scheme}",
            "--dump-dom",
        )
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


def screenshot(browser, page, width, height, scheme, kept=None):
    with tempfile.TemporaryDirectory() as folder:
        picture = pathlib.Path(folder, "page.png")
        browse(
            browser, page, f"--window-size={width},{height}", f"--blink-settings=preferredColorScheme={scheme}",
            f"--screenshot={picture}",
        )
        if kept:
            shutil.copy(picture, kept)
        return picture.read_bytes()


def style(text, name, dark):
    values = re.findall(rf"--{name}: (#[0-9a-f]{{6}})", text)
    return tuple(bytes.fromhex(values[1 if dark else 0][1:]))


def hold_colours(text, rows, dark):
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


def look(browser, page, options):
    text = page.read_text()
    for width, scheme in ((400, LIGHT), (1000, DARK)):
        seen = probe(browser, page, width, scheme)
        assert seen["window"] == width, f"a window of {width} is {seen['window']} wide"
        assert seen["document"] <= width and not seen["beyond"] and not seen["tables"], f"wider than {width}: {seen}"
        for fault in ("fetched", "wrong", "empty", "overlaps", "labels", "faint", "mute"):
            assert not seen[fault], f"{fault}, {width} wide: {seen[fault][:8]}"
        assert len(seen["images"]) == text.count("<img ") and len(seen["drawings"]) == text.count('role="img"')
        for complete, natural, tall, shown, high, words in seen["images"]:
            assert complete and natural > 0 and tall > 0 and words > 0, f"a picture was not decoded: {seen['images']}"
            assert high > 0 and min(natural, width * 0.7) <= shown <= width, f"a picture of {natural} is {shown} wide"
        for wide, high, *margins in seen["drawings"]:
            assert wide > 0 and high > 0 and min(margins) >= -2, f"a drawing leaves its frame: {seen['drawings']}"
    for scheme, dark in ((LIGHT, False), (DARK, True)):
        kept = options.pictures and options.pictures / f"{page.stem}-{'dark' if dark else 'light'}.png"
        if kept or not options.without_colours:
            picture = screenshot(browser, page, 1000, min(seen["height"], 16000), scheme, kept)
        if not options.without_colours:
            hold_colours(text, decode(picture), dark)
    print(f"{page}: {len(seen['images'])} pictures, {len(seen['drawings'])} drawings")


def main():
    browser = next(filter(None, map(shutil.which, NAMES)), None)
    if browser is None:
        sys.exit(f"no browser: one of {', '.join(NAMES)} is needed (on Debian: apt-get install chromium)")
    parser = argparse.ArgumentParser()
    parser.add_argument("pages", nargs="+", type=pathlib.Path, metavar="PAGE.html")
    parser.add_argument("--pictures", type=pathlib.Path, metavar="FOLDER")
    parser.add_argument("--without-colours", action="store_true")
    options = parser.parse_args()
    if options.pictures:
        options.pictures.mkdir(parents=True, exist_ok=True)
    for page in options.pages:
        try:
            look(browser, page, options)
        except AssertionError as fault:
            sys.exit(f"{page}: {fault}")


if __name__ == "__main__":
    main()
