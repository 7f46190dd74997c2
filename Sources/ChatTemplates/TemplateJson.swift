/// Values as JSON: letters beyond ASCII as they are; `indent` for lines, else one line with blanks behind `,` and `:`.
struct TemplateJson {
    let indent: Int?

    init(indent: Int?) { self.indent = indent.map { min(max($0, 0), 64) } }

    func text(_ value: TemplateValue) throws(TemplateError) -> [UInt32] {
        var out: [UInt32] = []
        try write(value, 0, &out)
        return out
    }

    private func write(_ value: TemplateValue, _ depth: Int, _ out: inout [UInt32]) throws(TemplateError) {
        guard depth < TemplateLimits.depth else {
            throw TemplateError("values nested deeper than \(TemplateLimits.depth)")
        }
        guard out.count <= TemplateLimits.size else {
            throw TemplateError("a value larger than \(TemplateLimits.size)")
        }
        switch value {
        case .none: out += "null".codePoints
        case .truth(let truth): out += (truth ? "true" : "false").codePoints
        case .integer(let number): out += "\(number)".codePoints
        case .text(let text): write(text, &out)
        case .list(let elements):
            try write(elements.count, "[", "]", depth, &out) { index, out throws(TemplateError) in
                try write(elements[index], depth + 1, &out)
            }
        case .mapping(let members):
            try write(members.count, "{", "}", depth, &out) { index, out throws(TemplateError) in
                write(members[index].key, &out)
                out += ": ".codePoints
                try write(members[index].value, depth + 1, &out)
            }
        default: throw TemplateError("\(value.kind) is no JSON")
        }
    }

    private func write(
        _ count: Int, _ open: String, _ close: String, _ depth: Int, _ out: inout [UInt32],
        _ element: (Int, inout [UInt32]) throws(TemplateError) -> Void
    ) throws(TemplateError) {
        func line(_ depth: Int, _ out: inout [UInt32]) {
            guard let indent else { return }
            out.append(10)
            out += Array(repeating: 32, count: indent * depth)
        }
        out += open.codePoints
        for index in 0..<count {
            if index > 0 { out += (indent == nil ? ", " : ",").codePoints }
            line(depth + 1, &out)
            try element(index, &out)
        }
        if count > 0 { line(depth, &out) }
        out += close.codePoints
    }

    private func write(_ text: [UInt32], _ out: inout [UInt32]) {
        out.append(34)
        for code in text {
            switch code {
            case 34, 92: out += [92, code]
            case 8: out += [92, 98]
            case 9: out += [92, 116]
            case 10: out += [92, 110]
            case 12: out += [92, 102]
            case 13: out += [92, 114]
            case 0..<32:
                let digits = String(code, radix: 16)
                out += ("\\u" + String(repeating: "0", count: 4 - digits.count) + digits).codePoints
            default: out.append(code)
            }
        }
        out.append(34)
    }
}
