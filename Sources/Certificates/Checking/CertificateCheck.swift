import Search

/// Checks one section of a certificate against the problem as it was compiled anew from its files.
///
/// Walks the tree from the root: every region's numbers are bounded, within what is known of the region it is part of, and
/// at a leaf each part that the leaf names has to be shown. A leaf that is not shown is cut further, each time in half,
/// up to `CertificateCheck.greatestCuts` deep, before it is refused.
package struct CertificateCheck {
    package static let greatestCuts = 12

    package enum Verdict: Sendable {
        case accepted(Account)
        case refused(Refusal)
        /// Time ran out, or something is not known to the checker.
        case unfinished(String)
    }

    /// What was done.
    package struct Account: Sendable {
        /// Leaves as listed, and inputs tried.
        package var leaves = 0
        package var tried = 0
        /// Sequences in cells that were shown.
        package var certain: UInt128 = 0
        /// Regions that were bounded, and cuts made beyond those listed.
        package var regions = 0
        package var extraCuts = 0

        package init() {}
    }

    package var isCancelled: () -> Bool = { false }

    private let section: Certificate.Section
    private let space: Space

    package init(_ section: Certificate.Section, _ space: Space) {
        (self.section, self.space) = (section, space)
    }

    /// Whether inputs were tried one by one: no circuit is needed then.
    package var isOfInputs: Bool { if case .tried = section.proof { true } else { false } }

    /// What it says of rates; nil where it is about something else.
    package var rates: [CertifiedRate]? { if case .rates(let rates) = section.proof { rates } else { nil } }

    /// Whether the space is that of the problem.
    package func checkSpaceAlone() -> Refusal? {
        do throws(Refusal) { try checkSpace() } catch { return error }
        return nil
    }

    /// For inputs tried one by one: `holds` says whether the property holds at a point.
    package func verdict(trying holds: ([Double]) -> Bool) -> Verdict {
        do throws(Refusal) {
            try checkSpace()
            guard case .tried(let count) = section.proof else { throw Refusal("the proof is not by trying") }
            return try Exhaustion(space, count).verdict(holds, isCancelled)
        } catch { return .refused(error) }
    }

    /// For regions bounded.
    package func verdict(_ circuit: Circuit) -> Verdict {
        do throws(Refusal) {
            try checkSpace()
            guard case .tree(let tree) = section.proof else { throw Refusal("the proof is not by regions") }
            guard section.problem == circuit.hash(space) else {
                throw Refusal(
                    "it is about another problem: model, spec, data, parameters or the tool's reading changed")
            }
            guard tree.partCount == circuit.partCount else {
                throw Refusal("it says that the claim has \(tree.partCount) parts, and it has \(circuit.partCount)")
            }
            let cover = Cover(tree, circuit, space)
            try cover.check()
            var walk = Walk(tree, circuit, space, cover, isCancelled)
            return try walk.verdict()
        } catch { return .refused(error) }
    }

    private func checkSpace() throws(Refusal) {
        guard section.kinds == space.kinds else { throw Refusal("the coordinates are of other kinds") }
        guard section.boxes.count == space.boxes.count else {
            throw Refusal("it has \(section.boxes.count) boxes, and the domain has \(space.boxes.count)")
        }
        for (index, (own, real)) in zip(section.boxes, space.boxes).enumerated() where own != real {
            throw Refusal("box \(index) is not that of the domain")
        }
    }
}

/// Every point of a finite space, each evaluated alone.
private struct Exhaustion {
    private let space: Space
    private let count: Int

    init(_ space: Space, _ count: Int) { (self.space, self.count) = (space, count) }

    func verdict(_ holds: ([Double]) -> Bool, _ isCancelled: () -> Bool) throws(Refusal) -> CertificateCheck.Verdict {
        guard let all = space.pointCount else { throw Refusal("the domain is not finite: inputs cannot all be tried") }
        guard all == count else { throw Refusal("it says that there are \(count) inputs, and there are \(all)") }
        var account = CertificateCheck.Account()
        for box in space.boxes {
            var point = box.lower
            while true {
                if account.tried % 256 == 0, isCancelled() {
                    return .unfinished("interrupted after \(account.tried) inputs")
                }
                guard holds(point) else { throw Refusal("the property does not hold at \(point)") }
                account.tried += 1
                guard advance(&point, in: box) else { break }
            }
        }
        return .accepted(account)
    }

    /// The next point of a box, the last coordinate running fastest; false after the last.
    private func advance(_ point: inout [Double], in box: Box) -> Bool {
        for index in point.indices.reversed() {
            if point[index] < box.upper[index] {
                point[index] += 1
                return true
            }
            point[index] = box.lower[index]
        }
        return false
    }
}
