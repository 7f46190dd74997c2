import Diagnostics
import Syntax

extension Checker {
    /// The domain with what it is shown as; as it was, and a report, where that has no meaning.
    func viewed(_ domain: Domain, as view: TypeExpression.View, in scope: Scope) -> Domain {
        switch view.name.text {
        case "image":
            guard case .tensor(let tensor, _, _) = domain, tensor.canBeImage else {
                report(.imageType(domain.type, at: view.name.span))
                return domain
            }
            return domain.shown(as: .image)
        case "sound":
            guard let expression = view.rate,
                let rate = constantInteger(expression, in: scope, "the number of frames a second")
            else { return domain }
            guard Self.rates.contains(rate) else {
                report(.soundRate(rate, at: expression.span))
                return domain
            }
            guard case .tensor(let tensor, _, _) = domain, tensor.canBeSound else {
                report(.soundType(domain.type, at: view.name.span))
                return domain
            }
            return domain.shown(as: .sound(rate: rate))
        default: return domain
        }
    }

    /// What a WAV file can say.
    private static var rates: ClosedRange<Int> { 1...1_000_000 }
}

extension Domain {
    fileprivate func shown(as view: SayType.Tensor.View) -> Domain {
        guard case .tensor(var tensor, let lower, let upper) = self else { return self }
        tensor.view = view
        return .tensor(tensor, lower: lower, upper: upper)
    }
}

extension SayType.Tensor {
    fileprivate var canBeImage: Bool {
        let rest = sizes.drop { $0 == 1 }
        return (2...3).contains(sizes.count) && (rest.count < 3 || [3, 4].contains(rest.first))
    }

    /// `[frames]`, `[channels, frames]`, or either with dimensions of one in front.
    fileprivate var canBeSound: Bool {
        let rest = sizes.dropLast().drop { $0 == 1 }
        return !sizes.isEmpty && rest.count <= 1 && rest.reduce(1, *) <= SayType.Tensor.channelLimit && element == .real
    }

    private static var channelLimit: Int { 256 }
}

extension Diagnostic {
    fileprivate static func imageType(_ type: SayType, at span: Span) -> Diagnostic {
        Diagnostic(
            .imageShape, "\(type) cannot be shown as an image", at: span,
            hints: [
                Hint("an image is `Tensor[height, width]` or `Tensor[channels, height, width]` with 1, 3 or 4 channels")
            ])
    }

    fileprivate static func soundType(_ type: SayType, at span: Span) -> Diagnostic {
        Diagnostic(
            .soundShape, "\(type) cannot be written as a sound", at: span,
            hints: [
                Hint("a sound is `Tensor[frames]` or `Tensor[channels, frames]`, of reals, with at most 256 channels")
            ])
    }

    fileprivate static func soundRate(_ rate: Int, at span: Span) -> Diagnostic {
        Diagnostic(
            .soundShape, "a sound cannot have \(rate) frames a second", at: span,
            hints: [Hint("speech models often take 16000, and music has 44100; at most 1000000 can be written")])
    }
}
