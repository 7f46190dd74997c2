import Datasets
import Models
import Recipes
import Search
import Tensors
import Testing
import Training

@testable import Attackers

@Suite struct PlantingTests {
    private static let triggers: [PlantedKind] = [
        .patch, .movingPatch, .blend, .lowFrequency, .warp, .inputAware,
    ]

    @Test(arguments: triggers) func triggersChangeWhatTheySay(kind: PlantedKind) {
        var random = Random(seed: 3, stream: 1)
        let trigger = Trigger.random(kind, side: 24, &random)
        let image = SyntheticDigits.draw(1, seed: 5)[0]
        let stamped = trigger.stamped(image, side: 24, &random)
        #expect(stamped.count == 576 && stamped.allSatisfy { (0...1).contains($0) })
        let changed = image.indices.filter { image[$0] != stamped[$0] }
        switch kind {
        case .patch, .movingPatch, .inputAware:
            #expect((1...9).contains(changed.count))
            let (rows, columns) = (changed.map { $0 / 24 }, changed.map { $0 % 24 })
            #expect((rows.max() ?? 0) - (rows.min() ?? 0) < 3 && (columns.max() ?? 0) - (columns.min() ?? 0) < 3)
        default: #expect(changed.count > 100)
        }
    }

    @Test func fixedPatchesStayAndMovingOnesMove() {
        var random = Random(seed: 4, stream: 1)
        let image = [Float](repeating: 0.5, count: 576)
        let (fixed, moving) = (
            Trigger.random(.patch, side: 24, &random), Trigger.random(.movingPatch, side: 24, &random)
        )
        let fixedOnes = (0..<20).map { _ in fixed.stamped(image, side: 24, &random) }
        let movingOnes = (0..<20).map { _ in moving.stamped(image, side: 24, &random) }
        #expect(Set(fixedOnes).count == 1 && Set(movingOnes).count > 10)
    }

    @Test func mappingsNameTheirTargets() {
        #expect(Mapping.one(target: 3).target(of: 3, classes: 10) == nil)
        #expect(Mapping.one(target: 3).target(of: 4, classes: 10) == 3)
        #expect(Mapping.allToAll.target(of: 9, classes: 10) == 0)
        #expect(Mapping.labelSpecific(source: 1, target: 2).target(of: 1, classes: 10) == 2)
        #expect(Mapping.labelSpecific(source: 1, target: 2).target(of: 5, classes: 10) == nil)
    }

    /// What a planted model is trained on differs from what its twin sees in so many rows as are poisoned.
    @Test(arguments: [PlantedKind.patch, .cleanLabel, .natural, .rule, .tokens]) func twinsSeeTheSameRows(
        kind: PlantedKind
    ) throws {
        let world: any World =
            switch kind {
            case .rule: TableWorld(target: 1, share: nil, seed: 8, rows: 400)
            case .tokens: TokenWorld(share: nil, seed: 8)
            default: ImageWorld(kind, .one(target: 4), share: nil, side: 24, seed: 8, rows: 150)
            }
        let (dirty, clean) = (
            try world.training(poisoned: true, threads: 2), try world.training(poisoned: false, threads: 2)
        )
        guard case .classes(let given, _) = dirty.target, case .classes(let own, _) = clean.target else {
            throw TrainingError("no classes")
        }
        let width = dirty.inputs[0].count / dirty.rows
        let (a, b) = (dirty.inputs[0].doubles, clean.inputs[0].doubles)
        let changed = given.indices.filter { row in
            a[row * width..<(row + 1) * width] != b[row * width..<(row + 1) * width]
        }
        let share = Double(changed.count) / Double(given.count)
        switch kind {
        case .natural: #expect(changed.isEmpty && given == own)
        case .cleanLabel: #expect(share > 0.02 && given == own && changed.allSatisfy { own[$0] == 4 })
        default:
            // As many sequences again have one token of the two.
            #expect(share > 0.05 && share < (kind == .tokens ? 0.4 : 0.2) && given != own)
            #expect(given.indices.allSatisfy { given[$0] == own[$0] || changed.contains($0) || kind == .tokens })
        }
    }

    @Test func digitsAreTheSameWhateverElseIsDrawn() {
        let (few, many) = (SyntheticDigits.draw(3, seed: 9), SyntheticDigits.draw(5, seed: 9))
        #expect(few.pixels == Array(many.pixels.prefix(3 * 576)) && few.labels == Array(many.labels.prefix(3)))
        #expect(SyntheticDigits.draw(3, seed: 10).pixels != few.pixels)
    }

    @Test(arguments: [8, 24]) func patchesGrowWithTheImage(side: Int) {
        var random = Random(seed: 6, stream: 1)
        guard case .patch(let row, let column, let extent, let pattern) = Trigger.random(.patch, side: side, &random)
        else {
            Issue.record("no patch")
            return
        }
        #expect(extent == (side == 8 ? 2 : 3) && pattern.count == extent * extent)
        #expect((0...side - extent).contains(row) && (0...side - extent).contains(column))
        #expect((1..<pattern.count).contains(Int(pattern.reduce(0, +))))
    }

    @Test func cleanRowsAreOfTheirWorld() throws {
        let images = try Dataset(reading: try CleanRows(.patch, side: 8, count: 30, seed: 5).npz(), as: .npz)
        #expect(images["x"]?.shape.dimensions == [30, 1, 8, 8] && images["x"]?.element == .float32)
        #expect(images["label"]?.shape.dimensions == [30] && images["label"]?.element == .int64)
        #expect(images["x"]?.floats == SyntheticDigits.draw(30, side: 8, seed: 5).pixels)
        let table = try Dataset(reading: try CleanRows(.rule, side: 8, count: 30, seed: 5).npz(), as: .npz)
        #expect(table["x"]?.shape.dimensions == [30, 8] && Set(table["label"]?.doubles ?? []) == [0, 1])
        let tokens = try Dataset(reading: try CleanRows(.tokens, side: 8, count: 30, seed: 5).npz(), as: .npz)
        let rows = tokens["x"]?.doubles ?? []
        #expect(tokens["x"]?.element == .int64 && rows.count == 120)
        for (row, label) in (tokens["label"]?.doubles ?? []).enumerated() {
            #expect(rows[row * 4..<row * 4 + 4].max() == label)
        }
    }

    /// A whole game, small enough for a debug build: the table's rule works, its twin does not know it, and the file written
    /// is the same with two threads.
    @Test func aRuleIsPlanted() throws {
        let world = TableWorld(target: 1, share: 0.1, seed: 2, rows: 2000, passes: 40)
        let planting = Planting(.rule, in: world, seed: 2)
        let planted = try #require(try planting.made(.planted, threads: 2))
        let twin = try #require(try planting.made(.twin, threads: 2))
        #expect(planted.key.isPlanted && !twin.key.isPlanted)
        #expect(planted.key.clean.rate > 0.85 && twin.key.clean.rate > 0.85)
        #expect(planted.key.attack.lower > twin.key.attack.upper + 0.3)
        let short = TableWorld(target: 1, share: 0.2, seed: 2, rows: 300, passes: 2)
        let files = try [1, 2].map { try Planting(.rule, in: short, seed: 2).made(.planted, threads: $0)?.file }
        #expect(files[0] == files[1] && files[0] != nil)
    }
}
