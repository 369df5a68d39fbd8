package dev.clipstream.search.http;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Page.GetByRoleOptions;
import com.microsoft.playwright.assertions.LocatorAssertions.IsHiddenOptions;
import com.microsoft.playwright.options.AriaRole;
import dev.clipstream.index.redis.RedisServer;
import dev.clipstream.runtime.settings.Home;
import dev.clipstream.search.http.PageBrowser.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The page as its readers use it, in a real browser, before a whole service that has tagged the samples.
class PageIT {
    private static PageBrowser browser;
    private static SampleService service;

    private Page page;
    private String origin;
    /// Part of the complaints that are part of the test.
    private List<String> expected;

    @BeforeAll
    static void tagTheSamples() throws Exception {
        browser = PageBrowser.start();
        service = SampleService.start();
    }

    @AfterAll
    static void stop() {
        if (service != null) {
            service.close();
        }
        if (browser != null) {
            browser.close();
        }
    }

    @BeforeEach
    void arrive() {
        page = browser.open(Reader.ENGLISH);
        origin = service.origin();
        expected = List.of();
    }

    @AfterEach
    void nothingElseWasAskedAndNothingComplainedOf() throws Exception {
        page.context().close();
        service.deleteAllButTheSamples(); // also what a test left that failed
        browser.assertQuiet(origin, expected);
    }

    private void open(Reader reader, String path) {
        page.context().close();
        page = browser.open(reader);
        page.navigate(origin + path);
    }

    private Locator named(AriaRole role, String name) {
        return page.getByRole(role, new GetByRoleOptions().setName(name).setExact(true));
    }

    private Locator card(String mediaId) {
        return page.locator("#results [data-media=\"" + mediaId + "\"]");
    }

    private Locator firstCard() {
        return page.locator("#results .card:not(.waiting)").first();
    }

    private void awaitFirst(String mediaId) {
        assertThat(firstCard()).hasAttribute("data-media", mediaId);
    }

    @Test
    void wordsFindPicturesAsTheyAreTyped() {
        open(Reader.ENGLISH, "/");
        assertThat(page.locator("#results-title")).hasText("62 pictures, newest first");

        page.getByLabel("Search the pictures").pressSequentially("a pizza");

        awaitFirst("pizza.webp");
        assertThat(firstCard().locator(".nearness b")).hasText(Pattern.compile("0\\.\\d{3}"));
        assertThat(page.locator("#results-title")).hasText("The 24 nearest to “a pizza”");
        assertThat(firstCard().locator("img")).hasJSProperty("complete", true);
    }

    @Test
    void thePageOfTheApiListsItsOperations() {
        open(Reader.ENGLISH, "/page/api.html");

        assertThat(page.locator("section h2").first()).hasText("GET /v1/search");
        assertThat(page.locator("section h2")).hasCount(15);
        assertThat(page.locator("main")).containsText("bad-query");
    }

    @Test
    void chineseWordsFindPicturesToo() {
        open(Reader.CHINESE, "/");

        page.getByLabel("搜索图片").fill("老虎");
        page.keyboard().press("Enter");

        awaitFirst("tiger.jpg");
        assertThat(page.locator("#results-title")).hasText("最接近“老虎”的 24 张");
    }

    @Test
    void theUrlHoldsTheSearchAndTheBackButtonUndoesIt() {
        open(Reader.ENGLISH, "/?q=a%20pizza");
        awaitFirst("pizza.webp");

        page.getByLabel("Search the pictures").fill("a tiger");
        awaitFirst("tiger.jpg");
        assertThat(page).hasURL(Pattern.compile("\\?q=a\\+tiger$"));
        page.goBack();

        awaitFirst("pizza.webp");
        assertThat(page.getByLabel("Search the pictures")).hasValue("a pizza");
    }

    @Test
    void aDroppedPictureFindsItselfAndIsStillThereAfterLoadingAnew() throws Exception {
        open(Reader.ENGLISH, "/");

        drop("rocket-on-black.png", "search");

        awaitFirst("rocket-on-black.png");
        assertThat(firstCard().locator(".nearness b")).hasText("1.000");
        assertThat(page.locator("[data-part=picture] img")).isVisible();
        page.reload();
        awaitFirst("rocket-on-black.png");
    }

    @Test
    void aChosenPictureGoesTogetherWithWords() {
        open(Reader.ENGLISH, "/");

        page.locator("#picture").setInputFiles(Home.samples().resolve("pizza.webp"));
        awaitFirst("pizza.webp");
        page.getByLabel("Search the pictures").fill("a hamburger");

        assertThat(page.locator("#results-title")).hasText("The 24 nearest to your query");
        assertThat(page.locator("[data-part=picture]")).isVisible();
        assertThat(card("hamburger-on-blue.jpg")).isVisible();
    }

