import CatalogueLink
import CommandLineSupport
import Diagnostics
import Glibc
import RunCatalogue

/// Asks whoever sits at the terminal.
enum SecretPrompt {
    /// - Throws: `noSuchLogin` where nobody can be asked.
    static func ask(_ question: String, isHidden: Bool) throws -> String {
        guard isatty(STDIN_FILENO) == 1 else {
            throw LinkError(
                .noSuchLogin, "Nobody can be asked here", expected: "--account NAME and --password-stdin, or --token-stdin",
                remedy: "Say who signs in, and give the password on standard input")
        }
        try DescriptorSink.errors.write(question)
        var shown = termios()
        tcgetattr(STDIN_FILENO, &shown)
        if isHidden {
            var hidden = shown
            hidden.c_lflag &= ~tcflag_t(ECHO)
            tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden)
        }
        defer {
            if isHidden {
                tcsetattr(STDIN_FILENO, TCSAFLUSH, &shown)
                try? DescriptorSink.errors.write("\n")
            }
        }
        return readLine(strippingNewline: true) ?? ""
    }

    /// A password that is set: asked for twice at a terminal, else one line of standard input.
    static func newPassword(of account: String) throws -> String {
        guard isatty(STDIN_FILENO) == 1 else { return readLine(strippingNewline: true) ?? "" }
        let password = try ask("new password of \(account): ", isHidden: true)
        guard try ask("the same again: ", isHidden: true) == password else {
            throw CatalogueError(
                .badRequest, "The two are not the same", expected: "the same password twice", remedy: "Nothing was changed")
        }
        return password
    }
}
