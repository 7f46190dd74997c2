/// The declarations and the property of a random spec, written piece by piece.
struct Draft {
    private(set) var form: RandomSpec.Form
    /// Whether the check compares with the very value from which on it holds, or the next.
    private(set) var isPlanted: Bool
    private(set) var threshold = "0"
    var writer: Writer
    private let number: UInt64
    private var declarations: [String] = []
    var clauses: [String] = []
    private var family = ""
    var check = ""
    /// What it shrinks, if anything.
    var shrink: String?
    private var isInt = true

    init(_ kind: RandomSpec.Kind, seed: UInt64, attempt: UInt64) {
        number = seed
        writer = Writer(Chance(seed: seed &* 1000 &+ attempt))
        form = writer.chance.pick(kind.forms)
        let plantings = [RandomSpec.Kind.reals: 0, .planted: 100][kind] ?? 45
        isPlanted = writer.chance.happens(plantings)
        switch kind {
        case .reals: askOfReals()
        case .shrunk:
            declare()
            askForTheSmallest()
        case .finite, .planted:
            declare()
            ask()
        }
    }

    func text(threshold: String) -> String {
        let lines =
            clauses + ["check " + check.replacing("#", with: threshold)] + (shrink.map { ["shrink " + $0] } ?? [])
        return (declarations + ["property p\(number)\(family) {"] + lines.map { "  " + $0 } + ["}"])
            .joined(separator: "\n") + "\n"
    }

    /// Sets the constant of the check: where the property just holds, or just fails.
    mutating func plant(_ value: Double) {
        let isNext = writer.chance.happens(50)
        let number = isNext ? (isInt ? value + 1 : value.nextUp) : value
        // What is beyond all Ints stays as it was drawn.
        if let planted = isInt ? Int(exactly: number).map(String.init) : "\(number)" { threshold = planted }
    }

    // MARK: - Declarations

    private mutating func declare() {
        for letter in ["F", "G"] where writer.chance.happens(60) {
            let cases = (0..<writer.chance.among(1...3)).map { "\(letter.lowercased())\(number)_\($0)" }
            writer.offer.enums.append(("\(letter)\(number)", cases))
            declarations.append("enum \(letter)\(number) = \(cases.joined(separator: ", "))")
        }
        if writer.chance.happens(50) { declareRecord() }
        if !writer.offer.records.isEmpty, writer.chance.happens(20) { declareOuterRecord() }
        if writer.chance.happens(30) {
            declarations.append("data D\(number) : \(Rows.type) from \"\(Rows.file)\"")
            writer.offer.table = "D\(number)"
        }
        if writer.chance.happens(20) {
            declarations.append("func s\(number)(x: Tensor[n]) = n + sum(x)")
            writer.offer.sized = "s\(number)"
        }
        if writer.chance.happens(40) {
            let value = writer.expression(.int, 1)
            declarations.append("let g\(number): Int = \(value)")
            writer.offer.constants.append(.init(name: "g\(number)", kind: .int))
        }
        if writer.chance.happens(20) {
            declarations.append("param h\(number): Real = \(Double(writer.chance.among(-2...3)) / 2)")
            writer.offer.constants.append(.init(name: "h\(number)", kind: .real))
        }
        for place in 0..<writer.chance.below(4) { declareFunction(place) }
        for place in 0..<writer.chance.below(3) { declareStep(place) }
    }

    private mutating func declareRecord() {
        var fields: [Writer.Field] = []
        for name in ["f", "g", "h"].prefix(writer.chance.among(1...3)) {
            switch writer.chance.below(4) {
            case 0: fields.append(.init(name: name, kind: .bool, type: "Bool", count: 2))
            case 1: fields.append(.init(name: name, kind: .vector(2), type: "Tokens[2] over 2", count: 4))
            case 2 where !writer.offer.enums.isEmpty:
                let own = writer.offer.enums[0]
                fields.append(.init(name: name, kind: .choice(0), type: own.name, count: own.cases.count))
            default: fields.append(.init(name: name, kind: .int, type: "Int in [0, 2]", count: 3))
            }
        }
        let parts = fields.map { "\($0.name): \($0.type)" }.joined(separator: ", ")
        guard writer.chance.happens(30) else {
            writer.offer.records.append(("R\(number)", fields))
            return declarations.append("type R\(number) = { \(parts) }")
        }
        writer.note("type with a parameter")
        writer.offer.records.append(("R\(number)(2)", fields))
        declarations.append("type R\(number)(k: Int) = { \(parts.replacing("[0, 2]", with: "[0, k]")) }")
    }

    /// A record that holds the other one.
    private mutating func declareOuterRecord() {
        writer.note("record in a record")
        let inner = writer.offer.records[0]
        let count = inner.fields.reduce(1) { $0 * $1.count }
        writer.offer.records.append(
            (
                "S\(number)",
                [
                    .init(name: "r", kind: .record(0), type: inner.name, count: count),
                    .init(name: "o", kind: .int, type: "Int in {1, 4}", count: 2),
                ]
            ))
        declarations.append("type S\(number) = { r: \(inner.name), o: Int in {1, 4} }")
    }

    private mutating func declareFunction(_ place: Int) {
        let kinds: [Writer.Kind] =
            [.int, .int, .bool, .vector(2), .real]
            + writer.offer.enums.indices.map { .choice($0) } + writer.offer.records.indices.map { .record($0) }
        for _ in 0..<writer.chance.among(1...3) {
            let name = writer.freshName()
            writer.scope.append(.init(name: name, kind: writer.chance.pick(kinds)))
        }
        declareFunction("f\(number)_\(["u", "v", "w"][place])", writer.chance.pick(kinds))
    }

