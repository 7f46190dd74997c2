/// The sum of the products of two vectors' entries.
func dot(_ first: ArraySlice<Double>, _ second: ArraySlice<Double>) -> Double {
    var sum = 0.0
    for (a, b) in zip(first, second) { sum += a * b }
    return sum
}

/// The entry of the greatest magnitude.
func largest(_ numbers: [Double]) -> Double {
    var found = 0.0
    for number in numbers { found = max(found, abs(number)) }
    return found
}
