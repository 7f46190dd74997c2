import Formatting

/// A run as JUnit XML, in the form that Jenkins, GitLab and pytest agree on: a suite for each spec, a case for each property.
package struct JUnitReport {
    private let run: CheckRun
    private let report = TextReport(.plain)

    package init(_ run: CheckRun) { self.run = run }

    package func text() -> String {
        let suites = run.specs.map { suite($0) }
        let sums = ["tests", "failures", "errors"].map { key in
            (name: key, value: "\(suites.reduce(0) { $0 + (Int($1[key]) ?? 0) })")
        }
        let head = [(name: "name", value: "gainsay check")] + sums + [(name: "time", value: time(run.verdicts))]
        return Markup("testsuites", head, suites).document
    }

    private func suite(_ spec: CheckRun.Spec) -> Markup {
        let entries = run.entries.filter { $0.spec == spec.path }
        var cases = entries.map { testCase($0) }
        if let failure = spec.failure {
            let error = Markup("error", [("type", "error"), ("message", "it could not be read")], text: failure)
            cases.insert(
                Markup("testcase", [("classname", name(of: spec.path)), ("name", "it is read")], [error]), at: 0)
        }
        func count(_ name: String) -> String {
            "\(cases.count { element in element.children.contains { $0.name == name } })"
        }
        return Markup(
            "testsuite",
            [
                ("name", spec.path), ("tests", "\(cases.count)"), ("failures", count("failure")),
                ("errors", count("error")), ("skipped", count("skipped")),
                ("time", time(entries.compactMap(\.verdict))), ("file", spec.path),
            ], [properties(spec, entries)] + cases)
    }

    /// What the cases have no room for: the random seed, the files, and each verdict in its own word.
    private func properties(_ spec: CheckRun.Spec, _ entries: [CheckRun.Entry]) -> Markup {
        let files = spec.files.map { (name: $0.name, value: $0.path) }
        let words = entries.map { entry in
            (name: "verdict of \(entry.name)", value: entry.word)
        }
        return Markup(
            "properties",
            [],
            ([(name: "seed", value: "\(run.seed)")] + files + words).map {
                Markup("property", [("name", $0.name), ("value", $0.value)])
            })
    }

    private func testCase(_ entry: CheckRun.Entry) -> Markup {
        let head = [
            ("classname", name(of: entry.spec)), ("name", entry.name), ("time", time(entry.verdict.map { [$0] } ?? [])),
        ]
        guard let verdict = entry.verdict else {
            return Markup("testcase", head, [Markup("skipped", [("message", "not checked: \(run.stop)")])])
        }
        let text = report.text(verdict)
        let reason = [("type", verdict.word.rawValue), ("message", report.gist(of: verdict))]
        return switch entry.standing {
        case .fails: Markup("testcase", head, [Markup("failure", reason, text: text)])
        case .breaks: Markup("testcase", head, [Markup("error", reason, text: text)])
        case .unfinished:
            Markup("testcase", head, [Markup("skipped", reason, text: text)])
        case .passes: Markup("testcase", head, [Markup("system-out", text: text)])
        }
    }

    /// As a class in a package: `specs/digits.say` is `specs.digits`.
    private func name(of spec: String) -> String {
        let parts = spec.split(separator: "/").filter { $0 != "." && $0 != ".." }
        let stem = parts.joined(separator: ".")
        return stem.hasSuffix(".say") ? String(stem.dropLast(4)) : stem
    }

    /// In seconds, to the millisecond.
    private func time(_ verdicts: [Verdict]) -> String {
        String(format: "%.3f", verdicts.reduce(0) { $0 + $1.effort.seconds })
    }
}
