import Tensors

/// numpy's .npy format, versions 1 to 3: a header that is a Python literal, then the elements.
///
/// Reads booleans, whole numbers of 8 to 64 bits and floats of 16 to 64, of either byte order, in C or Fortran order.
/// Whole numbers become int64, 16-bit floats float32, both exactly. Everything else (objects, texts, complex numbers,
/// records) is refused by name. Source: numpy.lib.format.
package enum NumpyArray {
    private static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)

    package static func read(_ bytes: UnsafeRawBufferPointer) throws(DatasetError) -> Tensor {
        let (text, data) = try split(bytes)
        let header = try NumpyHeader(parsing: text)
        let shape: Shape
        do throws(ShapeError) { shape = try Shape(header.shape) } catch { throw DatasetError(error.description) }
        let kind = try NumpyElement(header.descriptor)
        let size = shape.count * kind.width
        guard data.count >= size else {
            throw DatasetError("\(data.count) bytes of data for \(header.descriptor)\(shape), which takes \(size)")
        }
        let storage = try kind.storage(UnsafeRawBufferPointer(rebasing: data.prefix(size)))
        let stored: Tensor.Storage
        switch header.order {
        case .rowMajor: stored = storage
        case .columnMajor: stored = storage.rowMajor(shape)
        }
        do throws(ShapeError) { return try Tensor(shape, stored) } catch { throw DatasetError(error.description) }
    }

    /// A version 1 file, elements little-endian in C order.
    package static func write(_ tensor: Tensor) -> [UInt8] {
        let dimensions = tensor.shape.dimensions.map(String.init).joined(separator: ", ")
        let tuple = tensor.shape.rank == 1 ? dimensions + "," : dimensions
        let descriptor = NumpyElement(tensor.element).descriptor
        var header = Array("{'descr': '\(descriptor)', 'fortran_order': False, 'shape': (\(tuple)), }".utf8)
        // The data begin at a multiple of 64 bytes.
        let padding = 63 - (magic.count + 4 + header.count) % 64
        header += [UInt8](repeating: UInt8(ascii: " "), count: padding) + [UInt8(ascii: "\n")]
        var bytes = magic + [1, 0, UInt8(header.count & 0xFF), UInt8(header.count >> 8)] + header
        bytes.reserveCapacity(bytes.count + tensor.count * 8)
        switch tensor.storage {
        case .float32(let elements): elements.withUnsafeBytes { bytes.append(contentsOf: $0) }
        case .float64(let elements): elements.withUnsafeBytes { bytes.append(contentsOf: $0) }
        case .int64(let elements): elements.withUnsafeBytes { bytes.append(contentsOf: $0) }
        case .bool(let elements): bytes += elements.map { $0 ? 1 : 0 }
        }
        return bytes
    }

    private static func split(_ bytes: UnsafeRawBufferPointer) throws(DatasetError)
        -> (header: UnsafeRawBufferPointer, data: UnsafeRawBufferPointer)
    {
        guard bytes.count >= 10, bytes.prefix(6).elementsEqual(magic) else { throw DatasetError("not a .npy file") }
        let version = bytes[6]
        guard (1...3).contains(version) else { throw DatasetError("version \(version) of .npy is unknown") }
        let start = version == 1 ? 10 : 12
        guard bytes.count >= start else { throw DatasetError("cut off inside the header") }
        let length =
            version == 1
            ? Int(UInt16(littleEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt16.self)))
            : Int(UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt32.self)))
        guard length <= bytes.count - start, length <= 1 << 16 else {
            throw DatasetError("a header of \(length) bytes does not fit a file of \(bytes.count)")
        }
        return (
            UnsafeRawBufferPointer(rebasing: bytes[start..<start + length]),
            UnsafeRawBufferPointer(rebasing: bytes[(start + length)...])
        )
    }
}

extension Tensor.Storage {
    /// From the order in which the first axis varies fastest to the one in which the last does.
    fileprivate func rowMajor(_ shape: Shape) -> Tensor.Storage {
        switch self {
        case .float32(let elements): .float32(Self.rowMajor(elements, shape))
        case .float64(let elements): .float64(Self.rowMajor(elements, shape))
        case .int64(let elements): .int64(Self.rowMajor(elements, shape))
        case .bool(let elements): .bool(Self.rowMajor(elements, shape))
        }
    }

    private static func rowMajor<Element>(_ elements: [Element], _ shape: Shape) -> [Element] {
        guard shape.rank > 1 else { return elements }
        var strides: [Int] = []
        var step = 1
        for dimension in shape.dimensions {
            strides.append(step)
            step *= dimension
        }
        var position = [Int](repeating: 0, count: shape.rank)
        var place = 0
        return elements.indices.map { _ in
            let element = elements[place]
            for axis in shape.dimensions.indices.reversed() {
                position[axis] += 1
                place += strides[axis]
                if position[axis] < shape[axis] { break }
                place -= position[axis] * strides[axis]
                position[axis] = 0
            }
            return element
        }
    }
}
