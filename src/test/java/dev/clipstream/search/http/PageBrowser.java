package dev.clipstream.search.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.ReducedMotion;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// A headless Chromium of this machine, driven by Playwright, which records the requests and errors of pages.
///
/// `CLIPSTREAM_TEST_BROWSER` names the program; the default is an installed Chromium or Chrome. Without one,
/// tests are skipped with a warning, or fail if `CLIPSTREAM_TEST_BROWSER` is set. Never downloads a browser.
final class PageBrowser implements AutoCloseable {
    private static final List<String> DEFAULT_PROGRAMS =
            List.of("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome");

    private final Playwright playwright;
    private final Browser browser;
    private final List<String> requests = new ArrayList<>();
    private final List<String> errors = new ArrayList<>();

    private PageBrowser(Playwright playwright, Browser browser) {
        this.playwright = playwright;
        this.browser = browser;
    }

    /// Starts the browser, or skips the test if there is none.
    static PageBrowser start() {
        Path program = program();
        Playwright playwright = Playwright.create(
                new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        Browser browser = playwright
                .chromium()
                .launch(new BrowserType.LaunchOptions()
                        .setExecutablePath(program)
                        // CI runs as root with little shared memory
                        .setArgs(List.of("--no-sandbox", "--disable-dev-shm-usage")));
        return new PageBrowser(playwright, browser);
    }

    private static Path program() {
        String named = System.getenv("CLIPSTREAM_TEST_BROWSER");
        if (named != null && !named.isBlank()) {
            if (!Files.isExecutable(Path.of(named))) {
                fail("CLIPSTREAM_TEST_BROWSER names " + named + ", which is not an executable file");
            }
            return Path.of(named);
        }
        return DEFAULT_PROGRAMS.stream()
                .map(Path::of)
                .filter(Files::isExecutable)
                .findFirst()
                .orElseGet(() -> {
                    String why = "NOT TESTED: no Chromium found. Install it (Debian: apt-get install chromium), or set"
                            + " CLIPSTREAM_TEST_BROWSER";
                    System.getLogger(PageBrowser.class.getName()).log(System.Logger.Level.WARNING, why);
                    return abort(why);
                });
    }

    /// The browser settings of a user.
    record Reader(String locale, ColorScheme scheme, int width, int height, boolean touches) {
        static final Reader ENGLISH = new Reader("en-GB", ColorScheme.LIGHT, 1280, 900, false);
        static final Reader CHINESE = new Reader("zh-CN", ColorScheme.LIGHT, 1280, 900, false);
        static final Reader IN_THE_DARK = new Reader("en-GB", ColorScheme.DARK, 1280, 900, false);

        static Reader onAPhone(String locale) {
            return new Reader(locale, ColorScheme.DARK, 390, 844, true);
        }
    }

    /// Opens a page in a new browser profile; close its context when done.
    Page open(Reader reader) {
        BrowserContext context = browser.newContext(new Browser.NewContextOptions()
                .setLocale(reader.locale())
                .setColorScheme(reader.scheme())
                .setViewportSize(reader.width(), reader.height())
                .setReducedMotion(ReducedMotion.REDUCE)
                .setHasTouch(reader.touches())
                .setIsMobile(reader.touches()));
        Page page = context.newPage();
        page.onRequest(request -> requests.add(request.url()));
        page.onPageError(error -> errors.add("an exception: " + error));
        page.onConsoleMessage(message -> {
            if (List.of("error", "warning").contains(message.type())) {
                errors.add(message.type() + ": " + message.text() + " (" + message.location() + ")");
            }
        });
        return page;
    }

    /// Asserts that pages sent requests only to the service and logged no unexpected errors. Clears the records.
    ///
    /// @param origin   the origin of the service
    /// @param expected parts of the errors that the test causes
    void assertQuiet(String origin, List<String> expected) {
        List<String> sent = List.copyOf(requests);
        List<String> logged = List.copyOf(errors);
        requests.clear();
        errors.clear();
        assertThat(sent).isNotEmpty().allMatch(url -> url.startsWith(origin) || url.startsWith("blob:" + origin));
        assertThat(logged).allMatch(error -> expected.stream().anyMatch(error::contains));
    }

    @Override
    public void close() {
        browser.close();
        playwright.close();
    }
}
