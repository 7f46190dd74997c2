import Kernels

/// The backward pass: linear lower bounds, from a target to the inputs (CROWN; Zhang et al., "Efficient Neural Network
/// Robustness Certification with General Activation Functions", 2018, theorem 3.2).
///
/// Each row bounds Σ c[e]·v[e] of the target's elements from below. Going backward, a linear node replaces its
/// coefficients by those of its inputs, and any other takes for each element the line below where its coefficient is
/// positive, above where it is negative. At each node the constant part joins the row's sum.
extension BoundWorkspace {
    /// Which region a row speaks of.
    package enum Rows: Sendable, Hashable {
        /// Row i of region i; there are as many rows as regions.
        case ofEachRegion
        /// All rows of one region.
        case ofRegion(Int)
    }

    /// Sets the coefficients of a target: one element each row, with a sign.
    package func seed(_ target: Int, rows: Int, element: (Int) -> Int, sign: (Int) -> Double) {
        let node = plan.nodes[target]
        let raw = memory[target].coefficients
        raw.initializeMemory(as: UInt8.self, repeating: 0, count: node.count * rows * node.storage.stride)
        for row in 0..<rows {
            let place = element(row) * rows + row
            switch node.storage {
            case .float32: raw.assumingMemoryBound(to: Float.self)[place] = Float(sign(row))
            case .float64: raw.assumingMemoryBound(to: Double.self)[place] = sign(row)
            }
        }
    }

    /// Sets the coefficients of a target for both bounds of some elements: row 2i from below, row 2i + 1 from above. Returns
    /// the number of rows.
    func seedBothBounds(_ target: Int, _ elements: [Int]) -> Int {
        let rows = Evaluator.lanes(for: 2 * elements.count)
        seed(
            target, rows: rows, element: { elements[min($0 / 2, elements.count - 1)] },
            sign: { $0 % 2 == 0 ? 1 : -1 })
        return rows
    }

    /// Takes the target's coefficients to the inputs. `sums` and `sizes` then give `bound(_:)`.
    package func propagate(from target: Int, rows: Int, _ use: Rows, relaxation: Relaxation? = nil) {
        guard let cone = plan.cones[target] else { return }
        sums.update(repeating: 0, count: rows)
        sizes.update(repeating: 0, count: rows)
        for index in cone.nodes where plan.nodes[index].gathers && index != target {
            clear(memory[index].coefficients, of: index, rows)
        }
        // What is left there from another target is none of this one's.
        for index in plan.inputs where !cone.contains(index) { clear(memory[index].coefficients, of: index, rows) }
        for index in cone.nodes {
            switch plan.nodes[index].storage {
            case .float32: visit(index, cone, rows, use, relaxation, as: Float.self)
            case .float64: visit(index, cone, rows, use, relaxation, as: Double.self)
            }
        }
    }

    /// A number that is not above what the row can be, in any point of its region; -infinity where nothing is known.
    package func bound(_ row: Int, _ use: Rows) -> Double {
        let region = if case .ofRegion(let one) = use { one } else { row }
        // γ of the sums in float64: fewer terms than 2^20 rows of it.
        let slack = (sizes[row] * plan.sumError + floors[region]).nextUp
        let bound = (sums[row] - slack).nextDown
        return bound.isFinite ? bound : -.infinity
    }

