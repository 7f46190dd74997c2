import Diagnostics
import Syntax

extension Checker {
    func resolveRecord(_ fields: [Field], in scope: Scope) -> Domain? {
        checkDuplicates(fields.map(\.name), "a field")
        let domains = fields.map { resolve($0.type, in: scope) }
        let known = domains.compactMap { $0 }
        guard known.count == fields.count, !fields.isEmpty, fields.allSatisfy({ !$0.name.isMissing }) else {
            return nil
        }
        let named = zip(fields, known).map { SayType.Field(name: $0.name.text, type: $1.type, unit: unit(of: $0)) }
        let domain = Domain.record(SayType.Record(origin: nil, fields: named), known)
        return hasLegalFields(domain.type, at: fields[0].span) ? domain : nil
    }

    /// Whether a record is small enough to be taken apart; reports if not.
    func hasLegalFields(_ type: SayType, at span: Span) -> Bool {
        let (count, depth) = type.fieldCount
        guard count <= Bounds.fields, depth <= Bounds.recordDepth else {
            report(.recordTooLarge(at: span))
            return false
        }
        return true
    }

    /// The first word of the comment behind a field, if it looks like a unit: short, made of letters, `%`, `°`, `µ` and of
    /// `/`, `*`, `^`, digits between them, and not an English word that begins a sentence.
    func unit(of field: Field) -> String? {
        guard let remark = field.remark, let word = remark.split(separator: " ").first.map(String.init) else {
            return nil
        }
        guard word.count <= 8, let first = word.first, first.isLetter || "%°".contains(first) else { return nil }
        guard word.allSatisfy({ $0.isLetter || $0.isNumber || "%°/*^-·".contains($0) }) else { return nil }
        return units.contains(word) || word.contains("/") || word.contains("^") ? word : nil
    }
}

/// What is taken for a unit when it stands alone.
private let units: Set<String> = [
    "m", "km", "cm", "mm", "um", "nm", "ft", "in", "mi", "nmi", "yd", "s", "ms", "us", "ns", "min", "h", "d", "day",
    "days",
    "kg", "g", "mg", "t", "lb", "oz", "rad", "mrad", "deg", "°", "%", "K", "C", "F", "°C", "°F", "N", "kN", "Nm", "J",
    "kJ", "MJ", "kWh", "W",
    "kW", "MW", "V", "mV", "kV", "A", "mA", "Ah", "mAh", "Hz", "kHz", "MHz", "GHz", "Pa", "hPa", "kPa", "bar", "psi",
    "mol", "cd", "lx",
    "lm", "dB", "dBm", "rpm", "px", "kn", "kt", "kts", "g0", "ppm", "thousand", "million", "USD", "EUR", "years",
    "year", "B", "kB", "MB", "GB", "l", "ml", "L", "mL",
]

extension SayType {
    /// Fields in all, and records inside one another. The records inside are known to be legal, which bounds the work.
    fileprivate var fieldCount: (count: Int, depth: Int) {
        var (count, depth) = (0, 0)
        for field in fields ?? [] {
            let inner = field.type.fieldCount
            count += 1 + inner.count
            depth = max(depth, 1 + inner.depth)
        }
        return (count, depth)
    }
}

extension Diagnostic {
    fileprivate static func recordTooLarge(at span: Span) -> Diagnostic {
        Diagnostic(
            .recordTooLarge,
            "a record has at most \(Bounds.fields) fields, and at most \(Bounds.recordDepth) records inside one another",
            at: span)
    }
}
