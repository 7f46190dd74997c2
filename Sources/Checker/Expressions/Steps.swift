import Diagnostics
import Syntax

/// `iterate(step, from: s, times: n)`, `trace(step, from: s, times: n)`, `fold(step, over: xs, from: s)`: the only calls that
/// take a function, by its name. Counts are constants, so that every spec ends.
extension Checker {
    static let stepParameters = [
        "iterate": ["step", "from", "times"], "trace": ["step", "from", "times"], "fold": ["step", "over", "from"],
    ]

    func checkSteps(_ call: Call, _ word: Name, in scope: Scope) -> Value {
        let isFold = word.text == "fold"
        guard let names = Self.stepParameters[word.text],
            let ordered = order(call.arguments, names: names, of: word)
        else { return .unknown(at: call.span) }
        guard let step = step(ordered[0], of: word, in: scope) else { return .unknown(at: call.span) }
        let from = check(ordered[isFold ? 2 : 1], in: scope)
        guard isFold else {
            let times = constantInteger(ordered[2], in: scope, "the number of steps")
            guard !from.isUnknown, let times else { return .unknown(at: call.span) }
            guard (0...Bounds.steps).contains(times) else { return fail(.stepCount(times, at: ordered[2].span)) }
            return run(Steps(step: step, call: call, times: times, result: word.text == "trace" ? .trace : .last), from)
        }
        let over = check(ordered[1], in: scope)
        guard !from.isUnknown, !over.isUnknown else { return .unknown(at: call.span) }
        guard let count = over.type.entryCount, over.type.sequence?.isFixed ?? true else {
            return fail(.notFoldable(over.term))
        }
        guard count <= Bounds.steps else { return fail(.stepCount(count, at: over.span)) }
        return run(Steps(step: step, call: call, times: count, result: .last, over: over.term), from)
    }

    /// What makes the next state: a function, or a model.
    private enum Step {
        case function(Found<FuncDeclaration>)
        case model(Found<ModelDeclaration>)

        var name: Name {
            switch self {
            case .function(let found): found.node.name
            case .model(let found): found.node.name
            }
        }

        var parameterCount: Int {
            switch self {
            case .function(let found): found.node.parameters.count
            // A wrapper has one.
            case .model(let found): found.node.wrapping == nil ? found.node.inputs.count : 1
            }
        }
    }

    /// What is asked of one of the words.
    private struct Steps {
        let step: Step
        let call: Call
        let times: Int
        let result: Term.Loop.Result
        var over: Term?
    }

    private func step(_ expression: Expression, of word: Name, in scope: Scope) -> Step? {
        let wanted = word.text == "fold" ? 2 : 1
        guard case .name(let name) = expression, scope[name.text] == nil, let found = lookUp(name, in: scope.file),
            let step = step(found, taking: wanted)
        else {
            report(.notAStep(word, at: expression.span))
            return nil
        }
        guard step.parameterCount == wanted else {
            report(.stepParameters(name, word, wanted, found: step.parameterCount))
            return nil
        }
        return step
    }

    private func step(_ found: Found<Declaration>, taking count: Int) -> Step? {
        if case .model(let node) = found.node { return .model(Found(node: node, file: found.file, name: found.name)) }
        return function(found, taking: count).map { .function($0) }
    }

    private func make(_ step: Step, of values: [Term], at span: Span) -> Value {
        switch step {
        case .function(let found): inline(found, values, at: span)
        case .model(let found): callModel(found, values, at: span)
        }
    }

    /// The first step tells the type of the state and how large the body is: small ones are written out.
    private func run(_ steps: Steps, _ from: Value) -> Value {
        let span = steps.call.span
        let before = visitCount
        guard steps.times > 0 else { return zeroSteps(steps, from) }
        guard let first = apply(steps, to: from.term, at: 0), let type = stateType(steps, from, first) else {
            return .unknown(at: span)
        }
        let start = from.term.promoted(to: type)
        let size = (visitCount - before) * steps.times
        guard steps.times <= Bounds.writtenSteps, size <= Bounds.listed else { return loop(steps, start, type) }
        var states = [start, first.promoted(to: type)]
        for index in 1..<steps.times {
            guard let next = apply(steps, to: states[index], at: index) else { return .unknown(at: span) }
            states.append(next.promoted(to: type))
        }
        return steps.result == .trace ? stacked(states, at: span) : Value(states[steps.times].moved(to: span))
    }

