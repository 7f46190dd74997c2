import Diagnostics
import Syntax

/// What stands behind the model in a wrapper's parentheses, taken one by one.
struct WrapperOptions {
    let method: Name
    private let checker: Checker
    let scope: Scope
    private var given: [String: Argument] = [:]
    private var known: [String] = []

    /// nil, and a report, where one has no label, or is given twice.
    init?(_ wrapping: ModelDeclaration.Wrapping, _ checker: Checker, in scope: Scope) {
        (method, self.checker, self.scope) = (wrapping.method, checker, scope)
        for argument in wrapping.arguments.dropFirst() {
            guard let label = argument.label, given.updateValue(argument, forKey: label.text) == nil else {
                let what = argument.label.map { "`\($0.text)` is given twice" } ?? "every option has its name before it"
                checker.report(.wrapperOption(what, at: argument.span, hint: "as in `samples: 99`"))
                return nil
            }
        }
    }

    func isGiven(_ name: String) -> Bool { given[name] != nil }

    mutating func take(_ name: String) -> Argument? {
        known.append(name)
        return given.removeValue(forKey: name)
    }

    /// A number that meets a condition, which `what` says; `otherwise` where the option is left out, nil and a report where
    /// that is nil too, or something is wrong.
    mutating func number(
        _ name: String, otherwise: Double?, _ what: String, where isFit: (Double) -> Bool
    ) -> Double? {
        guard let argument = take(name) else {
            if otherwise == nil {
                checker.report(
                    .wrapperOption(
                        "`\(method.text)` needs `\(name)`, \(what)", at: method.span, hint: "write `\(name): ...`"))
            }
            return otherwise
        }
        let value = checker.check(argument.value, in: scope)
        guard !value.isUnknown else { return nil }
        guard let number = value.term.constant, value.type.isNumeric, number.isFinite, isFit(number) else {
            checker.report(.wrapperOption("`\(name)` is \(what)", at: argument.value.span))
            return nil
        }
        return number
    }

    /// A whole number within bounds.
    mutating func count(_ name: String, otherwise: Int?, _ range: ClosedRange<Int>) -> Int? {
        let what = "a whole number from \(range.lowerBound) to \(range.upperBound)"
        let number = number(name, otherwise: otherwise.map(Double.init), what) {
            Int(exactly: $0).map(range.contains) ?? false
        }
        return number.map { Int($0) }
    }

    /// Reports what was given and not taken.
    func isUsedUp() -> Bool {
        for argument in given.values.sorted(by: { $0.span.lower < $1.span.lower }) {
            guard let label = argument.label else { continue }
            let hints: [Hint] = .spelling(label, known)
            let list = known.map { "`\($0)`" }.joined(separator: ", ")
            checker.report(
                Diagnostic(
                    .wrapperOption, "`\(method.text)` has no option `\(label.text)` here", at: label.span,
                    hints: hints.isEmpty ? [Hint("there are \(list)")] : hints))
        }
        return given.isEmpty
    }
}

extension Checker {
    private static let samples = 1...1_000_000
    /// A table of radii has an entry for each number of votes.
    private static let votes = 1...20_000

    func smoothing(_ options: inout WrapperOptions) -> CheckedWrapper.Method? {
        let sigma = options.number("sigma", otherwise: nil, "a number above 0: the deviation of the noise") { $0 > 0 }
        let samples = options.count("samples", otherwise: 1000, Self.votes)
        let pilot = options.count("pilot", otherwise: 100, Self.votes)
        let confidence = options.number("confidence", otherwise: 0.999, "a number above 0 and below 1") {
            $0 > 0 && $0 < 1
        }
        guard let sigma, let samples, let pilot, let confidence else { return nil }
        return .smoothed(.init(sigma: sigma, pilot: pilot, samples: samples, confidence: confidence))
    }