    private func visit<Number: Coefficient>(
        _ index: Int, _ cone: Cone, _ rows: Int, _ use: Rows, _ relaxation: Relaxation?, as: Number.Type
    ) {
        let (node, own) = (plan.nodes[index], memory[index])
        let coefficients = own.coefficients.assumingMemoryBound(to: Number.self)
        if let joined = cone.joins[index], let joins = own.joins {
            coefficients.update(repeating: 0, count: node.count * rows)
            for edge in joined {
                guard let part = edges[edge]?.assumingMemoryBound(to: Number.self) else { continue }
                Number.least(node.count, rows, part, band(joins, use), sums, sizes)
                Number.add(node.count, rows, part, coefficients)
            }
        }
        relaxation?.constrain(index, coefficients, rows: rows)
        if let offsets = own.offsets {
            Number.least(node.count, rows, coefficients, band(offsets, use), sums, sizes)
        }
        switch node.kind {
        case .unneeded, .constant, .input, .enclosed: return
        case .alias:
            destination(index, 0, cone).copyMemory(
                from: own.coefficients, byteCount: node.count * rows * node.storage.stride)
        case .linear(let linear): pull(linear.step, index, node, cone, rows)
        case .curve:
            guard let slopes = own.slopes else { return }
            let lines: Band<Number> = relaxation?.slopes(index, band(slopes, use), rows: rows) ?? band(slopes, use)
            Number.linesBackward(
                node.count, rows, coefficients, lines,
                destination(index, 0, cone).assumingMemoryBound(to: Number.self))
        case .product, .quotient:
            for (place, slopes) in [own.slopes, own.secondSlopes].enumerated() {
                guard let slopes else { return }
                Number.linesBackward(
                    node.count, rows, coefficients, band(slopes, use),
                    destination(index, place, cone).assumingMemoryBound(to: Number.self))
            }
        }
    }

    /// Where the coefficients of an input go.
    private func destination(_ consumer: Int, _ input: Int, _ cone: Cone) -> UnsafeMutableRawPointer {
        let node = plan.nodes[consumer].inputs[input]
        if cone.joins[node] != nil, let edge = edges[Cone.Edge(consumer: consumer, input: input)] { return edge }
        return memory[node].coefficients
    }

    func band<Number>(
        _ pair: (lower: UnsafeMutableRawPointer, upper: UnsafeMutableRawPointer), _ use: Rows
    ) -> Band<Number> {
        let lower = UnsafePointer(pair.lower.assumingMemoryBound(to: Number.self))
        let upper = UnsafePointer(pair.upper.assumingMemoryBound(to: Number.self))
        let (first, step) =
            switch use {
            case .ofEachRegion: (0, 1)
            case .ofRegion(let one): (one, 0)
            }
        return Band(
            lower: lower + first, upper: upper + first, lowerRow: regions, lowerStep: step, upperRow: regions,
            upperStep: step)
    }

    private func clear(_ coefficients: UnsafeMutableRawPointer, of node: Int, _ rows: Int) {
        let bytes = plan.nodes[node].count * rows * plan.nodes[node].storage.stride
        coefficients.initializeMemory(as: UInt8.self, repeating: 0, count: bytes)
    }

    /// The coefficients of a linear node's inputs.
    private func pull(_ step: any Step, _ index: Int, _ node: BoundPlan.Node, _ cone: Cone, _ rows: Int) {
        var gradients: [UnsafeMutableRawPointer?] = []
        for (place, input) in node.inputs.enumerated() {
            guard !plan.nodes[input].isConstant else {
                gradients.append(nil)
                continue
            }
            let target = destination(index, place, cone)
            if step.gradients == .add, !plan.nodes[input].gathers { clear(target, of: input, rows) }
            gradients.append(target)
        }
        run(step, node, gradients: gradients) { frame in
            step.backward(frame)
        } coefficients: {
            memory[index].coefficients
        } values: { _ in
            memory[index].coefficients
        } rows: {
            rows
        }
    }

    /// Runs a step in the node's own format.
    func run(
        _ step: any Step, _ node: BoundPlan.Node, gradients: [UnsafeMutableRawPointer?], _ body: (Frame) -> Void,
        coefficients: () -> UnsafeMutableRawPointer, values: (Int) -> UnsafeMutableRawPointer, rows: () -> Int
    ) {
        var pointers: [UnsafeMutableRawPointer?] = node.inputs.map { input in
            if case .constant(let constant) = plan.nodes[input].kind { return constant.numbers.raw }
            // Linear steps do not read values backward; they only need a place to point at.
            return values(input)
        }
        pointers.append(coefficients())
        pointers.append(scratch)
        pointers += gradients
        pointers.append(coefficients())
        pointers.withUnsafeBufferPointer { pointers in
            guard let base = pointers.baseAddress else { return }
            body(
                Frame(
                    pointers: base, inputCount: node.inputs.count, lanes: rows(),
                    store: step.gradients == .writeOrAdd ? GS_STORE_REPLACE : GS_STORE_ADD, workspace: nil))
        }
    }
}
