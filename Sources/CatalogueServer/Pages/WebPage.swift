import WebText

/// The frame of every page: whole without scripts, from this server alone.
struct WebPage {
    let title: String
    /// HTML.
    let body: String
    /// HTML.
    var head = ""

    var html: String {
        """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
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