    private func zeroSteps(_ steps: Steps, _ from: Value) -> Value {
        steps.result == .trace ? stacked([from.term], at: steps.call.span) : Value(from.term.moved(to: steps.call.span))
    }

    /// One step from a state.
    private func apply(_ steps: Steps, to state: Term, at index: Int) -> Term? {
        let span = steps.call.span
        let entry = steps.over.map { $0.entry(at: .int(index, at: span), at: span) }
        let value = make(steps.step, of: [state] + (entry.map { [$0] } ?? []), at: span)
        return value.isUnknown ? nil : value.term
    }

    /// What the state is before and after every step; nil, and a report, where a step makes another thing of it.
    private func stateType(_ steps: Steps, _ from: Value, _ next: Term) -> SayType? {
        let wanted = from.type.agrees(with: next.type) ? next.type : from.type
        guard next.type.agrees(with: wanted), wanted.isKept else {
            report(.stepResult(from.term, next, steps.step.name, at: steps.call.span))
            return nil
        }
        return wanted
    }

    private func loop(_ steps: Steps, _ from: Term, _ type: SayType) -> Value {
        let span = steps.call.span
        let state = Term(.variable(id: newID()), type, at: from.span)
        var (arguments, scan) = ([state], Term.Loop.Scan?.none)
        if let over = steps.over {
            let entry = Term(.variable(id: newID()), over.entry(at: .int(0, at: span), at: span).type, at: over.span)
            guard case .variable(let id) = entry.kind else { return .unknown(at: span) }
            scan = .init(id: id, type: entry.type, over: over)
            arguments.append(entry)
        }
        let body = make(steps.step, of: arguments, at: span)
        guard !body.isUnknown, case .variable(let id) = state.kind else { return .unknown(at: span) }
        guard body.type.agrees(with: type) else {
            return fail(.stepResult(from, body.term, steps.step.name, at: span))
        }
        let loop = Term.Loop(
            state: id, body: body.term.promoted(to: type), from: from, times: steps.times, scan: scan,
            result: steps.result)
        let result = steps.result == .last ? type : type.traced(steps.times + 1)
        return Value(Term(.loop(loop), result, at: span))
    }
}

extension SayType {
    /// Whether a state may be of this type: numbers, truths, enum cases, tensors and records of them.
    fileprivate var isKept: Bool {
        switch self {
        case .record(let record): record.sequence == nil && record.fields.allSatisfy { $0.type.isKept }
        case .row, .unknown: false
        default: true
        }
    }

    /// So many states, the first dimension being time.
    fileprivate func traced(_ count: Int) -> SayType {
        if case .record = self { .sequence(of: self, count...count) } else { repeated(count) }
    }
}

extension Diagnostic {
    fileprivate static func notAStep(_ word: Name, at span: Span) -> Diagnostic {
        Diagnostic(
            .notCallable, "`\(word.text)` takes the name of a function or a model as its first argument", at: span,
            hints: [Hint("declare one: `func step(s: State) -> State = ...`")])
    }

    fileprivate static func stepParameters(_ name: Name, _ word: Name, _ wanted: Int, found: Int) -> Diagnostic {
        let what = wanted == 1 ? "one parameter, the state" : "two parameters, the state and an entry"
        return Diagnostic(
            .argumentCount, "`\(word.text)` asks for a step with \(what); `\(name.text)` has \(found)",
            at: name.span)
    }

    fileprivate static func stepCount(_ count: Int, at span: Span) -> Diagnostic {
        Diagnostic(.notAnInteger, "there can be 0 to \(Bounds.steps) steps, not \(count)", at: span)
    }

    fileprivate static func notFoldable(_ term: Term) -> Diagnostic {
        Diagnostic(
            .notATensor,
            "expected a tensor or a sequence of a fixed length to fold over, found \(term.type.withArticle)",
            at: term.span)
    }

    fileprivate static func stepResult(_ from: Term, _ next: Term, _ name: Name, at span: Span) -> Diagnostic {
        Diagnostic(
            .typeMismatch,
            "a step gives a state again: `\(name.text)` makes \(next.type.withArticle) of \(from.type.withArticle)",
            at: span,
            labels: [Label("the first state is \(from.type.withArticle)", at: from.span)])
    }
}
