import Checker
import Compiler
import Pages

/// The tensors of a counterexample as pictures, plots and bars, with what they were before beside them.
struct ExhibitBlocks {
    private let exhibits: [Exhibit]
    /// By their sizes: what others of the same sizes were made from.
    private let origins: [[Int]: Exhibit]
    private let pictures: Set<[Int]>

    init(_ example: Counterexample) {
        let rows = example.inputs.flatMap { $0.row?.tensors ?? [] }.compactMap { Exhibit($0, .row) }
        let inputs = example.inputs.compactMap { Exhibit($0) }
        let steps = (example.lets + example.sides).compactMap { Exhibit($0, .step) }
        exhibits = rows + inputs + steps
        var origins: [[Int]: Exhibit] = [:]
        for exhibit in rows + inputs.filter(\.isOrigin) where origins[exhibit.sizes] == nil {
            origins[exhibit.sizes] = exhibit
        }
        self.origins = origins
        pictures = Set(exhibits.filter { $0.view == .image }.map(\.sizes))
    }

    /// Pictures in rows, plots side by side.
    var blocks: [Block] {
        var (blocks, plots, done) = ([Block](), [Block](), Set<[Int]>())
        for exhibit in exhibits where done.insert(exhibit.sizes).inserted {
            for block in self.blocks(of: exhibits.filter { $0.sizes == exhibit.sizes }) {
                if case .pictures(let pictures) = block {
                    if !pictures.isEmpty { blocks.append(block) }
                } else {
                    plots.append(block)
                }
            }
        }
        return blocks + (plots.isEmpty ? [] : [.columns(plots)])
    }

    /// Of tensors of the same sizes, whose first is an origin if there is one.
    private func blocks(of alike: [Exhibit]) -> [Block] {
        let sizes = alike[0].sizes
        let origin = origins[sizes]
        let results = alike.filter { $0.name != origin?.name && $0.role == .step }
        // A perturbation is seen in what it makes of its origin.
        let others = alike.filter { exhibit in
            exhibit.name != origin?.name && exhibit.role != .step
                && (results.isEmpty || origin == nil || !exhibit.isPerturbation)
        }
        if pictures.contains(sizes), let layout = PixelLayout(sizes) {
            let shown = PictureRow(layout, origin, results + others.filter { !$0.isPerturbation }).pictures
            return [.pictures(shown + others.filter(\.isPerturbation).compactMap { signed($0, layout) })]
        }
        let all = (origin.map { [$0] } ?? []) + others + results
        if let series = Series(all) { return series.blocks }
        if sizes.count == 1, let labels = alike[0].labels, (2...32).contains(sizes[0]) { return [bars(all, labels)] }
        guard sizes.count > 1, let layout = PixelLayout(sizes), layout.channels == 1, sizes.reduce(1, *) <= 1 << 20
        else {
            return []
        }
        return [.pictures(all.compactMap { signed($0, layout) })]
    }

    private func signed(_ exhibit: Exhibit, _ layout: PixelLayout) -> Picture? {
        Picture(
            "\(exhibit.name): from \(exhibit.least) (blue) over 0 (white) to \(exhibit.greatest) (red)",
            layout, difference: exhibit.values)
    }

    private func bars(_ all: [Exhibit], _ labels: [String]) -> Block {
        .bars(
            Bars(
                all.map(\.name).joined(separator: " and "), axis: all[0].axis, labels: labels, y: Axis("value"),
                series: all.prefix(6).map { .init($0.name, $0.values) }))
    }
}

/// One tensor of a counterexample.
struct Exhibit {
    enum Role { case row, input, step }

    let name: String
    let sizes: [Int]
    let values: [Double]
    let role: Role
    let view: SayType.Tensor.View?
    /// Of the entries, where there is one dimension.
    let labels: [String]?
    let axis: String
    /// Of an input: the simplest one.
    let reference: [Double]?

    /// nil for what is no tensor of numbers.
    init?(_ step: Counterexample.Step, _ role: Role) {
        guard case .tensor(let type) = step.type else { return nil }
        self.init(step.name, type, step.values, role, nil)
    }

    init?(_ input: Counterexample.Input) {
        guard case .tensor(let type) = input.leaf.type, input.leaf.texts == nil, input.row == nil else { return nil }
        let reference = input.reference?.compactMap { Double($0) }
        self.init(input.name, type, input.values.compactMap { Double($0) }, .input, reference)
    }

