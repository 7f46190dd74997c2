import Tensors

/// Loops, written out step by step.
///
/// Where data decide how long one runs, it is written out to a limit, and what is carried stays as it is from the step on
/// that is not taken any more. An input that would go on beyond the limit gives NaN.
enum Loops {
    /// Steps that are written out at most.
    static let stepLimit = 1 << 12
    /// Steps that are written out where data alone end a loop.
    static let computedLimit = 128

    static let rules: [String: StructureRule] = ["Loop": { node in try Loop(node).results() }]
}

private struct Loop {
    let node: Application
    let body: Body
    /// What bounds the number of steps: nothing, a number, or a computed one.
    let count: Value?
    let limit: Int
    private var carried: [Item]
    private var rows: [[Value]]
    private var kinds: [ElementKind?]
    /// Whether the next step is taken; nil where it is for certain.
    private var goesOn: Value?

    init(_ node: Application) throws {
        self.node = node
        body = try node.body("body")
        carried = try node.items.dropFirst(2).enumerated().map { index, item in
            guard let item else { throw ModelError("its input \(index + 2) is missing") }
            return item
        }
        guard body.inputCount == carried.count + 2, body.outputCount > carried.count else {
            throw ModelError(
                "its graph has \(body.inputCount) inputs and \(body.outputCount) outputs, and \(carried.count) are carried"
            )
        }
        rows = Array(repeating: [], count: body.outputCount - 1 - carried.count)
        kinds = rows.map { _ in nil }
        count = try node.optional(0).map { count in
            guard node.shape(count).count == 1 else { throw ModelError("`M` is \(node.type(count)), not one number") }
            return try node.reshape(count, [])
        }
        let stated = count.flatMap { node.tensor($0)?.integers?.first }.map { Int(clamping: max($0, 0)) }
        limit = min(stated ?? .max, Loops.stepLimit + 1)
    }

    func results() throws -> [Item?] {
        var loop = self
        return try loop.run()
    }

    private mutating func run() throws -> [Item?] {
        var condition = try node.optional(1).map { _ in try node.truth(1, "cond") } ?? node.constant(.scalar(true))
        var step = 0
        while try isTaken(step, condition), step < reach {
            condition = try take(step, condition)
            step += 1
        }
        guard step == reach, step < limit else { return try finished() }
        guard let goesOn else { throw ModelError("it takes more than \(reach) steps") }
        return try finished().map { try $0.map { try beyondReach($0, goesOn) } }
    }

    /// How many steps are written out: all where their number is known.
    private var reach: Int {
        min(limit, goesOn == nil || limit <= Loops.stepLimit ? Loops.stepLimit : Loops.computedLimit)
    }

    /// Whether a step may be taken; narrows `goesOn` where data decide it.
    private mutating func isTaken(_ step: Int, _ condition: Value) throws -> Bool {
        guard step < limit else { return false }
        var conditions = [condition]
        if let count, node.tensor(count) == nil {
            conditions.append(try node.binary(.greater, count, node.constant(.scalar(Int64(step)))))
        }
        for condition in conditions {
            if let known = node.tensor(condition) {
                if known.doubles[0] == 0 { return false }
            } else {
                goesOn = try goesOn.map { try node.binary(.and, $0, condition) } ?? condition
            }
        }
        return true
    }

    /// Applies the body once; returns the condition of the next step.
    private mutating func take(_ step: Int, _ condition: Value) throws -> Value {
        let given: [Item] = [.tensor(node.constant(.scalar(Int64(step))), .int64), .tensor(condition, .bool)]
        let made = try body.apply(given + carried)
        for index in carried.indices {
            let next = made[index + 1]
            carried[index] = try goesOn.map { try node.choice($0, next, carried[index]) } ?? next
            if case .unavailable(let reason) = carried[index] { throw ModelError("what it carries changes: \(reason)") }
        }
        for index in rows.indices {
            guard goesOn == nil else { throw ModelError("data decide how many rows it makes") }
            try add(made[carried.count + 1 + index], to: index)
        }
        let next = try made[0].value()
        guard node.shape(next).count == 1, node.element(next) == .bool else {
            throw ModelError("its graph's condition is \(node.type(next)), not one truth value")
        }
        return try node.reshape(next, [])
    }

    private mutating func add(_ row: Item, to index: Int) throws {
        let value = try row.value()
        rows[index].append(value)
        kinds[index] = row.kind
    }

    private func finished() throws -> [Item?] {
        carried
            + (try rows.indices.map { index in
                guard rows[index].isEmpty else { return .tensor(try node.stacked(rows[index], axis: 0), kinds[index]) }
                // Of no step at all: the first would say what its rows are like.
                let given: [Item] = [
                    .tensor(node.constant(.scalar(Int64(0))), .int64), .tensor(node.constant(.scalar(true)), .bool),
                ]
                let row = try body.apply(given + carried)[carried.count + 1 + index]
                return .tensor(try node.noRows(like: row.value(), axis: 0), row.kind)
            })
    }

    /// NaN where the loop would go on.
    private func beyondReach(_ item: Item, _ goesOn: Value) throws -> Item {
        guard case .tensor(let value, let kind) = item, node.element(value).isReal else {
            return .unavailable("data decide how many steps its loop takes, and beyond \(reach) it would be wrong")
        }
        let wrong = try node.expand(node.scalar(.nan, like: value), to: node.shape(value))
        return .tensor(try node.add(Select(), goesOn, wrong, value), kind)
    }
}

extension Application {
    /// Values of one shape, side by side along a new axis.
    func stacked(_ values: [Value], axis: Int) throws -> Value {
        try concatenate(values.map { try add(Rearrange.unsqueeze(shape($0), axes: [axis]), $0) }, axis: axis)
    }

    /// What `stacked` makes of no values.
    func noRows(like row: Value, axis: Int) throws -> Value {
        let one = try add(Rearrange.unsqueeze(shape(row), axes: [axis]), row)
        return try slice(one, axis: axis, from: 0, count: 0)
    }
}