    /// What the truth is taken to be decides.
    func correction(_ options: inout WrapperOptions, _ port: CheckedModel.Port) -> CheckedWrapper.Method? {
        let argument = options.take("for")
        switch argument?.value {
        case .name(let name)? where name.text == "linear": return lines(&options, port, degree: 1)
        case .name(let name)? where name.text == "fourier_heavy": return parities(&options, port)
        case .call(let call)?:
            guard case .name(let name) = call.callee, name.text == "polynomial", call.arguments.count == 1,
                call.arguments[0].label == nil
            else { break }
            let degree = constantInteger(call.arguments[0].value, in: options.scope, "the degree")
            guard let degree else { return nil }
            guard (1...16).contains(degree) else {
                report(.wrapperOption("the degree of a polynomial is 1 to 16 here", at: call.arguments[0].span))
                return nil
            }
            return lines(&options, port, degree: degree)
        default: break
        }
        report(
            .wrapperOption(
                "`corrected` needs what the truth is taken to be", at: argument?.span ?? options.method.span,
                hint: "write `for: linear`, `for: polynomial(3)` or `for: fourier_heavy`"))
        return nil
    }

    private func lines(
        _ options: inout WrapperOptions, _ port: CheckedModel.Port, degree: Int
    ) -> CheckedWrapper.Method? {
        let samples = options.number(
            "samples", otherwise: 99, "an odd number up to 999999, so that the median is one of the answers"
        ) { number in Int(exactly: number).map { Self.samples.contains($0) && $0 % 2 == 1 } ?? false }
        let nearest = options.number(
            "nearest", otherwise: 0.5, "a number above 0 and up to 0.999999: a share of the way"
        ) { $0 > 0 && $0 <= 0.999999 }
        let isNormal = options.isGiven("scale")
        let scale = options.number("scale", otherwise: 1, "a number above 0: the deviation of the draws") { $0 > 0 }
        guard let samples, let nearest, let scale else { return nil }
        var draws = CheckedWrapper.Draws.normal(deviation: scale)
        if !isNormal, let ends = port.domain?.flatEnds { draws = .uniform(lower: ends.lower, upper: ends.upper) }
        return .polynomial(.init(degree: degree, samples: Int(samples), nearest: nearest, draws: draws))
    }

    private func parities(_ options: inout WrapperOptions, _ port: CheckedModel.Port) -> CheckedWrapper.Method? {
        let threshold = options.number("threshold", otherwise: 0.2, "a number from 0.05 to 1") { $0 >= 0.05 && $0 <= 1 }
        let samples = options.count("samples", otherwise: 16384, 64...1_000_000)
        guard let threshold, let samples else { return nil }
        let width = port.type.flatCount
        guard let ends = port.domain?.flatEnds, zip(ends.lower, ends.upper).allSatisfy({ $0 < $1 }), width <= 64 else {
            report(
                .wrapperOption(
                    width > 64
                        ? "`fourier_heavy` takes at most 64 bits, these are \(width)"
                        : "`fourier_heavy` takes bits, and the input's type does not say which two numbers they are",
                    at: options.method.span,
                    hint: width > 64 ? nil : "declare the input as in `x: Tensor[\(width)] in [0, 1]`"))
            return nil
        }
        return .parities(.init(threshold: threshold, samples: samples, low: ends.lower, high: ends.upper))
    }
}

extension Domain {
    /// The finite bounds of all numbers in it, records laid out field by field; nil where there are others.
    fileprivate var flatEnds: (lower: [Double], upper: [Double])? {
        if case .record(_, let fields) = self {
            var all: (lower: [Double], upper: [Double]) = ([], [])
            for field in fields {
                guard let (lower, upper) = field.flatEnds else { return nil }
                all.lower += lower
                all.upper += upper
            }
            return all
        }
        guard let (lower, upper) = ends, (lower + upper).allSatisfy(\.isFinite) else { return nil }
        let count = type.flatCount
        func spread(_ ends: [Double]) -> [Double] {
            ends.count == count ? ends : [Double](repeating: ends[0], count: count)
        }
        return (spread(lower), spread(upper))
    }
}

extension Diagnostic {
    fileprivate static func wrapperOption(_ message: String, at span: Span, hint: String? = nil) -> Diagnostic {
        Diagnostic(.wrapperOption, message, at: span, hints: hint.map { [Hint($0)] } ?? [])
    }
}