    private void drop(String sample, String where) throws Exception {
        String bytes = Base64.getEncoder()
                .encodeToString(Files.readAllBytes(Home.samples().resolve(sample)));
        page.evaluate("""
                ([name, base64, where]) => {
                  const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
                  const dataTransfer = new DataTransfer();
                  dataTransfer.items.add(new File([bytes], name, {type: "image/" + name.split(".").pop()}));
                  const drag = (on, kind) => on.dispatchEvent(new DragEvent(kind, {dataTransfer, bubbles: true, cancelable: true}));
                  drag(document.body, "dragenter");
                  const zone = document.querySelector(`#drop [data-drop=${where}]`);
                  if (!zone.checkVisibility()) throw new Error("the page shows no place to drop at");
                  drag(zone, "dragover");
                  drag(zone, "drop");
                }""", List.of(sample, bytes, where));
    }

    @Test
    void aMediumIsShownWithItsTagsAndWhatIsSimilar() {
        open(Reader.ENGLISH, "/?q=a%20pizza");

        card("pizza.webp").locator("a").click();

        assertThat(named(AriaRole.HEADING, "pizza.webp")).isVisible();
        assertThat(page.locator("#medium .bar").first()).containsText("pizza");
        assertThat(page.locator("#medium .grid .card:not(.waiting)")).hasCount(12);
        assertThat(page.locator("#medium [data-media=\"pizza.webp\"]")).hasCount(0);
        assertThat(page.locator("#medium dl")).containsText("Uploaded");
        assertThat(page).hasURL(Pattern.compile("\\?media=pizza\\.webp$"));
        page.keyboard().press("Escape");
        awaitFirst("pizza.webp");
    }

    @Test
    void tagsFilterAndTellHowManyTheyLeave() {
        open(Reader.ENGLISH, "/");
        Locator cat = page.locator("[data-tag=cat]");
        page.locator("#tags-all").click();
        String count = cat.locator(".tag-count").textContent();

        cat.click();

        assertThat(page.locator("#results-title"))
                .hasText(Pattern.compile("^" + count + " pictures?(, newest first)?$"));
        assertThat(page.locator("#results .card")).hasCount(Integer.parseInt(count));
        assertThat(page).hasURL(Pattern.compile("\\?tags=cat$"));
        page.getByLabel("Remove cat").click();
        assertThat(page.locator("#results-title")).hasText("62 pictures, newest first");
    }

    @Test
    void moreAndLessLikeAPictureChangeTheOrder() {
        open(Reader.ENGLISH, "/?q=a%20pizza");
        awaitFirst("pizza.webp");

        card("pizza.webp").hover();
        page.getByLabel("Less like pizza.webp", new Page.GetByLabelOptions().setExact(true))
                .click();

        Locator chip = page.locator("[data-part=media]");
        assertThat(chip).hasClass(Pattern.compile("less"));
        assertThat(card("pizza.webp")).hasCount(0); // what a query names is no result
        List<String> unlike = order();
        String least = page.locator("#results .nearness b").first().textContent();
        chip.locator(".sign").click();
        assertThat(chip).hasClass(Pattern.compile("more"));
        assertThat(page.locator("#results .nearness b").first()).not().hasText(least);
        assertThat(order()).isNotEqualTo(unlike);
        chip.locator(".remove").click();
        awaitFirst("pizza.webp");
    }

    /// The results' media ids, best first.
    private List<String> order() {
        return page.locator("#results .card").all().stream()
                .map(card -> card.getAttribute("data-media"))
                .toList();
    }

    @Test
    void lessLikeSomeWordsIsAPartOfTheQuery() {
        open(Reader.ENGLISH, "/?q=an%20animal");
        named(AriaRole.BUTTON, "less like …").click();

        page.getByPlaceholder("some words").fill("a cat");
        page.keyboard().press("Enter");

        assertThat(page.locator("[data-part=text]")).containsText("a cat");
        assertThat(page).hasURL(Pattern.compile("part=-0\\.5\\*text%3Aa\\+cat|part=-0\\.5\\*text:a\\+cat"));
    }

    @Test
    void picturesAppearInTheStripAsTheyAreTagged() throws Exception {
        open(Reader.ENGLISH, "/");
        assertThat(page.locator("#live")).hasClass(Pattern.compile("\\bon\\b"));

        service.upload("live-tiger.jpg", "tiger.jpg");

        Locator frame = page.locator("#strip a[href=\"?media=live-tiger.jpg\"]");
        assertThat(frame).containsText("tiger");
        frame.click();
        assertThat(named(AriaRole.HEADING, "live-tiger.jpg")).isVisible();
    }

