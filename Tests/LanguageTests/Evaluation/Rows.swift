/// The rows of the one data set that random specs read, as a file and as values.
enum Rows {
    static let file = "rows.csv"
    static let type = "{ a: Int in [0, 3], b: Bool, c: Real }"

    private static let rows: [(a: Int, b: Bool, c: Double)] = [
        (0, true, 0.5), (3, false, -1), (1, true, 2), (2, false, 0.5),
    ]

    static var text: String {
        (["a,b,c"] + rows.map { "\($0.a),\($0.b ? 1 : 0),\($0.c)" }).joined(separator: "\n") + "\n"
    }

    static var values: [Value] {
        rows.map { row in
            .record([
                .init(name: "a", value: .number(Double(row.a))), .init(name: "b", value: .truth(row.b)),
                .init(name: "c", value: .number(row.c)),
            ])
        }
    }
}
