"""One tab, and what a person does in it."""

from __future__ import annotations

from playwright.sync_api import BrowserContext, Locator


class Tab:
    """A tab that shows the page at `address`. Whatever it asks of others is refused and put down in `strays`."""

    def __init__(self, context: BrowserContext, address: str, strays: list[str]) -> None:
        self.address = address
        self.strays = strays
        self.errors: list[str] = []
        self.fetched: list[str] = []
        context.route("**/*", self._guard)
        self.page = context.new_page()
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.load()

    def load(self) -> None:
        self.page.goto(self.address)
        self.page.wait_for_selector("body.arrived")

    def _guard(self, route) -> None:
        url = route.request.url
        if url.startswith((self.address, "data:", "blob:")):
            self.fetched.append(url)
            route.continue_()
        else:
            self.strays.append(url)
            route.abort()

    def choose(self, path) -> None:
        """Choose a file, as the first one or another one."""
        chooser = "#file input" if self.page.locator("#drop").is_visible() else "#titlebar input[type=file]"
        self.page.set_input_files(chooser, str(path))

    def open(self, path) -> None:
        """Open a file, and wait for its page."""
        self.choose(path)
        self.page.wait_for_selector(f'.title strong[title="{path.name}"]')
        self.page.wait_for_selector("#picture img")
        self.page.wait_for_selector("#forecast .forecast")

    def send(self, question: str) -> None:
        self.page.fill("#question textarea", question)
        self.page.press("#question textarea", "Enter")

    def ask(self, question: str) -> Locator:
        """Ask, and wait for the end of the answer: its small print."""
        before = self.prints.count()
        self.send(question)
        self.prints.nth(before).wait_for()
        self.page.wait_for_selector("#send")
        return self.prints.nth(before)

    def tab(self, name: str) -> None:
        self.page.click(f"#tab-{name}-button")

    @property
    def prints(self) -> Locator:
        return self.page.locator("#chat .print")

    def in_view(self, selector: str) -> bool:
        """Whether the middle of an element is inside the window and inside everything that scrolls around it."""
        return self.page.evaluate(
            """(selector) => {
                const box = document.querySelector(selector).getBoundingClientRect();
                const x = box.x + box.width / 2, y = box.y + box.height / 2;
                if (x < 0 || y < 0 || x > innerWidth || y > innerHeight) return false;
                for (let e = document.querySelector(selector).parentElement; e; e = e.parentElement) {
                    if (getComputedStyle(e).overflowY === "visible") continue;
                    const frame = e.getBoundingClientRect();
                    if (y < frame.y || y > frame.bottom || x < frame.x || x > frame.right) return false;
                }
                return true;
            }""",
            selector,
        )
