import Mutations
import Testing

@testable import Tokenizers

@Suite struct TokenizerTests {
    static let bytePairs = #"""
        {"added_tokens":[{"id":9,"content":"<s>","lstrip":false,"rstrip":true,"single_word":false,"normalized":false,"special":true}],
         "normalizer":{"type":"NFC"},"pre_tokenizer":{"type":"ByteLevel","add_prefix_space":false,"use_regex":true},
         "post_processor":{"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"<s>","type_id":0}},{"Sequence":{"id":"A","type_id":0}}],
         "pair":[],"special_tokens":{"<s>":{"id":"<s>","ids":[9],"tokens":["<s>"]}}},
         "decoder":{"type":"ByteLevel"},
         "model":{"type":"BPE","vocab":{"a":0,"b":1,"c":2,"Ġ":3,"ab":4,"Ġab":5,"Ã":6,"©":7,"Ã©":8},"merges":["a b","Ġ ab","Ã ©"]}}
        """#
    static let wordPieces = #"""
        {"normalizer":{"type":"BertNormalizer","clean_text":true,"handle_chinese_chars":true,"strip_accents":null,"lowercase":true},
         "pre_tokenizer":{"type":"BertPreTokenizer"},"decoder":{"type":"WordPiece","prefix":"##"},
         "model":{"type":"WordPiece","unk_token":"[UNK]","vocab":{"[UNK]":0,"un":1,"##able":2,"##aff":3,"!":4,"a":5,"##ff":6}}}
        """#
    static let unigrams = #"""
        {"pre_tokenizer":{"type":"Metaspace","replacement":"▁","prepend_scheme":"always"},"decoder":{"type":"Metaspace","replacement":"▁"},
         "model":{"type":"Unigram","unk_id":0,"vocab":[["<unk>",0],["▁",-3],["a",-2],["b",-2],["ab",-3.5],["▁ab",-4],["▁a",-6]]}}
        """#

    private func tokenizer(_ json: String) throws -> Tokenizer {
        try Array(json.utf8).withUnsafeBytes { try TokenizerFile($0).tokenizer() }
    }

    @Test func pairsMergeInTheirOrder() throws {
        let tokenizer = try tokenizer(Self.bytePairs)
        #expect(try tokenizer.encode("ab abab", .bare) == [4, 5, 4])
        #expect(try tokenizer.encode("ab <s>  abé") == [9, 4, 3, 9, 4, 8])
        #expect(tokenizer.text([9, 4, 5, 8]) == "<s>ab abé")
        #expect(tokenizer.text([6]) == nil)
    }

    @Test func namesThatUnicodeHoldsForTheSameAreDifferent() throws {
        let json = Self.bytePairs.replacing(#""c":2"#, with: "\"\u{e9}\":2,\"e\u{301}\":10")
        #expect(try tokenizer(json).model.table.count == 11)
    }

    @Test func wordsAreTheLongestPieces() throws {
        let tokenizer = try tokenizer(Self.wordPieces)
        #expect(try tokenizer.encode("Unaffable! xyz Àff") == [1, 3, 2, 4, 0, 5, 6])
        #expect(tokenizer.text([1, 3, 2, 5]) == "unaffable a")
    }

    @Test func unigramsAreTheMostProbable() throws {
        let tokenizer = try tokenizer(Self.unigrams)
        // ▁ab at -4 beats ▁ a b at -7; ab at -3.5 beats a b at -4; two unknown letters are one.
        #expect(try tokenizer.encode("ab abab") == [5, 5, 4])
        #expect(try tokenizer.encode("xyab") == [1, 0, 4])
    }

    /// Hangul: a syllable and the consonant behind it are one letter.
    @Test func normalFormsAreComposed() {
        let apart = "\u{c9f8}\u{11ae} \u{1100}\u{1161}\u{11ae} e\u{301} \u{fb01}"
        func codes(_ form: Normaliser.Form) -> [UInt32] {
            Normaliser.form(form).apply(apart).unicodeScalars.map(\.value)
        }
        #expect(codes(.nfc) == [0xc9ff, 32, 0xac07, 32, 0xe9, 32, 0xfb01])
        #expect(codes(.nfkc) == [0xc9ff, 32, 0xac07, 32, 0xe9, 32, 102, 105])
    }

    @Test func aLongWordTakesTimeInProportion() throws {
        let tokenizer = try tokenizer(Self.bytePairs)
        #expect(try tokenizer.encode(String(repeating: "ab", count: 100_000), .bare).count == 100_000)
    }

    @Test(arguments: ["Nmt", "Precompiled"])
    func stepsThatAreNotKnownAreNamed(type: String) throws {
        let json = Self.bytePairs.replacing(#"{"type":"NFC"}"#, with: #"{"type":"\#(type)"}"#)
        #expect(throws: TokenizerError("a normalizer of the type `\(type)` is not supported")) { try tokenizer(json) }
    }

    @Test func noBytesCrashTheReader() throws {
        var mutations = Mutations(seed: 21)
        let files = [Self.bytePairs, Self.wordPieces, Self.unigrams].map { Array($0.utf8) }
        for round in 0..<Mutations.count(ordinary: 6000) {
            let mutant = mutations.mutant(of: files[round % 3])
            guard let tokenizer = try? mutant.withUnsafeBytes({ try TokenizerFile($0).tokenizer() }) else { continue }
            let ids = (try? tokenizer.encode("ab <s> é unaffable!\u{4e00}")) ?? []
            _ = tokenizer.decode(ids)
        }
    }
}
