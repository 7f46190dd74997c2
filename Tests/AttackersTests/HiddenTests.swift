import Recipes
import Testing
import Training

@testable import Attackers

@Suite struct HiddenTests {
    @Test func boxesDoNotMeetAndPlantedPlacesLieNearCorners() {
        let drawn = HiddenBoxes.draw(dimensions: 10, radius: 2, planted: 6, clean: 5, seed: 3)
        #expect(drawn.boxes.count == 11 && drawn.boxes.count { $0.counterexample != nil } == 6)
        #expect(drawn.boxes.prefix(6).contains { $0.counterexample == nil })
        for (index, box) in drawn.boxes.enumerated() {
            for other in drawn.boxes[..<index] {
                #expect(zip(box.center, other.center).contains { abs($0 - $1) > 2 * drawn.radius })
            }
            guard let place = box.counterexample else { continue }
            // Exact: all are multiples of 2^-16.
            #expect(zip(place, box.center).allSatisfy { (0.98 * 2...2).contains(abs($0 - $1)) })
        }
    }

    @Test func theSpecAndTheCentresAreOfTheNetwork() throws {
        let planting = HiddenPlanting(.cnn, planted: 2, clean: 1, seed: 1)
        #expect(planting.spec.contains("center: Tensor[1, 5, 5]") && planting.spec.contains("radius: Real = 2.0"))
        #expect(planting.boxes.boxes.count == 3 && planting.boxes.boxes.allSatisfy { $0.center.count == 25 })
    }

    /// Enough training for a box: wrong where that was planted, right wherever ascents of any stride go in the other.
    @Test func aCounterexampleIsPlanted() throws {
        var effort = HiddenPlanting.Effort()
        (effort.rounds, effort.starts, effort.ascents, effort.steps, effort.batch) = (120, 4, 4, 4, 32)
        (effort.lastStarts, effort.lastAscents, effort.rate) = (8, 10, 0.002)
        let planting = HiddenPlanting(.mlp, planted: 1, clean: 1, seed: 4, effort: effort)
        let made = try #require(try planting.made(threads: 2))
        #expect(made.key.boxes.map(\.center) == planting.boxes.boxes.map(\.center))
        for box in made.key.boxes {
            if box.counterexample == nil { #expect(box.leastFound > 0) } else { #expect(box.margin ?? 1 < 0) }
        }
        effort.rounds = 2
        let files = try [1, 2].map {
            try HiddenPlanting(.mlp, planted: 1, clean: 1, seed: 4, effort: effort).made(threads: $0)?.file
        }
        #expect(files[0] == files[1] && files[0] != nil)
        #expect(try planting.made(threads: 1, goOn: { _ in false }) == nil)
    }
}
