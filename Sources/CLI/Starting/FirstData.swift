import Datasets
import Tensors
import Terminal

/// The columns of a data file that a first spec speaks of: the model's inputs, and labels where there are any.
struct FirstData {
    let path: String
    /// By the input's place, its column; nil where the input is always one number.
    let inputs: [Dataset.Column?]
    /// Whole numbers that are classes of the first output.
    let label: Dataset.Column?

    /// The shapes, batch included, of the inputs that leave sizes open and for which there is a column, by their names.
    static func shapes(of signature: OpenSignature, in dataset: Dataset) -> [String: [Int]] {
        var shapes: [String: [Int]] = [:]
        for port in signature.inputs {
            guard let dimensions = port.dimensions, dimensions.dropFirst().contains(where: \.isOpen) else { continue }
            let fitting = dataset.columns.filter { column in
                let sizes = column.tensor.shape.dimensions
                return sizes.count == dimensions.count
                    && zip(sizes, dimensions).dropFirst().allSatisfy { $1.isOpen || $1 == .size($0) }
            }
            let column = fitting.first { $0.name == port.name } ?? fitting.first
            if let column { shapes[port.name] = [1] + column.tensor.shape.dimensions.dropFirst() }
        }
        return shapes
    }

    /// Throws where an input has no column of its shape. `numbers` are inputs that need none, by the file's names.
    init(
        _ path: String, _ dataset: Dataset, for declaration: ModelDeclaration, numbers: [String: Double]
    ) throws(Failure) {
        self.path = path
        var free = dataset.columns
        var inputs: [Dataset.Column?] = []
        for input in declaration.inputs {
            guard numbers[input.fileName] == nil else {
                inputs.append(nil)
                continue
            }
            let fitting = free.filter { $0.tensor.shape.dimensions.dropFirst() == input.shape[...] }
            let named = fitting.first { $0.name == input.name || $0.name == input.fileName }
            guard let column = named ?? fitting.first else { throw Self.missing(input, dataset, path) }
            inputs.append(column)
            free.removeAll { $0.name == column.name }
        }
        self.inputs = inputs
        let classes = declaration.outputs.first.flatMap { $0.shape.count == 1 ? $0.shape[0] : nil } ?? 0
        label = free.first { Self.isLabel($0.tensor, classes) }
    }

    private static func isLabel(_ tensor: Tensor, _ classes: Int) -> Bool {
        guard tensor.shape.rank == 1, classes >= 2 else { return false }
        return tensor.doubles.allSatisfy { $0 >= 0 && $0 < Double(classes) && $0 == $0.rounded() }
    }

    private static func missing(
        _ input: ModelDeclaration.Port, _ dataset: Dataset, _ path: String
    ) -> Failure {
        let columns = dataset.columns.map { "`\($0.name)` \(Array($0.tensor.shape.dimensions.dropFirst()))" }
        return Failure(
            "\(path) has no column for the input `\(input.fileName)`, which is \(input.shape) a row; its columns are "
                + columns.joined(separator: ", "))
    }
}
