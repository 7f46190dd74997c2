import Testing

@testable import Pages

struct PlotTests {
    @Test func ticksAreRoundAndFew() {
        for (low, high) in [(0.0, 1.0), (-3.2, 7.9), (0, 1e-9), (5, 5), (-1e300, 1e300), (0, 31), (123_456, 123_460)] {
            let scale = Axis("").scale(over: [low, high], from: 0, to: 100)
            #expect((3...11).contains(scale.ticks.count), "\(low) to \(high): \(scale.ticks)")
            #expect(scale.holds(low) && scale.holds(high))
        }
        #expect(
            Axis("", 0...1).scale(over: [], from: 0, to: 1).ticks.map(Scale.text) == [
                "0", "0.2", "0.4", "0.6", "0.8", "1",
            ])
        #expect(Axis("").scale(over: [.nan, .infinity], from: 0, to: 1).low == 0)
    }

    @Test func powersOfTenAreEvenlySpaced() {
        let scale = Axis("", nil, .logarithmic).scale(over: [0, -1, 3, 90_000, .infinity], from: 0, to: 100)
        #expect(scale.ticks == [1, 10, 100, 1000, 10_000, 100_000] && scale.place(100) == 40)
        #expect(!scale.holds(0) && !scale.holds(-1) && scale.holds(3) && !scale.holds(.infinity))
        let wide = Axis("", nil, .logarithmic).scale(over: [1e-300, 1e300], from: 0, to: 100)
        #expect((3...11).contains(wide.ticks.count) && wide.holds(1e300))
        #expect(Axis("", nil, .logarithmic).scale(over: [], from: 0, to: 1).ticks == [1, 10])
    }

    @Test func placesRunAlongTheAxis() {
        let scale = Axis("", -1...3).scale(over: [], from: 276, to: 30)
        #expect(scale.place(-1) == 276 && scale.place(3) == 30 && scale.place(1) == 153)
    }

    @Test func barsStandOnZero() throws {
        let bars = Bars("", axis: "", labels: ["a", "b"], y: Axis(""), series: [.init("", [2, -1])])
        let zero = try #require(bars.view["zero"] as? String)
        let drawn = try #require(bars.view["bars"] as? [View])
        #expect(drawn[1]["y"] as? String == zero)
        let (top, height) = (try #require(drawn[0]["y"] as? String), try #require(drawn[0]["height"] as? String))
        #expect(abs((Double(top) ?? 0) + (Double(height) ?? 0) - (Double(zero) ?? -1)) < 0.11)
    }

    @Test func ofManyLabelsSomeAreWritten() throws {
        let bars = Bars(
            "", axis: "", labels: (0..<1000).map(String.init), y: Axis(""),
            series: [.init("", (0..<1000).map { Double($0) })])
        #expect(try #require(bars.view["across"] as? [View]).count <= 24)
        #expect(try #require(bars.view["bars"] as? [View]).count == 1000)
    }

    @Test func nothingAtAllIsDrawnToo() {
        let page = Page(
            title: "",
            blocks: [
                .plot(Plot("", x: Axis(""), y: Axis(""), lines: [])),
                .bars(Bars("", axis: "", labels: [], y: Axis(""), series: [])), .table(Table(columns: [], rows: [])),
                .pictures([]), .facts([]),
            ])
        #expect(page.html().contains("</html>"))
    }
}
