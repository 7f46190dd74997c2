import Tensors

extension Dataset {
    /// The lines of a text as a column of texts, without what ends them: `\n`, or `\r\n`. Throws where it is no UTF-8.
    package init(linesOf bytes: some Sequence<UInt8>, named name: String) throws(DatasetError) {
        let bytes = Array(bytes)
        guard let text = String(validating: bytes, as: UTF8.self) else { throw DatasetError("it is no text in UTF-8") }
        var lines = text.utf8.split(separator: 10, omittingEmptySubsequences: false).map { line in
            String(Substring(line.last == 13 ? line.dropLast() : line))
        }
        if lines.last?.isEmpty ?? false { lines.removeLast() }
        do {
            let places = try Tensor(Shape([lines.count]), lines.indices.map { Int64($0) })
            try self.init([Column(name, places, texts: lines)])
        } catch let error as DatasetError { throw error } catch { throw DatasetError("\(error)") }
    }
}
