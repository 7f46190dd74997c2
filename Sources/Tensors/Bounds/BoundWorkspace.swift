import Kernels

/// The memory of one thread that bounds a graph over regions, up to 64 at once: one region a lane.
///
///     let workspace = BoundWorkspace(plan, regions: 64)
///     workspace.load(boxes)                 // lower and upper ends of every coordinate
///     workspace.bound(known: [])            // intervals and lines of every node
///     let least = workspace.least(of: 0)    // a lower bound of target 0 in each region
package final class BoundWorkspace {
    let plan: BoundPlan
    /// The number of lanes that hold regions: 1, 16, 32, 48 or 64.
    package let regions: Int
    var memory: [BoundMemory] = []
    /// Coefficients of uses of a node that has several.
    var edges: [Cone.Edge: UnsafeMutableRawPointer] = [:]
    /// Per region, what underflow of coefficients may cost: the least positive number times all magnitudes so far.
    let floors: UnsafeMutablePointer<Double>
    /// Per row that is bounded: the sum and the sum of magnitudes of its terms.
    let sums, sizes: UnsafeMutablePointer<Double>
    let scratch: UnsafeMutableRawPointer
    /// Values of the relaxed graph per row; made when first needed.
    var values: [UnsafeMutableRawPointer] = []
    /// Constants as intervals, for nodes that are enclosed.
    var splats: [Int: UnsafeMutablePointer<Double>] = [:]
    /// How each element of a pivot's bound depends on each coordinate: `[element][varying coordinate][lane]`; empty
    /// where there are many.
    var dependence: [Int: UnsafeMutablePointer<Float>] = [:]
    /// Linear bounds of what products take, where regions have few coordinates.
    var forms: [Int: FactorForms] = [:]
    /// Per coordinate and region: half the width of the region, and the greatest magnitude.
    private(set) var radii, magnitudes: UnsafeMutablePointer<Double>
    /// How many steps upward are spent on each bound of an inner value, where there is one region.
    package var ascents = 0
    /// Whether to tighten no more: what is known stays.
    package var isHalted: () -> Bool = { false }
    /// What does parts of some work on several threads, and the workspaces of those that are not the first.
    private var crew: Crew?
    private var helpers: [BoundWorkspace] = []
    var relaxationOfRows: Relaxation?
    /// The regions whose constraints nothing meets.
    package internal(set) var vacuous: Set<Int> = []
    let slab = Slab()

    package static let rows = 64

    package init(_ plan: BoundPlan, regions: Int) {
        self.plan = plan
        self.regions = regions
        floors = slab.doubles(regions)
        sums = slab.doubles(BoundWorkspace.rows)
        sizes = slab.doubles(BoundWorkspace.rows)
        radii = slab.doubles(plan.dimension * regions)
        magnitudes = slab.doubles(plan.dimension * regions)
        scratch = slab.take(BoundWorkspace.scratchBytes(plan))
        for index in plan.nodes.indices { memory.append(allocate(index)) }
        if plan.varying.count <= BoundWorkspace.fewCoordinates {
            for index in plan.nodes.indices where plan.nodes[index].feedsCurves {
                let size = plan.nodes[index].count * plan.varying.count * regions
                dependence[index] = slab.take(size * 4).bindMemory(to: Float.self, capacity: max(size, 1))
            }
        }
        makeEdges()
        for node in plan.cones.values.flatMap(\.joins.keys) where memory[node].joins == nil {
            memory[node].joins = pair(node)
        }
        if plan.dimension <= QuadraticBound.greatestDimension {
            for index in plan.nodes.indices where plan.nodes[index].feedsProducts {
                forms[index] = FactorForms(plan.nodes[index].count, plan.dimension, regions, slab)
            }
        }
        noteDirectDependence()
    }

    /// Up to so many coordinates regions are cut along coordinates by what each is worth.
    package static let fewCoordinates = 32

    private func pair(_ index: Int) -> (lower: UnsafeMutableRawPointer, upper: UnsafeMutableRawPointer) {
        let bytes = plan.nodes[index].count * regions * plan.nodes[index].storage.stride
        return (slab.take(bytes), slab.take(bytes))
    }

    private func allocate(_ index: Int) -> BoundMemory {
        let node = plan.nodes[index]
        let coefficients = { [slab] in slab.take(node.count * BoundWorkspace.rows * node.storage.stride) }
        switch node.kind {
        case .constant(let constant) where node.isTarget: return allocate(constant, index, coefficients())
        case .unneeded, .constant:
            let nothing = slab.doubles(1)
            return BoundMemory(
                lower: nothing, upper: nothing, center: nothing, radius: nothing, magnitude: nothing,
                coefficients: UnsafeMutableRawPointer(nothing))
        case .alias:
            var shared = memory[node.inputs[0]]
            shared.slopes = nil
            shared.secondSlopes = nil
            shared.offsets = nil
            shared.joins = nil
            shared.coefficients = coefficients()
            return shared
        case .input, .linear, .curve, .product, .quotient, .enclosed:
            let size = node.count * regions
            var own = BoundMemory(
                lower: slab.doubles(size), upper: slab.doubles(size), center: slab.doubles(size),
                radius: slab.doubles(size), magnitude: slab.doubles(size), coefficients: coefficients())
            own.offsets = pair(index)
            if case .curve = node.kind { own.slopes = pair(index) }
            switch node.kind {
            case .product:
                (own.slopes, own.secondSlopes) = (pair(index), pair(index))
                own.slack = slab.doubles(size)
            case .quotient: (own.slopes, own.secondSlopes) = (pair(index), pair(index))
            default: break
            }
            return own
        }
    }

    /// A target that is constant: its bounds never change.
    private func allocate(
        _ constant: LanedConstant, _ index: Int, _ coefficients: UnsafeMutableRawPointer
    ) -> BoundMemory {
        let splat = slab.doubles(plan.nodes[index].count * regions)
        for (element, value) in constant.values.elements.enumerated() {
            (splat + element * regions).update(repeating: value, count: regions)
        }
        var own = BoundMemory(
            lower: splat, upper: splat, center: splat, radius: splat, magnitude: splat, coefficients: coefficients)
        own.offsets = pair(index)
        return own
    }

    /// Does parts of some work on several threads, each part once, no two at a time by the same worker.
    package typealias Crew = (_ count: Int, _ work: @escaping (_ worker: Int, _ part: Int) -> Void) -> Void

    /// Has several threads bound the one region: what is found does not depend on how many.
    package func engage(_ workers: Int, _ crew: @escaping Crew) {
        guard workers > 1, regions == 1 else { return }
        self.crew = crew
        helpers = (1..<workers).map { _ in BoundWorkspace(helping: self) }
    }

    /// Does each part of some work in a workspace of its own, in which all is known that is known here.
    package func share(_ parts: Int, _ work: @escaping (_ workspace: BoundWorkspace, _ part: Int) -> Void) {
        guard let crew, parts > 1 else {
            for part in 0..<parts { work(self, part) }
            return
        }
        for helper in helpers { helper.ascents = ascents }
        crew(parts) { [self, helpers] worker, part in work(worker == 0 ? self : helpers[worker - 1], part) }
    }

    /// Room for another thread's coefficients; what is known is that of the other.
    private init(helping other: BoundWorkspace) {
        (plan, regions) = (other.plan, other.regions)
        (floors, radii, magnitudes) = (other.floors, other.radii, other.magnitudes)
        (dependence, forms) = (other.dependence, other.forms)
        sums = slab.doubles(BoundWorkspace.rows)
        sizes = slab.doubles(BoundWorkspace.rows)
        scratch = slab.take(BoundWorkspace.scratchBytes(plan))
        memory = other.memory
        for (index, node) in plan.nodes.enumerated() {
            if case .unneeded = node.kind { continue }
            memory[index].coefficients = slab.take(node.count * BoundWorkspace.rows * node.storage.stride)
        }
        makeEdges()
    }

    private static func scratchBytes(_ plan: BoundPlan) -> Int {
        var bytes = 8
        for node in plan.nodes {
            guard case .linear(let linear) = node.kind else { continue }
            bytes = max(bytes, linear.step.scratch, linear.wide.scratch, linear.magnitude.scratch)
        }
        return bytes * rows
    }

    private func makeEdges() {
        for cone in plan.cones.values {
            for (node, uses) in cone.joins {
                let bytes = plan.nodes[node].count * BoundWorkspace.rows * plan.nodes[node].storage.stride
                for edge in uses where edges[edge] == nil { edges[edge] = slab.take(bytes) }
            }
        }
    }

    /// Sets the regions: `lower` and `upper` are `[coordinate][lane]`, `regions` lanes each.
    package func load(lower: UnsafePointer<Double>, upper: UnsafePointer<Double>) {
        for (index, node) in plan.nodes.enumerated() {
            guard case .input(let first) = node.kind else { continue }
            memory[index].lower.update(from: lower + first * regions, count: node.count * regions)
            memory[index].upper.update(from: upper + first * regions, count: node.count * regions)
            measure(index)
            (radii + first * regions).update(from: memory[index].radius, count: node.count * regions)
            (magnitudes + first * regions).update(from: memory[index].magnitude, count: node.count * regions)
        }
    }
}
