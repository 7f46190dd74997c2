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

    @Test(arguments: [
        ("", "the file is empty"), ("a,b\n1\n", "line 2: 1 fields, not 2"),
        ("a,b\n1,2\n3,x\n", "line 3, `b`: `x` is not a number"), ("a,a\n1,2\n", "two columns are named `a`"),
        ("a\n\"1\n", "line 2: a quote is not closed"), ("a\n\"1\"2\n", "line 2: there is text behind a closing quote"),
    ])
    func whatIsWrongIsSaid(_ text: String, _ expected: String) {
        let error = #expect(throws: DatasetError.self) { try read(text) }
        #expect(error?.description == expected)
    }
}
