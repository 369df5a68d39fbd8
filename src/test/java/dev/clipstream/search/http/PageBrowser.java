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

/// The machine's own Chromium, without a window, driven by Playwright; it notes whatever a page asks for and complains
/// of.
///
/// The program is the one that `CLIPSTREAM_TEST_BROWSER` names, or Debian's. Where there is neither, tests that need it
/// are skipped, loudly; where `CLIPSTREAM_TEST_BROWSER` is set, they fail instead. No browser is ever downloaded.
final class PageBrowser implements AutoCloseable {
    private static final List<String> USUAL =
            List.of("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome");

    private final Playwright playwright;
    private final Browser browser;
    private final List<String> requests = new ArrayList<>();
    private final List<String> complaints = new ArrayList<>();

    private PageBrowser(Playwright playwright, Browser browser) {
        this.playwright = playwright;
        this.browser = browser;
    }

    /// Starts the browser, or skips the test.
    static PageBrowser start() {
        Path program = program();
        Playwright playwright = Playwright.create(
                new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        Browser browser = playwright
                .chromium()
                .launch(new BrowserType.LaunchOptions()
                        .setExecutablePath(program)
                        // the machines of CI run as root, and have little shared memory
                        .setArgs(List.of("--no-sandbox", "--disable-dev-shm-usage")));
        return new PageBrowser(playwright, browser);
    }

    private static Path program() {
        String named = System.getenv("CLIPSTREAM_TEST_BROWSER");
        if (named != null && !named.isBlank()) {
            if (!Files.isExecutable(Path.of(named))) {
                fail("CLIPSTREAM_TEST_BROWSER names " + named + ", which is no program");
            }
            return Path.of(named);
        }
        return USUAL.stream()
                .map(Path::of)
                .filter(Files::isExecutable)
                .findFirst()
                .orElseGet(() -> {
                    String why =
                            "NOT TESTED: no Chromium is here. Install it (Debian: apt-get install chromium), or name"
                                    + " one with CLIPSTREAM_TEST_BROWSER";
                    System.getLogger(PageBrowser.class.getName()).log(System.Logger.Level.WARNING, why);
                    return abort(why);
                });
    }

    /// How a reader has set their browser.
    record Reader(String locale, ColorScheme scheme, int width, int height, boolean touches) {
        static final Reader ENGLISH = new Reader("en-GB", ColorScheme.LIGHT, 1280, 900, false);
        static final Reader CHINESE = new Reader("zh-CN", ColorScheme.LIGHT, 1280, 900, false);
        static final Reader IN_THE_DARK = new Reader("en-GB", ColorScheme.DARK, 1280, 900, false);

        static Reader onAPhone(String locale) {
            return new Reader(locale, ColorScheme.DARK, 390, 844, true);
        }
    }

    /// A new page of a reader who was never here; close its context when done.
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
        page.onPageError(error -> complaints.add("an exception: " + error));
        page.onConsoleMessage(message -> {
            if (List.of("error", "warning").contains(message.type())) {
                complaints.add(message.type() + ": " + message.text() + " (" + message.location() + ")");
            }
        });
        return page;
    }

    /// What no page may do: ask another server, or complain. Forgets what was noted.
    ///
    /// @param origin   of the page
    /// @param expected parts of complaints that are part of the test
    void assertQuiet(String origin, List<String> expected) {
        List<String> asked = List.copyOf(requests);
        List<String> complained = List.copyOf(complaints);
        requests.clear();
        complaints.clear();
        assertThat(asked).isNotEmpty().allMatch(url -> url.startsWith(origin) || url.startsWith("blob:" + origin));
        assertThat(complained).allMatch(complaint -> expected.stream().anyMatch(complaint::contains));
    }

    @Override
    public void close() {
        browser.close();
        playwright.close();
    }
}
