import Tensors

/// Named columns read from a data file.
///
/// In a table all columns have one row dimension in front: `[rows, ...]`. An .npz file may hold anything, so whether its
/// columns form a table is for `rowCount` to say.
package struct Dataset: Sendable, Hashable {
    package struct Column: Sendable, Hashable {
        package let name: String
        package let tensor: Tensor

        package init(_ name: String, _ tensor: Tensor) {
            self.name = name
            self.tensor = tensor
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

    package subscript(_ name: String) -> Tensor? { columns.first { $0.name == name }?.tensor }

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
        /// Comma-separated text, a column of numbers each.
        case csv

        /// The format that a file name tells by its ending; `.gz` behind it does not matter.
        package init?(path: String) {
            let path = path.lowercased()
            let plain = path.hasSuffix(".gz") ? String(path.dropLast(3)) : path
            guard let format = Format.allCases.first(where: { plain.hasSuffix("." + $0.rawValue) }) else { return nil }
            self = format
        }
    }

    /// Reads a data file. Memory stays below four times the input and 64 MB beside it.
    package init(reading bytes: UnsafeRawBufferPointer, as format: Format) throws(DatasetError) {
        switch format {
        case .npy: try self.init([Column("data", try NumpyArray.read(bytes))])
        case .npz: try self.init(npz: bytes)
        case .csv: try self.init(csv: bytes)
        }
    }

    package init(reading bytes: [UInt8], as format: Format) throws(DatasetError) {
        let result: Result<Dataset, DatasetError> = bytes.withUnsafeBytes { bytes in
            Result { () throws(DatasetError) in try Dataset(reading: bytes, as: format) }
        }
        self = try result.get()
    }
}
