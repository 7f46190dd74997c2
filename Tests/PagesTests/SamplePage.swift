@testable import Pages

/// A page with a block of every kind, into which `text` is put wherever words may stand.
func samplePage(_ text: String = "a patch & <friends>") throws -> Page {
    func picture(_ what: String, _ width: Int, _ height: Int, _ content: Picture.Content) throws -> Picture {
        guard let picture = Picture("\(what) \(text)", width: width, height: height, content) else {
            throw UnfitPicture()
        }
        return picture
    }
    let ramp = (0..<24 * 24).map { Double($0 % 24) / 23 }
    let pictures = try [
        picture("grey", 24, 24, .grey(ramp)), picture("heat", 24, 24, .heat(ramp, full: 1)),
        picture("signed", 24, 24, .signed(ramp.map { 2 * $0 - 1 }, full: 1)),
        picture("four colours", 2, 2, .colour([1, 0, 1, 0, 1, 0, 0, 0, 1, 1, 1, 0])),
        picture("wide", 700, 3, .grey([Double](repeating: 0.5, count: 2100))),
    ]
    let table = Table(
        text, columns: [.init("class \(text)")] + (1...12).map { .init("number \($0)", .right) },
        rows: (0..<3).map { row in ["\(row) \(text)"] + (1...12).map { "\($0 * row * 1000)" } })
    let curve = Plot.Line(text, [.init(0, 0), .init(0, 0.7), .init(0.2, 0.9), .init(1, 1)])
    let plot = Plot(
        "curves: \(text)", x: Axis("false positive rate", 0...1), y: Axis("true positive rate", 0...1),
        lines: [
            curve, .init("another", [.init(0, 0), .init(0.5, 0.6), .init(1, 1)]),
            .init("chance", [.init(0, 0), .init(1, 1)], .dashed),
            .init("points", [.init(0.1, 0.2), .init(0.4, .nan), .init(0.6, 0.3)], .dots),
        ])
    let bars = Bars(
        "margins: \(text)", axis: "class", labels: (0..<10).map { "\($0)" }, y: Axis("margin"),
        series: [
            .init("before", (0..<10).map { Bars.Value(3 + Double($0), (2 + Double($0))...(4 + Double($0))) }),
            .init("after \(text)", (0..<10).map { $0 == 4 ? .nan : 2 - Double($0) }),
        ], levels: [.init("bound \(text)", 5)])
    return Page(
        title: "Page \(text)",
        blocks: [
            .verdict("Found: \(text)", .alarming), .verdict("neutral", .neutral), .verdict("good", .reassuring),
            .paragraph(text), .heading(text), .facts([.init("name \(text)", "value \(text)")]),
            .card(title: text, [.subheading(text), .pictures(pictures), .table(table)]),
            .columns([.plot(plot), .bars(bars)]),
            .heading("linked \(text)", anchor: "linked"),
            .difference(
                Difference("diff \(text)", [.init(.kept, text), .init(.removed, "a"), .init(.added, text)])),
            .table(
                Table(
                    columns: [.init("name"), .init("what it says", .prose)],
                    cells: [
                        [.init(text, link: "linked", .alarming), .init(text, .changed)], [.init("a", .neutral), "b"],
                    ])),
            .plot(
                Plot(
                    "powers \(text)", x: Axis("tries", nil, .logarithmic), y: Axis("margin"),
                    lines: [.init(text, [.init(1, 3), .init(40, 2), .init(90_000, -1)])])),
            .link("back \(text)", to: "linked"),
            .details(summary: text, [.code("gainsay \(text)"), .paragraph(text)]),
        ])
}

struct UnfitPicture: Error {}
