import Loading

extension LoadedQuery.Networks {
    /// From what an option says each time: NAME=FILE, or once FILE alone.
    init(_ arguments: [String], option: String) throws {
        if arguments.count == 1, !arguments[0].namesNetwork {
            self = .only(arguments[0])
        } else {
            self = .named(try Assignment.dictionary(arguments.map { try Assignment.parse($0) }, option: option))
        }
    }
}

extension String {
    /// Whether this is `NAME=FILE` rather than a file alone.
    fileprivate var namesNetwork: Bool {
        guard let mark = firstIndex(of: "=") else { return false }
        return self[..<mark].allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
    }
}
