import Testing

@testable import BlackBoxes

@Suite struct CommandWordsTests {
    @Test(arguments: [
        ("python3 serve.py", ["python3", "serve.py"]),
        ("  a\tb  ", ["a", "b"]),
        (#"sh -c 'cat $HOME | wc'"#, ["sh", "-c", "cat $HOME | wc"]),
        (#"a "b c"d 'e "f"' g\ h \" "#, ["a", "b cd", #"e "f""#, "g h", "\""]),
        (#"a '' "" "#, ["a", "", ""]),
        (#"a 'b\n' "c\"d""#, ["a", #"b\n"#, #"c"d"#]),
    ])
    func splits(text: String, words: [String]) throws {
        #expect(try CommandWords(text).words == words)
    }

    @Test(arguments: ["", "   ", "a 'b", "a \"b", "a \\", "''", "a \0 b"])
    func refuses(text: String) {
        #expect(throws: BoxError.self) { try CommandWords(text) }
    }
}
