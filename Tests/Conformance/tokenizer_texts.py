"""Odd texts, the same for a seed: words of several scripts, digits, blanks of all kinds, signs, code, and letters drawn from all of
Unicode that Python's own tables know, marks and unassigned neighbours left out only where a rival's tables are older."""
import random
import unicodedata

WORDS = ("the of and question Where is Paris? don't I'll WE'RE it's 3.14159 1,000,000 2024-01-02 foo_bar fooBar x=y+z; "
         "naïve café Straße Ελλάδα Москва 東京 北京市 한국어 שלום مرحبا हिन्दी ภาษาไทย 𝒳𝓎 👩‍👩‍👧 🇫🇷 e\u0301 ﬁ ½ ² Ⅷ").split(" ")
BLANKS = [" ", "  ", "\n", "\n\n", "\t", "\r\n", "\u00a0", "\u3000", "\u2028", " \n ", "\u200b", "\u0085"]
SIGNS = list("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~§¿…—“”") + ["...", "--", "==", "->", "''"]


def letter(source):
    while True:
        code = source.choice([source.randrange(0x80), source.randrange(0x3000), source.randrange(0x11000), source.randrange(0x20000)])
        if 0xD800 <= code < 0xE000 or code == 0:
            continue
        if unicodedata.category(chr(code)) not in ("Cn", "Co"):
            return chr(code)


def texts(count, seed=1):
    source = random.Random(seed)
    for _ in range(count):
        pieces = []
        for _ in range(source.randrange(1, 12)):
            kind = source.randrange(10)
            if kind < 4:
                pieces.append(source.choice(WORDS))
            elif kind < 6:
                pieces.append(source.choice(BLANKS) * source.randrange(1, 3))
            elif kind < 7:
                pieces.append(source.choice(SIGNS))
            elif kind < 8:
                pieces.append(str(source.randrange(10 ** source.randrange(1, 9))))
            elif kind < 9:
                pieces.append("".join(letter(source) for _ in range(source.randrange(1, 5))))
            else:
                pieces.append("".join(source.choice("abcdefghijklmnopqrstuvwxyzABC") for _ in range(source.randrange(1, 15))))
            if source.randrange(2):
                pieces.append(" ")
        yield "".join(pieces)
