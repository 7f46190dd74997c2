import Kernels

/// What an ensemble of decision trees gives: x `[..., features]`, result `[..., targets]`.
///
/// Thresholds and weights are numbers of x's type, and a target's leaves are added tree after tree, each sum rounded to it: what ONNX
/// Runtime does with one thread. It has no slope.
package struct TreeEnsemble: Operator {
    package let trees: DecisionTrees
    /// The type of x.
    package let element: ElementType

    package init(_ trees: DecisionTrees, _ element: ElementType) { (self.trees, self.element) = (trees, element) }

    package var name: String { "trees" }

    package func resultType(of inputs: [TensorType]) throws(ShapeError) -> TensorType {
        guard inputs.count == 1 else { throw .inputCount(name, expected: "1", found: inputs.count) }
        let shape = inputs[0].shape
        guard element.isReal, inputs[0].element == element else {
            throw .elementType(name, expected: "\(element.rawValue)", found: inputs[0].element)
        }
        guard shape.dimensions.last == trees.features else {
            throw .unfit(name, shape, "the last axis has \(trees.features) features")
        }
        return TensorType(element, try Shape(shape.dimensions.dropLast() + [trees.targets]))
    }

    package func prepare(_ site: Site) -> any Step {
        let rows = site.inputs[0].shape.dimensions.dropLast().reduce(1, *)
        return TreeEnsembleStep(
            trees: .of(trees, site.storage), rows: rows, features: trees.features, targets: trees.targets,
            storage: site.storage)
    }
}

private struct TreeEnsembleStep: Step {
    let trees: PackedTrees
    let rows, features, targets: Int
    let storage: LaneStorage

    func forward(_ frame: Frame) {
        withUnsafePointer(to: trees.form) { form in
            for row in 0..<rows {
                let (x, y) = (row * features * frame.lanes, row * targets * frame.lanes)
                switch storage {
                case .float32: gs_trees_f32(form, frame.lanes, frame.input(0) + x, frame.output() + y)
                case .float64: gs_trees_f64(form, frame.lanes, frame.input(0) + x, frame.output() + y)
                }
            }
        }
    }
}

/// Trees in the layout that the kernel reads, shared by all evaluators that use them.
private final class PackedTrees: @unchecked Sendable {
    private struct Key: Hashable, Sendable {
        let trees: DecisionTrees.Identity
        let storage: LaneStorage
    }

    private static let shared = Sharing<Key, PackedTrees>()

    let form: gs_trees
    /// Keeps them, and with them what they are known by.
    private let trees: DecisionTrees
    /// What `form` points at.
    private let tables: [Block<Int32>]
    private let thresholds, weights: Numbers

    static func of(_ trees: DecisionTrees, _ storage: LaneStorage) -> PackedTrees {
        shared.object(Key(trees: trees.identity, storage: storage), bytes: 64 * trees.nodeCount) {
            PackedTrees(trees, storage)
        }
    }

    private init(_ trees: DecisionTrees, _ storage: LaneStorage) {
        self.trees = trees
        let tested = zip(trees.tested, trees.isMissingLow).map { feature, isMissingLow in
            max(feature, 0) | (isMissingLow ? Int32(GS_MISSING_LOW) : 0)
        }
        tables = [trees.roots, trees.firsts, trees.treeTargets, tested, trees.children, trees.places].map { Block($0) }
        switch storage {
        case .float32:
            thresholds = .float32(Block(trees.thresholds.map(\.roundedDownToFloat)))
            weights = .float32(Block(trees.weights.map { Float($0) }))
        case .float64:
            thresholds = .float64(Block(trees.thresholds))
            weights = .float64(Block(trees.weights))
        }
        form = gs_trees(
            trees: trees.count, targets: trees.targets, leaves: trees.leaves.kernelForm, roots: tables[0].pointer,
            firsts: tables[1].pointer, tree_targets: tables[2].pointer, features: tables[3].pointer,
            children: tables[4].pointer, places: tables[5].pointer, thresholds: thresholds.raw, weights: weights.raw)
    }
}

extension DecisionTrees.Leaves {
    fileprivate var kernelForm: gs_leaves {
        switch self {
        case .sum: GS_LEAVES_SUM
        case .least: GS_LEAVES_MIN
        case .greatest: GS_LEAVES_MAX
        }
    }
}

extension Double {
    /// The greatest float32 that is not above a number: it is above the same float32 numbers.
    package var roundedDownToFloat: Float {
        let nearest = Float(self)
        return Double(nearest) > self ? nearest.nextDown : nearest
    }
}
