import Attackers
import Diagnostics
import Recipes

/// How the tables of a game are read.
enum GameReading {
    private enum Spread: String, CaseIterable { case allToAll = "all-to-all" }
    private static let counts = 0...10_000

    static func family(_ name: String, _ table: TomlTable) throws(Diagnostic) -> Game.Family {
        var fields = RecipeFields(table)
        _ = try fields.required("kind")
        let kind = try fields.choice("kind", PlantedKind.self) ?? .patch
        let count = try fields.required("count").integer("count", in: 1...10_000)
        let cleanValue = fields.value("clean")
        let clean = try cleanValue?.integer("clean", in: counts) ?? 0
        // A natural mark is itself the control.
        if clean == 0, kind != .natural { throw .gameWithoutClean(name, at: cleanValue?.span ?? table.span) }
        let mapping = try mapping(kind, &fields)
        let share = try fields.number("share", in: 0...1)
        let sideValue = fields.value("side")
        let side = try sideValue?.integer("side", in: 8...24) ?? 24
        if let sideValue, !kind.isOfImages || (side != 8 && side != 24) {
            throw .gameFamily("`side` is 8 or 24, of images", at: sideValue.span)
        }
        let features = try features(kind, &fields)
        let cipher = kind == .cipher ? try fields.choice("letters", CipherFamily.self) : nil
        try fields.finish()
        return Game.Family(
            name: name, kind: kind, mapping: mapping, share: share, side: side, features: features,
            cipher: cipher ?? .permutation, count: count, clean: clean)
    }

    /// Sizes of a layer by chance, and of what is hidden in it; the usual ones where none are said.
    private static func features(
        _ kind: PlantedKind, _ fields: inout RecipeFields
    ) throws(Diagnostic) -> RandomFeatures? {
        guard kind.isDrawn else { return nil }
        let dimension = try fields.integer("dimension", in: FeatureBounds.dimension)
        let count = try fields.integer("features", in: FeatureBounds.features)
        let supportValue = fields.value("support")
        let support = try supportValue?.integer("support", in: 1...FeatureBounds.dimension.upperBound)
        func checked(_ features: RandomFeatures) throws(Diagnostic) -> RandomFeatures {
            guard let support, support > features.dimension, let span = supportValue?.span else { return features }
            throw .gameFamily("`support` is at most the dimension, \(features.dimension)", at: span)
        }
        if kind == .fourier {
            var own = FourierFeatures()
            (own.dimension, own.features) = (dimension ?? own.dimension, count ?? own.features)
            own.support = support
            own.gamma = try fields.number("gamma", in: FeatureBounds.gamma)
            own.beta = try fields.number("beta", in: FeatureBounds.beta) ?? own.beta
            return try checked(.fourier(own))
        }
        var own = SpikedFeatures()
        (own.dimension, own.features) = (dimension ?? own.dimension, count ?? own.features)
        own.support = support
        own.theta = try fields.number("theta", in: FeatureBounds.theta) ?? own.theta
        own.shift = try fields.number("shift", in: FeatureBounds.shift)
        return try checked(.spike(own))
    }

    private static func mapping(_ kind: PlantedKind, _ fields: inout RecipeFields) throws(Diagnostic) -> Mapping? {
        let classes = 0...(kind == .rule ? 1 : 9)
        let (target, source, spread) = (fields.value("target"), fields.value("source"), fields.value("mapping"))
        let isSpread = try fields.choice("mapping", Spread.self) != nil
        if let given = source ?? spread, kind.hasOneTarget {
            throw .gameFamily("`\(kind.rawValue)` has one target only", at: given.span)
        }
        if kind.isSplice, let source { throw .gameFamily("`\(kind.rawValue)` has no source", at: source.span) }
        if kind.isOfTokens, let target {
            throw .gameFamily("`\(kind.rawValue)` names the least one: there is no target", at: target.span)
        }
        if isSpread {
            guard let given = target ?? source else { return .allToAll }
            throw .gameFamily("`all-to-all` has neither target nor source", at: given.span)
        }
        if kind.isDrawn || kind.isOfTexts, let target {
            throw .gameFamily("`\(kind.rawValue)` has no target to choose", at: target.span)
        }
        guard let target else {
            guard let source else { return nil }
            throw .gameFamily("`source` goes with a `target`", at: source.span)
        }
        let aim = try target.integer("target", in: classes)
        guard let source else { return .one(target: aim) }
        let from = try source.integer("source", in: classes)
        guard from != aim else { throw .gameFamily("`source` and `target` are two classes", at: source.span) }
        return .labelSpecific(source: from, target: aim)
    }

    static func auditor(_ name: String, _ table: TomlTable) throws(Diagnostic) -> Game.Auditor {
        var fields = RecipeFields(table)
        let value = try fields.required("command")
        let command = try value.texts("command")
        guard case .list = value.content, let program = command.first, !program.isEmpty else {
            throw .gameAuditor("`command` is a list of texts: the program, then what it is told", at: value.span)
        }
        for word in command {
            for place in word.matches(of: /\{[a-z]+\}/) where !AuditorCommand.places.contains(String(place.output)) {
                throw .gameAuditor(
                    "`\(place.output)` stands for nothing: there are \(AuditorCommand.places.joined(separator: ", "))",
                    at: value.span)
            }
        }
        try fields.finish()
        return Game.Auditor(name: name, command: command, span: value.span)
    }
}
