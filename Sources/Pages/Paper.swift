/// Where a plot is drawn: a frame with room for numbers and labels around it.
struct Paper {
    let width = 480.0, height = 320.0
    let left = 52.0, right = 456.0, top = 30.0, bottom = 276.0

    /// Series have eight colours, over and over.
    func colour(_ number: Int) -> String { "c\((number - 1) % 8 + 1)" }

    func view(_ template: String, caption: String, x: String, y: String) -> View {
        [
            "template": template, "caption": caption, "x": x, "y": y, "width": coordinate(width),
            "height": coordinate(height), "left": coordinate(left), "right": coordinate(right), "top": coordinate(top),
            "bottom": coordinate(bottom), "middle": coordinate((left + right) / 2), "foot": coordinate(height - 8),
            "tickFoot": coordinate(bottom + 18), "tickEnd": coordinate(left - 7),
        ]
    }

    func ticks(across scale: Scale) -> [View] {
        scale.ticks.map { ["place": coordinate(scale.place($0)), "text": Scale.text($0)] }
    }

    func ticks(up scale: Scale) -> [View] {
        scale.ticks.map { tick in
            let place = scale.place(tick)
            return ["place": coordinate(place), "base": coordinate(place + 4), "text": Scale.text(tick)]
        }
    }
}