    private init?(
        _ name: String, _ type: SayType.Tensor, _ values: [Double], _ role: Role, _ reference: [Double]?
    ) {
        sizes = type.dimensions.map(\.size)
        guard type.element == .real || type.element == .int, values.count == sizes.reduce(1, *), values.count > 1 else {
            return nil
        }
        (self.name, self.values, self.role, view) = (name, values, role, type.view)
        self.reference = reference?.count == values.count ? reference : nil
        let named = type.dimensions.count == 1 ? type.dimensions[0].labels : nil
        labels = type.dimensions.count == 1 ? named?.cases ?? values.indices.map(String.init) : nil
        axis = named?.name ?? "entry"
    }

    /// Whether an input is what others are made from: a picture, or a series, that is not nothing at its simplest.
    var isOrigin: Bool { role == .input && !isPerturbation }

    /// Whether an input is a change of something else: 0 at its simplest, and of either sign.
    var isPerturbation: Bool {
        role == .input && view == nil && reference.map { $0.allSatisfy { $0 == 0 } } ?? false
    }

    var least: String { (values.min() ?? 0).rounded(toSignificant: 3) }
    var greatest: String { (values.max() ?? 0).rounded(toSignificant: 3) }
}

/// An origin and what was made from it side by side, each with what was changed.
struct PictureRow {
    private let layout: PixelLayout
    private let origin: Exhibit?
    private let results: [Exhibit]

    init(_ layout: PixelLayout, _ origin: Exhibit?, _ results: [Exhibit]) {
        (self.layout, self.origin, self.results) = (layout, origin, results)
    }

    var pictures: [Picture] {
        var pictures: [Picture?] = []
        if let origin {
            pictures.append(picture(results.isEmpty ? origin.name : "before: \(origin.name)", origin.values))
        }
        for result in results {
            let before = origin?.values ?? (result.isPictureOfItself ? result.reference : nil)
            if origin == nil, let before { pictures.append(picture("before: \(result.name) at its simplest", before)) }
            pictures.append(picture(before == nil ? result.name : "after: \(result.name)", result.values))
            if let before, let change = change(from: before, to: result) { pictures.append(change) }
        }
        return pictures.compactMap(\.self)
    }

    private func change(from before: [Double], to result: Exhibit) -> Picture? {
        let change = zip(result.values, before).map { $0 - $1 }
        let count = change.count { $0 != 0 }
        guard count > 0 else { return nil }
        let (low, high) = ((change.min() ?? 0).rounded(toSignificant: 3), (change.max() ?? 0).rounded(toSignificant: 3))
        return Picture(
            "changed: \(count) of \(change.count) entries, from \(low) (blue) to \(high) (red)", layout,
            difference: change)
    }

    /// On one scale with all the others: from 0 to 1 where that holds them.
    private func picture(_ caption: String, _ values: [Double]) -> Picture? {
        let all = (origin?.values ?? []) + results.flatMap(\.values)
        let (low, high) = (min(all.min() ?? 0, 0), max(all.max() ?? 1, 1))
        let pixels = layout.interleaved(values).map { ($0 - low) / (high - low) }
        return Picture(
            caption, width: layout.width, height: layout.height, layout.channels == 3 ? .colour(pixels) : .grey(pixels))
    }
}

extension Exhibit {
    /// Whether its simplest values are a picture too, not one of a single colour.
    fileprivate var isPictureOfItself: Bool {
        reference.map { reference in reference != values && reference.contains { $0 != reference[0] } } ?? false
    }
}

extension Picture {
    /// What was added in red, what was taken in blue, of all channels together.
    fileprivate init?(_ caption: String, _ layout: PixelLayout, difference: [Double]) {
        let size = layout.width * layout.height
        guard difference.count == size * layout.channels else { return nil }
        let sums = (0..<size).map { place in
            (0..<layout.channels).reduce(0.0) { $0 + difference[$1 * size + place] }
        }
        let full = sums.map(\.magnitude).filter(\.isFinite).max() ?? 0
        self.init(
            caption, width: layout.width, height: layout.height, .signed(sums, full: max(full, .leastNormalMagnitude)))
    }
}
