import Checker
import Compiler
import Datasets
import FoundationEssentials
import Glibc
import Loading
import Pages
import Reports
import Search
import Tensors
import Terminal
import Texts

/// Makes a counterexample of a finding: replays it from its values as printed, and keeps it.
package struct Presentation {
    private let subject: Subject
    private let trial: Trial
    private let store: CaseStore?
    private let second: SecondOpinion?

    /// Whose unused rows are read besides, and by how much more it fails on the others.
    private let universal: (of: Universal, excess: Double)?

    package init(
        _ subject: Subject, _ trial: Trial, _ store: CaseStore?,
        asking second: SecondOpinion? = nil, reading universal: (of: Universal, excess: Double)? = nil
    ) {
        self.second = second
        self.subject = subject
        self.trial = trial
        self.store = store
        self.universal = universal
    }

    /// nil where neither the shrunk point nor the finding fails again from its values as printed.
    package func counterexample(
        _ finding: Finding, _ shrunk: ShrunkPoint?, _ sturdy: any Objective, _ floor: Minimum.Floor?
    ) throws(Failure) -> Counterexample? {
        if let shrunk, let example = try counterexample(at: shrunk.point, finding, shrunk, sturdy, floor) {
            return example
        }
        return try counterexample(at: finding.point, finding, nil, sturdy, nil)
    }

    private func counterexample(
        at point: [Double], _ finding: Finding, _ shrunk: ShrunkPoint?, _ sturdy: any Objective,
        _ floor: Minimum.Floor?
    ) throws(Failure) -> Counterexample? {
        let witness = Witness(point, of: trial)
        guard let replayed = witness.point(of: trial), trial.space.contains(replayed) else { return nil }
        let margin = trial.objective.margin(at: replayed)
        guard margin < 0, sturdy.margin(at: replayed) < 0 else { return nil }
        guard let (reading, unasked) = try readAgain(replayed) else { return nil }
        try subject.requireLanguageModels()
        let id = self.id(of: witness)
        let own = trial.checkMargin(reading) ?? margin
        let kept = keep(witness, id: id, margin: own, reading)
        return Counterexample(
            id: id, witness: witness, inputs: inputs(witness, replayed, shrunk), lets: steps(reading, isNamed: true),
            sides: steps(reading, isNamed: false), check: failedCheck(reading), margin: own,
            worstMargin: universal == nil ? min(own, finding.margin, shrunk?.worstMargin ?? own) : own,
            nearestDistance: universal == nil ? nearest(shrunk) : nil, minimality: minimality(shrunk),
            floor: self.floor(floor),
            tries: finding.tries,
            shrinkTries: shrunk?.evaluations ?? 0, strategy: finding.strategy,
            unasked: unasked, confirmation: second?.opinion(on: witness, of: trial, at: replayed),
            replay: kept == nil ? "not kept" : replayLine(id), files: (kept ?? []) + written(replayed, reading, id),
            unused: try unused(at: replayed))
    }

    /// A kept case evaluated again; nil where it no longer fails.
    package func counterexample(replaying point: [Double], id: String) throws(Failure) -> Counterexample? {
        let margin = trial.objective.margin(at: point)
        guard margin < 0, trial.space.contains(point) else { return nil }
        let reading = try read(point)
        let own = trial.checkMargin(reading) ?? margin
        return Counterexample(
            id: id, witness: Witness(point, of: trial), inputs: inputs(Witness(point, of: trial), point, nil),
            lets: steps(reading, isNamed: true),
            sides: steps(reading, isNamed: false), check: failedCheck(reading), margin: own, worstMargin: own,
            nearestDistance: nil, minimality: .replayed, floor: nil, tries: 1, shrinkTries: 0, strategy: "replay",
            replay: replayLine(id), files: [])
    }

    /// The outer variables of a property with an inner quantifier: nothing of the inner ones is shown, for there is nothing.
    package func choice(_ point: [Double], of leaves: [Leaf], _ tries: Int) -> Counterexample {
        let reference = trial.reference(at: point)
        let inputs = leaves.map { leaf in
            let notation = trial.notation(of: leaf)
            if let text = leaf.text(at: point) { return input(leaf, text, at: point, isArbitrary: false) }
            return Counterexample.Input(
                leaf: leaf, kind: notation.kind, values: leaf.coordinates.map { notation.text(point[$0]) },
                changes: leaf.shape.isEmpty ? [] : changes(leaf, notation, point, reference, [:]), isArbitrary: false,
                interval: nil, row: row(leaf, point))
        }
        return Counterexample(
            id: "", inputs: inputs, lets: [], sides: [], check: checks, margin: .nan, worstMargin: .nan,
            nearestDistance: nil, minimality: .unshrunk, floor: nil, tries: tries, shrinkTries: 0,
            strategy: "back and forth", replay: "not kept", files: [])
    }

    /// What a black box answers now. nil where it fails no longer; and of how many of its answers only those of before are
    /// known.
    private func readAgain(_ point: [Double]) throws(Failure) -> (Exhibits.Reading, unasked: Int)? {
        guard let ledger = subject.ledger, trial.isOpaque else { return (try read(point), 0) }
        let (margin, unasked) = ledger.askingAgain { trial.objective.margin(at: point) }
        guard margin < 0 else { return nil }
        return (try read(point), unasked)
    }

    private func read(_ point: [Double]) throws(Failure) -> Exhibits.Reading {
        do { return try trial.exhibits.read(at: point, leaves: trial.leaves) } catch {
            throw Failure("\(error)", code: .unfinished)
        }
    }

    /// The rates and means over rows that no search has seen, each with its interval.
    private func unused(at point: [Double]) throws(Failure) -> Counterexample.UnusedRows? {
        guard let universal else { return nil }
        let averages: [UnusedAverage]
        do { averages = try universal.of.unused(at: point) } catch { throw Failure("\(error)", code: .unfinished) }
        return Counterexample.UnusedRows(
            excess: universal.excess, confidence: 1 - Universal.unusedError,
            searched: universal.of.searched.map { .init(table: $0.table, count: $0.count, of: $0.of) },
            averages: averages.map { it in
                .init(
                    Verdict.Quantity(
                        words: subject.words(it.span), estimate: it.estimate, interval: it.interval, count: it.count,
                        drawn: it.drawn, successes: it.successes, range: it.range, method: it.method),
                    tables: it.tables, isJoint: it.isJoint)
            })
    }

    // MARK: - What is shown

    private func inputs(_ witness: Witness, _ point: [Double], _ shrunk: ShrunkPoint?) -> [Counterexample.Input] {
        let intervals = Dictionary(
            (shrunk?.intervals ?? []).map { ($0.coordinate, $0.values) }, uniquingKeysWith: { first, _ in first })
        let free = Set(shrunk?.anyOtherValue ?? [])
        let reference = trial.reference(at: point)
        return trial.leaves.indices.compactMap { index in
            let leaf = trial.leaves[index]
            if let text = leaf.text(at: point) {
                return input(leaf, text, at: point, isArbitrary: free.contains(index), shrunk?.freePlaces[index] ?? [])
            }
            let notation = trial.notation(of: leaf)
            guard let values = shown(leaf, witness.entries[index].values, point) else { return nil }
            var input = Counterexample.Input(
                leaf: leaf, kind: notation.kind, values: values,
                changes: leaf.shape.isEmpty ? [] : changes(leaf, notation, point, reference, intervals),
                isArbitrary: free.contains(index),
                interval: interval(intervals[leaf.coordinates.lowerBound], notation),
                row: row(leaf, point))
            if leaf.table == nil, leaf.optional == nil {
                input.reference = leaf.coordinates.map { notation.text(reference[$0]) }
            }
            return input
        }
    }

    private func input(
        _ leaf: Leaf, _ text: String, at point: [Double], isArbitrary: Bool, _ freePlaces: [Int] = []
    ) -> Counterexample.Input {
        var input = Counterexample.Input(
            leaf: leaf, kind: .category, values: [text], changes: [], isArbitrary: isArbitrary, interval: nil, row: nil)
        input.freePlaces = freePlaces
        input.tokens = leaf.tokens(at: point)
        return input
    }

    /// A number that may be missing is shown as itself or as `missing`; nil for what stands in the other's place.
    private func shown(_ leaf: Leaf, _ values: [String], _ point: [Double]) -> [String]? {
        guard leaf.optional != nil, leaf.shape.isEmpty else { return values }
        let place = leaf.coordinates.lowerBound
        if leaf.type.isTruth { return point[place] == 0 ? nil : ["missing"] }
        return point[place - 1] == 0 ? values : nil
    }

    private func changes(
        _ leaf: Leaf, _ notation: LeafNotation, _ point: [Double], _ reference: [Double],
        _ intervals: [Int: ClosedRange<Double>]
    ) -> [Counterexample.Change] {
        leaf.coordinates.filter { point[$0] != reference[$0] }.map { place in
            Counterexample.Change(
                place: leaf.place(of: place - leaf.coordinates.lowerBound),
                from: notation.text(reference[place]), to: notation.text(point[place]),
                interval: interval(intervals[place], notation))
        }
    }

    private func interval(
        _ range: ClosedRange<Double>?, _ notation: LeafNotation
    ) -> Counterexample.Interval? {
        range.map { .init(lower: notation.text($0.lowerBound), upper: notation.text($0.upperBound)) }
    }

    private func row(_ leaf: Leaf, _ point: [Double]) -> Counterexample.Row? {
        guard let index = leaf.table, let number = Int(exactly: point[leaf.coordinates.lowerBound]) else { return nil }
        let table = subject.tables[index]
        let fields = zip(table.columns, subject.columns[index]).compactMap { field, column -> (String, String)? in
            if field.type.isText { return (field.name, Notation.quoted(column.row(number))) }
            guard column.shape.rank == 1, number < column.count else { return nil }
            let value = column.doubles[number]
            let isMissing = field.type.isOptional && value.isNaN
            return (field.name, isMissing ? "missing" : Notation.text(value, .real64, field.type))
        }
        let columns = zip(table.columns, subject.columns[index]).map { field, column in
            column.entry(number, of: field)
        }
        let tensors = subject.fields(ofRow: number, in: index).filter { field in
            field.type.shape?.isEmpty == false && field.values.count <= Self.mostEntries
        }
        return Counterexample.Row(
            table: table.name, number: number, fields: fields, columns: columns,
            tensors: tensors.map { .init(name: $0.name, type: $0.type, values: $0.values) })
    }

    /// Of a tensor that is drawn in a report.
    private static let mostEntries = 1 << 20

    private func steps(_ reading: Exhibits.Reading, isNamed: Bool) -> [Counterexample.Step] {
        var seen: Set<String> = []
        return zip(trial.exhibits.entries, reading.values).compactMap { entry, values in
            guard (entry.name != nil) == isNamed else { return nil }
            let name = entry.name ?? subject.words(entry.span)
            guard !name.isEmpty, seen.insert(name).inserted else { return nil }
            return Counterexample.Step(name: name, type: entry.type, values: values)
        }
    }

    /// The words of the first check that fails; of a witness, those of all checks.
    private func failedCheck(_ reading: Exhibits.Reading) -> String {
        guard trial.quantifier == .forall else { return checks }
        for (clause, margin) in zip(trial.exhibits.clauses, reading.margins) where clause.kind == .check && margin < 0 {
            return subject.words(clause.span)
        }
        return trial.name
    }

    package var checks: String {
        let words = trial.exhibits.clauses.filter { $0.kind == .check }.map { subject.words($0.span) }
        return words.isEmpty ? trial.name : words.joined(separator: "; ")
    }

    private func nearest(_ shrunk: ShrunkPoint?) -> Counterexample.Distance? {
        guard let shrunk, shrunk.nearest.isFinite, shrunk.nearest > 0 else { return nil }
        let key = trial.shrinkKeys.first { $0.norm != nil && $0.norm != .l0 }
        guard let key else { return nil }
        return .init(measure: subject.words(key.span), value: shrunk.nearest)
    }

    private func floor(_ floor: Minimum.Floor?) -> Counterexample.Floor? {
        guard let floor, let key = trial.shrinkKeys.first else { return nil }
        return .init(measure: subject.words(key.span), value: floor.value, isMinimum: floor.isMinimum)
    }

    private func minimality(_ shrunk: ShrunkPoint?) -> Counterexample.Minimality {
        switch shrunk?.minimality {
        // What fails by less was not tried.
        case .nothingSmallerFails where universal.map { $0.excess > 0 } == true,
            .noStepFails where universal.map { $0.excess > 0 } == true:
            .budgetSpent
        case .nothingSmallerFails(let tried): .nothingSmallerFails(tried: tried)
        case .noStepFails(let checks): .noStepFails(checks: checks)
        case .budgetSpent: .budgetSpent
        case nil: .unshrunk
        }
    }

    // MARK: - What is kept

    private func id(of witness: Witness) -> String {
        var digest = Digest()
        digest.add(subject.path)
        digest.add(trial.name)
        for entry in witness.entries {
            digest.add(entry.name)
            for value in entry.values { digest.add(value) }
        }
        return String(digest.text.prefix(8))
    }

    private func replayLine(_ id: String) -> String {
        guard let store else { return "not kept" }
        return "gainsay replay \(id)" + (store.folder == CaseStore.defaultFolder ? "" : " --cases \(store.folder)")
    }

    /// The files that were written; nil where nothing is kept. That it cannot be is no reason not to tell what was found.
    private func keep(_ witness: Witness, id: String, margin: Double, _ reading: Exhibits.Reading) -> [String]? {
        guard let store else { return nil }
        do throws(Failure) { return try keep(witness, id: id, margin: margin, reading, in: store) } catch {
            Console.write("warning: \(error.message): this counterexample is not kept\n", to: .error)
            return nil
        }
    }

    private func keep(
        _ witness: Witness, id: String, margin: Double, _ reading: Exhibits.Reading, in store: CaseStore
    ) throws(Failure) -> [String] {
        try store.save(
            CaseRecord(
                id: id, spec: subject.path, property: trial.name, models: subject.models, data: subject.data,
                parameters: subject.parameters, seed: subject.seed, specDigest: subject.digest, margin: margin,
                found: Date().timeIntervalSince1970,
                entries: witness.entries.map { .init(name: $0.name, values: $0.values) }))
        return try saveTensors(witness, in: store.folder(of: id), reading)
    }

    /// Tensors beyond a screenful, in one .npz; those that are pictures or sounds as such too.
    private func saveTensors(
        _ witness: Witness, in folder: String, _ reading: Exhibits.Reading
    ) throws(Failure) -> [String] {
        var tensors: [(name: String, type: SayType, values: [Double])] = []
        for (leaf, entry) in zip(trial.leaves, witness.entries)
        where leaf.texts == nil && entry.values.count > Self.screenful {
            let notation = trial.notation(of: leaf)
            let values = entry.values.map { notation.value($0) ?? .nan }
            tensors.append((leaf.name, leaf.type, values))
        }
        for (entry, values) in zip(trial.exhibits.entries, reading.values)
        where values.count > Self.screenful && !entry.type.isText {
            if let name = entry.name { tensors.append((name, entry.type, values)) }
        }
        guard !tensors.isEmpty else { return [] }
        try Files.makeFolder(folder)
        var files = [folder + "/witness.npz"]
        try Files.write(try npz(tensors), to: files[0])
        for tensor in tensors {
            guard let media = MediaFile(tensor.type, tensor.values) else { continue }
            files.append(folder + "/\(tensor.name)\(media.ending)")
            try Files.write(media.bytes, to: files[files.count - 1])
        }
        return files
    }

    private static let screenful = 16

    private func npz(_ tensors: [(name: String, type: SayType, values: [Double])]) throws(Failure) -> [UInt8] {
        do {
            let columns = try tensors.map { tensor in
                Dataset.Column(tensor.name, try Tensor(Shape(tensor.type.shape ?? []), tensor.values))
            }
            return try Dataset(columns).npz()
        } catch { throw Failure("cannot save the tensors of the case: \(error)", code: .unfinished) }
    }

    /// That a file cannot be written is no reason not to tell what was found.
    private func written(_ point: [Double], _ reading: Exhibits.Reading, _ id: String) -> [String] {
        guard let folder = subject.counterexamples else { return [] }
        do throws(Failure) {
            return try WrittenInputs(subject, trial).write(point, reading, id: id, into: folder)
        } catch {
            Console.write("warning: \(error.message): this counterexample is not written\n", to: .error)
            return []
        }
    }
}

