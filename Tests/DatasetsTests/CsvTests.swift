import Tensors
import Testing

@testable import Datasets

@Suite struct CsvTests {
    private func read(_ text: String) throws -> Dataset { try Dataset(reading: Array(text.utf8), as: .csv) }

    @Test func columnsAreNamedByTheHeader() throws {
        let data = try read("age, income ,sex\r\n30,1.5,true\r\n\r\n40,-2e3,false")
        #expect(data.columns.map(\.name) == ["age", "income", "sex"])
        #expect(data["age"]?.integers == [30, 40])
        #expect(data["income"]?.doubles == [1.5, -2000])
        #expect(try data["sex"] == Tensor([2], [true, false]))
        #expect(data.rowCount == 2)
    }

    @Test func columnsWithoutAHeaderAreNumbered() throws {
        let data = try read("1,2\n3,4\n")
        #expect(data.columns.map(\.name) == ["c0", "c1"])
        #expect(data["c1"]?.integers == [2, 4])
    }

    @Test func quotesAreTakenOff() throws {
        let data = try read("\"a,\"\"b\"\"\",c\n\"1\",\"2.5\"\n")
        #expect(data.columns.map(\.name) == ["a,\"b\"", "c"])
        #expect(data["c"]?.doubles == [2.5])
    }

    @Test func emptyFieldsAreNotNumbers() throws {
        let column = try #require(read("a,b\n1,2\n,3\n")["a"])
        #expect(column.element == .float64 && column.doubles[1].isNaN)
    }

    @Test func textsAreNumberedAsTheyCome() throws {
        let column = try #require(read("job,age\nclerk,1\nnurse,2\n\"clerk\",3\n,4\n").column("job"))
        #expect(column.texts == ["clerk", "nurse", ""])
        #expect(column.tensor.integers == [0, 1, 0, 2])
        #expect(column.stranger == nil)
    }

    @Test func aWordAmongNumbersIsKnownByItsRow() throws {
        let column = try #require(read("a\n1\n2\nx\n").column("a"))
        #expect(column.texts == ["1", "2", "x"] && column.stranger == 2)
    }

    @Test(arguments: ["", "NA", "n/a", "null", "NaN", "None"]) func whatIsMissingIsNotANumber(_ word: String) throws {
        let column = try #require(read("a,b\n1,2\n\(word),3\n4,4\n").column("a"))
        #expect(column.missing == 1 && column.texts == nil)
        #expect(column.tensor.doubles[1].isNaN && column.tensor.doubles[2] == 4)
    }

    @Test(arguments: [
        "a;b;c\n1,5;\"x;y\";-2,25\n3;z;4e1\n", "a\tb\tc\n1,5\tx;y\t-2,25\n3\tz\t4e1\n",
        "a,b,c\n1.5,x;y,-2.25\n3,z,4e1\n",
    ])
    func theFirstLineTellsTheSeparator(_ text: String) throws {
        let data = try read(text)
        #expect(data["a"]?.doubles == [1.5, 3] && data["c"]?.doubles == [-2.25, 40])
        #expect(data.column("b")?.texts == ["x;y", "z"])
    }

    @Test func aSeparatorThatIsSaidGoesBefore() throws {
        let data = try Dataset(reading: Array("a;b,c\n1;2,5\n".utf8), as: .csv, separator: ";")
        #expect(data.columns.map(\.name) == ["a", "b,c"] && data["b,c"]?.doubles == [2.5])
    }

    @Test func columnsOfTooManyTextsHaveNone() throws {
        let text = "id\n" + (0...TextColumn.textLimit).map { "n\($0)\n" }.joined()
        #expect(try read(text).column("id")?.texts == [])
    }

    @Test(arguments: [
        ("", "the file is empty"), ("a,b\n1\n", "line 2: 1 fields, not 2"),
        ("a,a\n1,2\n", "two columns are named `a`"),
        ("a\n\"1\n", "line 2: a quote is not closed"), ("a\n\"1\"2\n", "line 2: there is text behind a closing quote"),
    ])
    func whatIsWrongIsSaid(_ text: String, _ expected: String) {
        let error = #expect(throws: DatasetError.self) { try read(text) }
        #expect(error?.description == expected)
    }
}
