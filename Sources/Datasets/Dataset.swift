import Tensors

/// Named columns read from a data file.
///
/// In a table all columns have one row dimension in front: `[rows, ...]`. An .npz file may hold anything, so whether its
/// columns form a table is for `rowCount` to say.
package struct Dataset: Sendable, Hashable {
    package struct Column: Sendable, Hashable {
        package let name: String
        package let tensor: Tensor
        /// Where the entries are texts: those that the tensor's numbers stand for, each once.
        package let texts: [String]?
        /// Of a file of text: the first row whose number is missing, NaN in the tensor.
        package let missing: Int?
        /// Where a column of texts looks like one of numbers but for some: the first row that has no number.
        package let stranger: Int?

        package init(
            _ name: String, _ tensor: Tensor, texts: [String]? = nil, missing: Int? = nil, stranger: Int? = nil
        ) {
            self.name = name
            self.tensor = tensor
            self.texts = texts
            self.missing = missing
            self.stranger = stranger
        }
    }

    /// In the order of the file; no two have the same name.
    package let columns: [Column]

    /// Throws if two columns have the same name.
    package init(_ columns: [Column]) throws(DatasetError) {
        var names = Set<String>()
        for column in columns where !names.insert(column.name).inserted {
            throw DatasetError("two columns are named `\(column.name)`")
        }
        self.columns = columns
    }

    package subscript(_ name: String) -> Tensor? { column(name)?.tensor }

    package func column(_ name: String) -> Column? { columns.first { $0.name == name } }

    /// The number of rows that all columns have; nil if they differ, if one is a scalar, or if there is no column.
    package var rowCount: Int? {
        guard let rows = columns.first?.tensor.shape.dimensions.first,
            columns.allSatisfy({ $0.tensor.shape.dimensions.first == rows })
        else { return nil }
        return rows
    }
}

extension Dataset {
    /// What a data file is written in.
    package enum Format: String, Sendable, CaseIterable {
        /// One numpy array, which becomes the one column `data`.
        case npy
        /// Numpy arrays, a column each.
        case npz
        /// Text whose fields are separated by commas, semicolons or tabs; a column of numbers or of texts each.
        case csv, tsv
        /// A JSON object on each line, a column for each key.
        case jsonl, ndjson

        /// The format that a file name tells by its ending; `.gz` behind it does not matter.
        package init?(path: String) {
            let path = path.lowercased()
            let plain = path.hasSuffix(".gz") ? String(path.dropLast(3)) : path
            guard let format = Format.allCases.first(where: { plain.hasSuffix("." + $0.rawValue) }) else { return nil }
            self = format
        }
    }

    /// Reads a data file. Memory stays below four times the input and 64 MB beside it. `separator` is that of a file of text;
    /// nil for what its first line tells.
    package init(
        reading bytes: UnsafeRawBufferPointer, as format: Format, separator: Character? = nil
    ) throws(DatasetError) {
        switch format {
        case .npy: try self.init([Column("data", try NumpyArray.read(bytes))])
        case .npz: try self.init(npz: bytes)
        case .csv: try self.init(csv: bytes, separator: separator)
        case .tsv: try self.init(csv: bytes, separator: separator ?? "\t")
        case .jsonl, .ndjson: try self.init(jsonLines: bytes)
        }
    }

    package init(
        reading bytes: [UInt8], as format: Format, separator: Character? = nil
    ) throws(DatasetError) {
        let result: Result<Dataset, DatasetError> = bytes.withUnsafeBytes { bytes in
            Result { () throws(DatasetError) in try Dataset(reading: bytes, as: format, separator: separator) }
        }
        self = try result.get()
    }
}
