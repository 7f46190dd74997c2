import Glibc
import Terminal

/// The words that a game's chance comes from: asked for at a terminal, without showing them, or the first line of what is piped in.
enum SecretWords {
    static func read() throws(Failure) -> String {
        var usual = termios()
        let isAsked = isatty(STDIN_FILENO) == 1 && tcgetattr(STDIN_FILENO, &usual) == 0
        if isAsked {
            Console.write("secret of the game: ", to: .error)
            var silent = usual
            silent.c_lflag &= ~tcflag_t(ECHO)
            tcsetattr(STDIN_FILENO, TCSANOW, &silent)
        }
        defer {
            if isAsked {
                tcsetattr(STDIN_FILENO, TCSANOW, &usual)
                Console.write("\n", to: .error)
            }
        }
        guard let line = readLine(), !line.isEmpty else {
            throw Failure(
                "a game's secret is read from standard input, and nothing stands there: pipe it in, from a program that keeps it"
            )
        }
        return line
    }
}
