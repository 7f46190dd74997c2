/// One site of a tensor and the value put there.
struct Move: Hashable, Sendable {
    var site: Int
    var value: Double
}