    /// A function that makes another state of a state: of it alone, or of it and an entry.
    private mutating func declareStep(_ place: Int) {
        let records: [Writer.Kind] = writer.offer.records.isEmpty ? [] : [.record(0)]
        let state = writer.chance.pick([.int, .int, .real, .bool, .vector(2)] + records + records)
        writer.scope.append(.init(name: writer.freshName(), kind: state))
        if writer.chance.happens(50) {
            let entry: Writer.Kind = writer.chance.pick([.int, .int, .bool] + records + records)
            writer.scope.append(.init(name: writer.freshName(), kind: entry))
        }
        declareFunction("f\(number)_\(["s", "t"][place])", state)
    }

    /// Of the parameters that are in scope.
    private mutating func declareFunction(_ name: String, _ result: Writer.Kind) {
        let parameters = writer.scope
        writer.load = 60
        let body = writer.expression(result, 2)
        (writer.scope, writer.load) = ([], 1)
        let list = parameters.map { "\($0.name): \(type(of: $0.kind))" }.joined(separator: ", ")
        let written = writer.chance.happens(50) ? " -> \(type(of: result))" : ""
        declarations.append("func \(name)(\(list))\(written) = \(body)")
        writer.offer.functions.append(.init(name: name, parameters: parameters, result: result))
    }

    private func type(of kind: Writer.Kind) -> String {
        switch kind {
        case .int: "Int"
        case .real: "Real"
        case .bool: "Bool"
        case .choice(let index): writer.offer.enums[index].name
        case .record(let index): writer.offer.records[index].name
        case .vector(let count): "Tokens[\(count)] over 9"
        case .flags(let count): "Bool[\(count)]"
        case .choices(let index, let count): "\(writer.offer.enums[index].name)[\(count)]"
        case .sequence(let index, _, let count): "\(writer.offer.records[index].name)[\(count)]"
        case .row: Rows.type
        }
    }

    // MARK: - The property

    private mutating func ask() {
        if !isPlanted, writer.chance.happens(12), let binder = memberBinder() {
            writer.note("family")
            family = "(\(binder))"
        }
        if !isPlanted, writer.chance.happens(6), let binder = memberBinder() {
            writer.note("for")
            clauses.append("for \(binder)")
        }
        switch form {
        case .forall: quantify("forall", 1...3)
        case .exists: quantify("exists", 1...3)
        case .forallExists: alternate("forall", "exists")
        case .existsForall: alternate("exists", "forall")
        }
        if writer.chance.happens(30) { bind() }
        if !isPlanted, writer.chance.happens(10) {
            writer.note("another check")
            clauses.append("check \(writer.expression(.bool, 2))")
        }
        if writer.load <= 20, writer.chance.happens(25) { writer.wide = 25 }
        writer.mostLoad = writer.wide > 0 ? 50_000 : max(writer.load * 20, 3000)
        isInt = writer.chance.happens(70)
        check =
            isPlanted
            ? writer.expression(isInt ? .int : .real, writer.chance.among(2...4)) + " >= #"
            : writer.expression(.bool, writer.chance.among(2...4))
    }

    /// A binder of few values.
    private mutating func memberBinder() -> String? {
        writer.mostLoad = 100
        defer { writer.mostLoad = 3000 }
        return writer.binder(0)
    }

    private mutating func alternate(_ outer: String, _ inner: String) {
        quantify(outer, 1...2)
        quantify(inner, 1...2)
    }

    mutating func quantify(_ word: String, _ count: ClosedRange<Int>) {
        let before = clauses.count
        let isOuter = before == 0 || clauses.allSatisfy { $0.hasPrefix("for ") }
        writer.mostLoad = max(writer.load, 1) * 40
        for _ in 0..<writer.chance.among(count) {
            guard let binder = quantifiable() else { continue }
            clauses.append("\(word) \(binder)")
        }
        if clauses.count == before { clauses.append("\(word) \(plainBinder())") }
        if !isPlanted, isOuter, writer.chance.happens(15) {
            writer.note("assume")
            clauses.append("assume \(writer.expression(.bool, 1))")
        }
    }

    /// A binder whose values are inputs of their own: not the entries of a tensor.
    private mutating func quantifiable() -> String? {
        let before = (writer.scope.count, writer.load)
        guard let binder = writer.binder(1) else { return nil }
        let isOfEntries =
            binder.contains(" in ") && binder.split(separator: " ")[1] == "in" && !binder.contains(" in D\(number)")
        guard !binder.hasPrefix("{"), !isOfEntries else {
            writer.scope.removeLast(writer.scope.count - before.0)
            writer.load = before.1
            return nil
        }
        return binder
    }

    private mutating func plainBinder() -> String {
        let drawn = writer.interval()
        let name = writer.freshName()
        writer.scope.append(.init(name: name, kind: drawn.kind, range: drawn.range))
        writer.load *= drawn.count
        return "\(name): \(drawn.type)"
    }

    mutating func bind() {
        let names = Set(writer.scope.map(\.name))
        for case (let name, .record(let index)) in writer.scope.map({ ($0.name, $0.kind) })
        where writer.chance.happens(50) {
            let fields = writer.offer.records[index].fields
            guard names.isDisjoint(with: fields.map(\.name)) else { continue }
            writer.note("let with a pattern")
            clauses.append("let { \(fields.map(\.name).joined(separator: ", ")) } = \(name)")
            writer.scope += fields.map { .init(name: $0.name, kind: $0.kind) }
            return
        }
        writer.note("let")
        let kind: Writer.Kind = writer.chance.pick([.int, .bool, .real, .vector(2)])
        let value = writer.expression(kind, 2)
        let name = writer.freshName()
        writer.scope.append(.init(name: name, kind: kind))
        clauses.append("let \(name) = \(value)")
    }
}
