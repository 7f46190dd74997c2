"""Tokens of odd texts, held against the package `tokenizers` and against llama.cpp.

    python3 Tests/Conformance/tokenizers_compare.py OUT [--count 100000] [--seed 1] [MODEL.gguf] [TOKENIZER.json ...]

A GGUF file's byte pairs are held against both, a tokenizer.json against `tokenizers`. Besides, small tokenizers of other kinds are
trained into OUT: unigrams, and byte pairs with byte fall-back. Needs `swift build -c release --product engine-benchmark`, tokenizers,
xllamacpp, gguf. Exits with 1 where one text's tokens differ.
"""
import argparse
import json
import os
import subprocess
import sys
import unicodedata

from tokenizer_texts import texts


def ours(path, lines):
    text = "\n".join(json.dumps(line) for line in lines) + "\n"
    run = subprocess.run([".build/release/engine-benchmark", "language", path, "1", "tokens"], input=text, capture_output=True, text=True, check=True)
    return [[int(word) for word in line.split()] for line in run.stdout.split("\n")[:len(lines)]]


def compare(name, path, lines, expected):
    found, wrong = ours(path, lines), 0
    for line, mine, other in zip(lines, found, expected):
        if mine != other:
            wrong += 1
            if wrong <= 5:
                print(f"  {line!r}\n    ours  {mine}\n    other {other}")
    print(f"{name}: {len(lines)} texts, {wrong} differ")
    return wrong


def is_late(letter):
    """Whether it is a mark, punctuation or a sign of control, now or in Unicode 3.2 and not both, or came after that with another way
    to be written."""
    now, then = unicodedata.category(letter), unicodedata.ucd_3_2_0.category(letter)
    differs = now != then and (now[0] in "MPC" or then != "Cn" and then[0] in "MPC")
    return differs or then == "Cn" and unicodedata.normalize("NFKC", letter) != letter


def of_gguf(path, out):
    """A tokenizer.json with the vocabulary and merges of a GGUF file whose words are cut as SmolLM's are."""
    from gguf import GGUFReader
    fields = GGUFReader(path).fields
    assert fields["tokenizer.ggml.pre"].contents() == "smollm"
    tokens, kinds = fields["tokenizer.ggml.tokens"].contents(), fields["tokenizer.ggml.token_type"].contents()
    document = {
        "version": "1.0", "truncation": None, "padding": None, "normalizer": None, "post_processor": None,
        "added_tokens": [{"id": i, "content": t, "single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": True}
                         for i, (t, k) in enumerate(zip(tokens, kinds)) if k in (3, 4)],
        "pre_tokenizer": {"type": "Sequence", "pretokenizers": [
            {"type": "Digits", "individual_digits": True},
            {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": True}]},
        "decoder": {"type": "ByteLevel", "add_prefix_space": True, "trim_offsets": True, "use_regex": True},
        "model": {"type": "BPE", "vocab": {t: i for i, t in enumerate(tokens)}, "merges": fields["tokenizer.ggml.merges"].contents()}}
    made = os.path.join(out, "of-gguf.json")
    json.dump(document, open(made, "w"))
    return made


def trained(out):
    """Paths of small tokenizers of other kinds."""
    import tokenizers as t
    corpus, paths = list(texts(4000, seed=99)), []
    unigram = t.Tokenizer(t.models.Unigram())
    unigram.normalizer = t.normalizers.NFKC()
    unigram.pre_tokenizer = t.pre_tokenizers.Metaspace()
    unigram.decoder = t.decoders.Metaspace()
    unigram.train_from_iterator(corpus, t.trainers.UnigramTrainer(vocab_size=9000, unk_token="<unk>", special_tokens=["<unk>", "<s>"]))
    pairs = t.Tokenizer(t.models.BPE(byte_fallback=True, unk_token="<unk>", fuse_unk=True))
    pairs.normalizer = t.normalizers.Sequence([t.normalizers.Prepend("▁"), t.normalizers.Replace(" ", "▁")])
    pairs.decoder = t.decoders.Sequence([t.decoders.Replace("▁", " "), t.decoders.ByteFallback(), t.decoders.Fuse(), t.decoders.Strip(" ", 1, 0)])
    corpus_words = [w for line in corpus for w in line.split(" ") if len(w) < 20]
    pairs.train_from_iterator(corpus_words, t.trainers.BpeTrainer(
        vocab_size=1500, limit_alphabet=120, special_tokens=["<unk>", "<s>"] + [f"<0x{i:02X}>" for i in range(256)]))
    def merged(behaviour):
        """Words cut at blanks and points, which belong to one side."""
        tokenizer = t.Tokenizer(t.models.BPE(unk_token="<unk>"))
        tokenizer.normalizer = t.normalizers.NFC()
        tokenizer.pre_tokenizer = t.pre_tokenizers.Split(t.Regex(r"[ .\n]"), behaviour)
        tokenizer.train_from_iterator(corpus, t.trainers.BpeTrainer(vocab_size=4000, special_tokens=["<unk>"]))
        return tokenizer
    for name, tokenizer in [("unigrams", unigram), ("fallback", pairs), ("previous", merged("merged_with_previous")),
                            ("next", merged("merged_with_next"))]:
        paths.append(os.path.join(out, name + ".json"))
        tokenizer.save(paths[-1])
        document = json.load(open(paths[-1]))
        if name == "unigrams":
            # Scores that every reader of decimals takes alike: sums that are equal or not for all.
            document["model"]["vocab"] = [[t, round(s * 4096) / 4096] for t, s in document["model"]["vocab"]]
        json.dump(document, open(paths[-1], "w"))
    return paths


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("out")
    parser.add_argument("files", nargs="*")
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_intermixed_args()
    os.makedirs(options.out, exist_ok=True)
    from tokenizers import Tokenizer
    lines, wrong, jsons = list(texts(options.count, options.seed)), 0, trained(options.out)
    for path in options.files:
        if path.endswith(".json"):
            jsons.append(path)
            continue
        from llamacpp import Llama
        llama = Llama(path, vocabulary_only=True)
        wrong += compare(path + " and llama.cpp", path, lines, [llama.tokenize(line) for line in lines])
        jsons.append(of_gguf(path, options.out))
    for path in jsons:
        other = Tokenizer.from_file(path)
        other.no_truncation()
        other.no_padding()
        lines = list(texts(options.count, options.seed))
        if json.load(open(path))["model"]["type"] != "BPE":
            # Its tables of categories and normal forms are old: texts with letters that have changed since are left out.
            lines = [line for line in lines if not any(is_late(letter) for letter in line)]
        wrong += compare(path + " and tokenizers", path, lines, [e.ids for e in other.encode_batch(lines, add_special_tokens=False)])
    sys.exit(1 if wrong else 0)
