extension String {
    /// Digits in groups of three: `1,280`.
    package var grouped: String {
        var result = ""
        for (index, digit) in enumerated() {
            if index > 0, (count - index) % 3 == 0 { result.append(",") }
            result.append(digit)
        }
        return result
    }
}
