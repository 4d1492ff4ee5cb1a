/// The frame of every page: whole without scripts, from its own server alone.
public struct WebPage: Sendable {
    public let title: String
    /// HTML.
    public let body: String
    /// HTML, behind the title and the style.
    public let head: String
    /// `light dark`, or one of them.
    public let colours: String

    public init(title: String, body: String, head: String = "", colours: String = "light dark") {
        self.title = title
        self.body = body
        self.head = head
        self.colours = colours
    }

    public var html: String {
        """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="\(HTMLText(colours))">
        <title>\(HTMLText(title))</title>
        <link rel="stylesheet" href="/page.css">
        <link rel="icon" href="data:,">
        \(head)</head>
        <body>
        \(body)
        </body>
        </html>

        """
    }
}