    @Test
    void picturesAreAddedAndSayWhatBecameOfThem() throws Exception {
        open(Reader.ENGLISH, "/");
        assertThat(page.locator("#live")).hasClass(Pattern.compile("\\bon\\b"));

        page.locator("#upload").setInputFiles(Home.samples().resolve("koala.webp"));

        assertThat(page.locator("#notices")).containsText("tagged: koala");
        String added = page.locator("#notices a").getAttribute("href").replace("?media=", "");
        assertThat(added).startsWith("koala-").endsWith(".webp");
    }

    @Test
    void thePlaygroundJudgesLabelsEachAloneOrAgainstTheOthers() throws Exception {
        open(Reader.ENGLISH, "/?view=labels");
        assertThat(page.locator("#label-outcome .bar").first()).isVisible(); // the newest picture, the service's labels

        page.locator("#label-picture").setInputFiles(Home.samples().resolve("dog-on-blue.jpg"));
        page.getByLabel("Labels, one a line").fill("a dog\na cat\n一辆汽车");

        assertThat(page.locator("#label-outcome .bar")).hasCount(3);
        assertThat(page.locator("#label-outcome .bar").first()).containsText("a dog");
        assertThat(page.locator("#label-outcome")).containsText("add up to 1");
        double sum = page.locator("#label-outcome .bar-number").allTextContents().stream()
                .mapToDouble(Double::parseDouble)
                .sum();
        assertThat(sum).isBetween(0.99, 1.01);
        named(AriaRole.RADIO, "Each on its own").check();
        assertThat(page.locator("#label-outcome")).containsText("against the background");
        assertThat(page.locator("#label-outcome .bar").first()).containsText("a dog");
        drop("coffee-on-orange.jpg", "search");
        assertThat(page.locator("#label-name")).hasText("coffee-on-orange.jpg");
    }

    @Test
    void thePipelineTellsHowItDoesAndWhatItRejected() throws Exception {
        open(Reader.ENGLISH, "/?view=pipeline");
        assertThat(page.locator("#stations .station.well").first()).isVisible();

        service.upload("no-picture.jpg", Path.of("README.md"));

        assertThat(page.locator("#reasons")).containsText("unsupported-format");
        assertThat(page.locator("#rejections")).containsText("no-picture.jpg");
        assertThat(page.locator("#figures")).containsText("mean batch");
    }

    @Test
    void everythingIsReachedWithoutAMouse() {
        open(Reader.ENGLISH, "/");
        awaitResults();

        page.keyboard().press("Tab");
        assertThat(page.locator(".skip")).isFocused();
        page.keyboard().press("/");
        assertThat(page.getByLabel("Search the pictures")).isFocused();
        page.keyboard().type("a pizza");
        page.keyboard().press("Enter");
        awaitFirst("pizza.webp");
        page.keyboard().press("ArrowDown");
        assertThat(card("pizza.webp").locator("a")).isFocused();
        page.keyboard().press("ArrowRight");
        assertThat(card("pizza.webp").locator("a")).not().isFocused();
        String second = (String) page.evaluate("document.activeElement.closest('[data-media]').dataset.media");
        page.keyboard().press("+");
        assertThat(page.locator("[data-part=media] .chip-name")).hasText(second);
        page.getByLabel("Remove " + second).focus();
        page.keyboard().press("Enter");
        awaitFirst("pizza.webp");
        card("pizza.webp").locator("a").focus();
        page.keyboard().press("Enter");
        assertThat(named(AriaRole.HEADING, "pizza.webp")).isFocused();
        page.keyboard().press("Escape");
        assertThat(card("pizza.webp").locator("a")).isFocused();
    }

    private void awaitResults() {
        assertThat(page.locator("#results-title")).hasText(Pattern.compile("\\d+"));
    }

    @Test
    void theFocusIsAlwaysSeen() {
        open(Reader.ENGLISH, "/");
        awaitResults();
        for (int i = 0; i < 40; i++) {
            page.keyboard().press("Tab");
            Object seen = page.evaluate("""
                    () => {
                      const focused = document.activeElement;
                      const shown = focused.matches(".unseen") ? focused.nextElementSibling : focused.closest(".ask") && focused.id === "text" ? focused.closest(".ask") : focused;
                      const style = getComputedStyle(shown);
                      return style.outlineStyle !== "none" || style.boxShadow.includes("4px") ? true : focused.outerHTML;
                    }""");
            assertThat(seen).isEqualTo(true);
        }
    }

