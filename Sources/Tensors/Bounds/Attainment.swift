import Kernels

/// Where a bound is attained: the values of the relaxed graph, each node on the line that `propagate` chose.
extension BoundWorkspace {
    /// Computes the values, per row, from the corner of the region that attains the bound. Not rounded outward: they
    /// direct the search for better bounds, and prove nothing.
    package func evaluate(to target: Int, rows: Int, _ use: Rows, relaxation: Relaxation?) {
        guard let cone = plan.cones[target] else { return }
        if values.isEmpty {
            values = plan.nodes.map {
                slab.take($0.isConstant ? 8 : $0.count * BoundWorkspace.rows * $0.storage.stride)
            }
        }
        for index in cone.nodes.reversed() {
            switch plan.nodes[index].storage {
            case .float32: evaluate(index, rows, use, relaxation, as: Float.self)
            case .float64: evaluate(index, rows, use, relaxation, as: Double.self)
            }
        }
    }

    /// The corner of a row's region that attains its bound, after `propagate`: one number per coordinate.
    package func corner(_ row: Int, rows: Int, _ use: Rows) -> [Double] {
        var corner = [Double](repeating: 0, count: plan.dimension)
        let region = if case .ofRegion(let one) = use { one } else { row }
        for (index, node) in plan.nodes.enumerated() {
            guard case .input(let first) = node.kind else { continue }
            for element in 0..<node.count {
                let isPositive = coefficient(index, element * rows + row) >= 0
                let bounds = isPositive ? memory[index].lower : memory[index].upper
                corner[first + element] = bounds[element * regions + region]
            }
        }
        return corner
    }

    /// The linear function of the coordinates that a row's bound is the least value of, after `propagate`: but for rounding.
    package func form(_ row: Int, rows: Int, _ use: Rows) -> (slopes: [Double], constant: Double) {
        var slopes = [Double](repeating: 0, count: plan.dimension)
        var constant = bound(row, use)
        let region = if case .ofRegion(let one) = use { one } else { row }
        for (index, node) in plan.nodes.enumerated() {
            guard case .input(let first) = node.kind else { continue }
            for element in 0..<node.count {
                let slope = coefficient(index, element * rows + row)
                let place = element * regions + region
                slopes[first + element] = slope
                constant -= slope * (slope >= 0 ? memory[index].lower[place] : memory[index].upper[place])
            }
        }
        return (slopes, constant)
    }

    /// How much a region's bound changes with a coordinate, after `propagate` in each region.
    package func influence(_ coordinate: Int, _ lane: Int) -> Double {
        for (index, node) in plan.nodes.enumerated() {
            guard case .input(let first) = node.kind, (first..<first + node.count).contains(coordinate) else {
                continue
            }
            return coefficient(index, (coordinate - first) * regions + lane).magnitude
        }
        return 0
    }

    /// How much of each row's bound is owed to rounding: of the model, and of finding the bound. After `propagate` in each
    /// region.
    package func addSlacks(of target: Int, to total: UnsafeMutablePointer<Double>) {
        guard let cone = plan.cones[target] else { return }
        for index in cone.nodes {
            guard case .linear(let linear) = plan.nodes[index].kind else { continue }
            switch plan.nodes[index].storage {
            case .float32:
                addSlacks(index, linear, to: total, as: Float.self)
            case .float64: addSlacks(index, linear, to: total, as: Double.self)
            }
        }
    }

    private func addSlacks<Number: Coefficient>(
        _ index: Int, _ linear: BoundPlan.LinearNode, to total: UnsafeMutablePointer<Double>, as: Number.Type
    ) {
        guard let offsets = memory[index].offsets else { return }
        let offset = offsets.lower.assumingMemoryBound(to: Number.self)
        let coefficients = memory[index].coefficients.assumingMemoryBound(to: Number.self)
        for element in linear.constant.indices {
            let (constant, row) = (linear.constant[element], element * regions)
            for lane in 0..<regions {
                total[lane] += Double(coefficients[row + lane]).magnitude * (constant - Double(offset[row + lane]))
            }
        }
    }

    /// The lower end of a scalar's interval; -infinity where nothing is known, as one infinite end says.
    package func lower(_ target: Int, _ lane: Int) -> Double {
        let (lower, upper) = (memory[target].lower[lane], memory[target].upper[lane])
        return lower.isFinite && upper.isFinite ? lower : -.infinity
    }

    /// A coefficient of an input, after `propagate`.
    func coefficient(_ node: Int, _ place: Int) -> Double {
        switch plan.nodes[node].storage {
        case .float32: Double(memory[node].coefficients.assumingMemoryBound(to: Float.self)[place])
        case .float64: memory[node].coefficients.assumingMemoryBound(to: Double.self)[place]
        }
    }

    private func evaluate<Number: Coefficient>(
        _ index: Int, _ rows: Int, _ use: Rows, _ relaxation: Relaxation?, as: Number.Type
    ) {
        func numbers(_ raw: UnsafeMutableRawPointer) -> UnsafeMutablePointer<Number> {
            raw.assumingMemoryBound(to: Number.self)
        }
        let (node, own) = (plan.nodes[index], memory[index])
        let (result, coefficients) = (numbers(values[index]), numbers(own.coefficients))
        switch node.kind {
        case .unneeded, .constant: return
        case .alias:
            values[index].copyMemory(from: values[node.inputs[0]], byteCount: node.count * rows * node.storage.stride)
        case .linear(let linear):
            run(linear.step, node, gradients: node.inputs.map { _ in nil }) { frame in
                linear.step.forward(frame)
            } coefficients: {
                values[index]
            } values: {
                values[$0]
            } rows: {
                rows
            }
        case .curve:
            guard let slopes = own.slopes, let offsets = own.offsets else { return }
            let lines: Band<Number> = relaxation?.slopes(index, band(slopes, use), rows: rows) ?? band(slopes, use)
            Number.linesForward(
                node.count, rows, coefficients, lines, band(offsets, use), numbers(values[node.inputs[0]]), result)
        case .input, .enclosed, .product, .quotient:
            guard let offsets = own.offsets else { return }
            choose(node, rows, coefficients, band(offsets, use), result)
            guard let first = own.slopes, let second = own.secondSlopes else { return }
            for (slopes, input) in zip([first, second], node.inputs) {
                let factor = numbers(values[input])
                let lines: Band<Number> = band(slopes, use)
                for element in 0..<node.count {
                    for row in 0..<rows {
                        let place = element * rows + row
                        let slope =
                            coefficients[place] >= 0
                            ? lines.lower[element * lines.lowerRow + row * lines.lowerStep]
                            : lines.upper[element * lines.upperRow + row * lines.upperStep]
                        result[place] += slope * factor[place]
                    }
                }
            }
        }
    }

    private func choose<Number: Coefficient>(
        _ node: BoundPlan.Node, _ rows: Int, _ coefficients: UnsafePointer<Number>, _ band: Band<Number>,
        _ result: UnsafeMutablePointer<Number>
    ) {
        for element in 0..<node.count {
            for row in 0..<rows {
                let place = element * rows + row
                result[place] =
                    coefficients[place] >= 0
                    ? band.lower[element * band.lowerRow + row * band.lowerStep]
                    : band.upper[element * band.upperRow + row * band.upperStep]
            }
        }
    }
}