extension Tensor {
    /// The numbers of a row of a matrix.
    package func row(_ number: Int) -> [Double] { (0..<shape[1]).map { double(at: number * shape[1] + $0) } }

    /// What a row of a table holds in this column.
    fileprivate func entry(_ number: Int, of field: SayType.Field) -> Counterexample.Row.Column {
        if field.type.isText {
            let text = CodePoints.text(CodePoints.read(row(number)))
            return .init(name: field.name, type: "text", shape: [], values: [text])
        }
        let size = shape.count / max(1, shape[0])
        let kind: CoordinateKind =
            switch field.type.element {
            case .enumeration, .bool: .category
            case .int: .integer
            case .real, nil: element == .float32 ? .real32 : .real64
            }
        return .init(
            name: field.name, type: kind.name, shape: Array(shape.dimensions.dropFirst()),
            values: doubles(in: number * size..<(number + 1) * size).map { Notation.text($0, kind, field.type) })
    }
}

extension Leaf {
    /// An index per dimension; labelled ones by their names.
    fileprivate func place(of offset: Int) -> [String] {
        guard case .tensor(let tensor) = type else { return [] }
        var (rest, place) = (offset, [String]())
        for dimension in tensor.dimensions.reversed() {
            let index = rest % dimension.size
            rest /= dimension.size
            place.insert(dimension.labels?.cases[index] ?? "\(index)", at: 0)
        }
        return place
    }
}