    @Test
    void readersOfChineseReadChineseAndCanReadEnglish() {
        open(Reader.CHINESE, "/?view=pipeline");

        assertThat(page.locator("html")).hasAttribute("lang", "zh");
        assertThat(named(AriaRole.HEADING, "流水线")).isVisible();
        page.locator("#language").click();
        assertThat(named(AriaRole.HEADING, "The pipeline")).isVisible();
        page.reload();
        assertThat(named(AriaRole.HEADING, "The pipeline")).isVisible();
    }

    @Test
    void whateverThePageSaysItSaysInBothLanguages() {
        open(Reader.ENGLISH, "/");

        Object untranslated = page.evaluate("""
                async () => {
                  const {WORDS: {en, zh}} = await import("/page/words.js");
                  const named = [...document.querySelectorAll("*")].flatMap((element) => [...element.attributes])
                      .filter(({name}) => name.startsWith("data-t") && name !== "data-tag").map(({value}) => value);
                  const keys = new Set([...Object.keys(en), ...Object.keys(zh), ...named]);
                  return [...keys].filter((key) => !en[key] || !zh[key]);
                }""");

        assertThat(untranslated).isEqualTo(List.of());
    }

    @ParameterizedTest
    @ValueSource(strings = {"zh-CN", "en-GB"})
    void aPhoneShowsEveryViewWithoutScrollingSideways(String locale) {
        open(Reader.onAPhone(locale), "/?q=%E7%8C%AB&tags=cat");
        for (String path : List.of("/", "/?q=%E7%8C%AB", "/?media=pizza.webp", "/?view=labels", "/?view=pipeline")) {
            page.navigate(service.origin() + path);
            assertThat(page.locator("main > section:not([hidden])")
                            .locator("h1, h2")
                            .filter(new Locator.FilterOptions().setVisible(true))
                            .first())
                    .isVisible();
            page.waitForLoadState();
            assertThat(page.evaluate("document.documentElement.scrollWidth"))
                    .as(path)
                    .isEqualTo(390);
        }
    }

    @Test
    void itIsDarkForThoseWhoLikeItDarkUntilTheyChooseOtherwise() {
        open(Reader.IN_THE_DARK, "/");
        assertThat(brightness()).isLessThan(60);

        named(AriaRole.BUTTON, "Light or dark").click();
        assertThat(brightness()).isGreaterThan(200);
        page.reload();
        assertThat(brightness()).isGreaterThan(200);
    }

    /// Of the paper, 0 to 255.
    private int brightness() {
        return ((Number)
                        page.evaluate("() => Number(getComputedStyle(document.body).backgroundColor.match(/\\d+/)[0])"))
                .intValue();
    }

    @Test
    void aMediumThatIsNotThereIsToldWithWhatToDo() {
        expected = List.of("404");

        open(Reader.ENGLISH, "/?media=nobody");

        assertThat(page.getByRole(AriaRole.ALERT)).containsText("There is no such picture");
        assertThat(page.getByRole(AriaRole.ALERT)).containsText("look whether it was uploaded");
    }

    @Test
    void aServiceThatWantsAKeyIsGivenOne() throws Exception {
        try (SampleService.Instance keyed = service.another(Map.of("clipstream.search.api-keys", "sesame"))) {
            origin = keyed.origin();
            expected = List.of("401");
            open(Reader.ENGLISH, "/?q=a%20pizza");

            page.getByLabel("API key").fill("sesame");
            page.keyboard().press("Enter");

            awaitFirst("pizza.webp");
            assertThat(firstCard().locator(".loaded img")).isVisible();
            assertThat(page.url()).doesNotContain("sesame");
            page.close();
        }
    }

    @Test
    void anIndexThatIsAwayIsToldCalmlyUntilItIsBack() throws Exception {
        try (RedisServer redis = RedisServer.start();
                SampleService.Instance other = service.another(
                        Map.of("clipstream.index.url", redis.url(), "clipstream.index.max-backoff", "1s"))) {
            origin = other.origin();
            expected = List.of("503");
            open(Reader.ENGLISH, "/?q=a%20pizza");
            awaitFirst("pizza.webp");

            redis.kill();
            page.getByLabel("Search the pictures").fill("a tiger");
            assertThat(page.locator("#banner")).containsText("The index is away");
            redis.restart();

            assertThat(page.locator("#banner")).isHidden(within(120_000));
            other.awaitTagged(62); // it was empty on return
            page.getByLabel("Search the pictures").fill("a pizza");
            awaitFirst("pizza.webp");
            page.close();
        }
    }

    private static IsHiddenOptions within(double millis) {
        return new IsHiddenOptions().setTimeout(millis);
    }
}
