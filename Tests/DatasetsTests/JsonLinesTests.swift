import Tensors
import Testing

@testable import Datasets

@Suite struct JsonLinesTests {
    private func read(_ text: String) throws -> Dataset { try Dataset(reading: Array(text.utf8), as: .jsonl) }

    @Test func keysAreColumns() throws {
        let data = try read(
            """
            {"age": 30, "income": 1.5, "job": "clerk", "kind": true, "x": [1, 2.5]}

            {"job": "n\\u00fcrse\\ud83d\\ude00", "age": -2, "income": null, "kind": false, "x": [3, 4]}
            """)
        #expect(data.columns.map(\.name) == ["age", "income", "job", "kind", "x"])
        #expect(data["age"]?.integers == [30, -2])
        let income = try #require(data.column("income"))
        #expect(income.missing == 1 && income.tensor.doubles[0] == 1.5 && income.tensor.doubles[1].isNaN)
        #expect(data.column("job")?.texts == ["clerk", "nürse😀"])
        #expect(try data["kind"] == Tensor([2], [true, false]))
        #expect(try data["x"] == Tensor([2, 2], [1, 2.5, 3, 4]))
    }

    @Test func keysThatALineDoesNotHaveAreMissing() throws {
        let data = try read("{\"a\": 1}\n{\"b\": \"x\"}\n")
        #expect(data.column("a")?.missing == 1)
        #expect(data.column("b")?.texts == ["", "x"])
    }

    @Test func numbersKeepTheirBits() throws {
        let data = try read("{\"a\": 0.1}\n{\"a\": 1e-320}\n{\"a\": 9007199254740993}\n")
        #expect(data["a"]?.doubles == [0.1, 1e-320, 9_007_199_254_740_992])
    }

    @Test(arguments: [
        ("", "the file is empty"), ("[1]\n", "line 1: no JSON object"),
        ("{\"a\": 1}\n{\"a\": }\n", "line 2: expected a value at byte 6 of the JSON value"),
        ("{\"a\": 1, \"a\": 2}\n", "line 1: two values for the key `a`"),
        ("{\"a\": [1, 2]}\n{\"a\": [1]}\n", "line 2, `a`: an array of shape [1], not [2]"),
        ("{\"a\": [1, 2]}\n{\"a\": 1}\n", "line 2, `a`: no array, where other lines have one"),
        ("{\"a\": [[1], [1, 2]]}\n", "line 1, `a`: the parts of the array differ in shape"),
        ("{\"a\": {}}\n", "line 1, `a`: neither a number, a text, `true`, `false`, `null` nor an array"),
        ("{\"a\": 1} x\n", "line 1: there is more behind the JSON value"),
    ])
    func whatIsWrongIsSaid(_ text: String, _ expected: String) {
        let error = #expect(throws: DatasetError.self) { try read(text) }
        #expect(error?.description == expected)
    }

    @Test func nestingIsBounded() {
        let text = "{\"a\": " + String(repeating: "[", count: 100_000)
        let error = #expect(throws: DatasetError.self) { try read(text) }
        #expect(error?.description == "line 1: JSON nested deeper than 64")
    }
}
