package dev.clipstream.search.http;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Download;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Page.GetByRoleOptions;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.assertions.LocatorAssertions.IsHiddenOptions;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.FilePayload;
import dev.clipstream.index.redis.RedisServer;
import dev.clipstream.runtime.settings.Home;
import dev.clipstream.search.http.PageBrowser.Reader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/// The page in a real browser, with a complete service that has tagged the samples.
class PageIT {
    private static PageBrowser browser;
    private static SampleService service;

    private Page page;
    private String origin;
    /// Parts of the errors that the test causes.
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
    void onlyTheServiceWasRequestedWithoutErrors() throws Exception {
        page.context().close();
        service.deleteAllButTheSamples(); // including media of failed tests
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
    void resultsAppearWhileTyping() {
        open(Reader.ENGLISH, "/");
        assertThat(page.locator("#results-title")).hasText("62 images, newest first");

        page.getByLabel("Search images").pressSequentially("a pizza");

        awaitFirst("pizza.webp");
        assertThat(firstCard().locator(".nearness b")).hasText(Pattern.compile("0\\.\\d{3}"));
        assertThat(page.locator("#results-title")).hasText("Nearest to “a pizza”");
        assertThat(firstCard().locator("img")).hasJSProperty("complete", true);
    }

    @Test
    void theApiPageListsTheOperations() throws Exception {
        int operations = 0;
        for (JsonNode path : service.ask("/v1/openapi.json").path("paths")) {
            for (String method : List.of("get", "put", "post", "delete")) {
                operations += path.has(method) ? 1 : 0;
            }
        }

        open(Reader.ENGLISH, "/page/api.html");

        assertThat(page.locator("section h2").first()).hasText("GET /v1/search");
        assertThat(page.locator("section h2")).hasCount(operations);
        assertThat(page.locator("main")).containsText("bad-query");
    }

    @Test
    void theBundledModelIsSaidToKnowNoPhotographs() {
        open(Reader.ENGLISH, "/");

        assertThat(page.locator("#emoji-only"))
                .hasText("This model knows emoji scenes and no photographs. For photographs, start"
                        + " ./clipstream demo --model openai/clip-vit-base-patch32");
        named(AriaRole.BUTTON, "换成中文").click();
        assertThat(page.locator("#emoji-only")).containsText("不认识照片");
        assertThat(page.locator("#photographs"))
                .hasText("./clipstream demo --model OFA-Sys/chinese-clip-vit-base-patch16");
    }

    @Test
    void chineseTextsFindImages() {
        open(Reader.CHINESE, "/");

        page.getByLabel("搜索图片").fill("老虎");
        page.keyboard().press("Enter");

        awaitFirst("tiger.jpg");
        assertThat(page.locator("#results-title")).hasText("最接近“老虎”");
    }

    @Test
    void theUrlHasTheSearchAndTheBackButtonRestoresTheLastOne() {
        open(Reader.ENGLISH, "/?q=a%20pizza");
        awaitFirst("pizza.webp");

        page.getByLabel("Search images").fill("a tiger");
        awaitFirst("tiger.jpg");
        assertThat(page).hasURL(Pattern.compile("\\?q=a\\+tiger$"));
        page.goBack();

        awaitFirst("pizza.webp");
        assertThat(page.getByLabel("Search images")).hasValue("a pizza");
    }

    @Test
    void aDroppedImageFindsItselfAndSurvivesAReload() throws Exception {
        open(Reader.ENGLISH, "/");

        drop("rocket-on-black.png", "search");

        awaitFirst("rocket-on-black.png");
        assertThat(firstCard().locator(".nearness b")).hasText("1.000");
        assertThat(page.locator("[data-part=picture] img")).isVisible();
        page.reload();
        awaitFirst("rocket-on-black.png");
    }

    @Test
    void aChosenImageCombinesWithText() {
        open(Reader.ENGLISH, "/");

        page.locator("#picture").setInputFiles(Home.samples().resolve("pizza.webp"));
        awaitFirst("pizza.webp");
        page.getByLabel("Search images").fill("a hamburger");

        assertThat(page.locator("#results-title")).hasText("Nearest to the query");
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
    void aMediumIsShownWithItsTagsAndSimilarMedia() {
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
    void aTagIsExplainedAndJudged() {
        // given
        open(Reader.ENGLISH, "/?media=pizza.webp");
        Locator tag = page.locator("#medium .bar").first();
        Locator why = tag.getByText("Why?");

        // when
        why.click();

        // then
        assertThat(why).hasAttribute("aria-expanded", "true");
        assertThat(tag.locator("#why")).containsText("a photo of a pizza.");
        assertThat(tag.locator("#why")).containsText(Pattern.compile("everyday \\d"));
        assertThat(page.locator("#medium .heat rect.for").first()).isVisible();

        // when
        why.focus();
        page.keyboard().press("Enter");

        // then
        assertThat(page.locator("#why")).hasCount(0);
        assertThat(page.locator("#medium .heat")).hasCount(0);

        // when
        tag.getByLabel("Right: it shows pizza").click();

        // then
        assertThat(tag.getByLabel("Right: it shows pizza")).hasAttribute("aria-pressed", "true");
        assertThat(tag.getByLabel("Wrong: it does not show pizza")).hasAttribute("aria-pressed", "false");
    }

    @Test
    void tagsFilterAndShowTheNumberOfMatches() {
        open(Reader.ENGLISH, "/");
        Locator cat = page.locator("[data-tag=cat]");
        page.locator("#tags-all").click();
        String count = cat.locator(".tag-count").textContent();

        cat.click();

        assertThat(page.locator("#results-title")).hasText(Pattern.compile("^" + count + " images?(, newest first)?$"));
        assertThat(page.locator("#results .card")).hasCount(Integer.parseInt(count));
        assertThat(page).hasURL(Pattern.compile("\\?tags=cat$"));
        page.getByLabel("Remove cat").click();
        assertThat(page.locator("#results-title")).hasText("62 images, newest first");
    }

    @Test
    void moreAndLessLikeAnImageChangeTheOrder() {
        open(Reader.ENGLISH, "/?q=a%20pizza");
        awaitFirst("pizza.webp");

        card("pizza.webp").hover();
        page.getByLabel("Less like pizza.webp", new Page.GetByLabelOptions().setExact(true))
                .click();

        Locator chip = page.locator("[data-part=media]");
        assertThat(chip).hasClass(Pattern.compile("less"));
        assertThat(card("pizza.webp")).hasCount(0); // media of the query are not results
        List<String> unlike = order();
        String least = page.locator("#results .nearness b").first().textContent();
        chip.locator(".sign").click();
        assertThat(chip).hasClass(Pattern.compile("more"));
        assertThat(page.locator("#results .nearness b").first()).not().hasText(least);
        assertThat(order()).isNotEqualTo(unlike);
        chip.locator(".remove").click();
        awaitFirst("pizza.webp");
    }

    /// Returns the media ids of the results, best first.
    private List<String> order() {
        return page.locator("#results .card").all().stream()
                .map(card -> card.getAttribute("data-media"))
                .toList();
    }

    @Test
    void anUnwantedTextIsAPartOfTheQuery() {
        open(Reader.ENGLISH, "/?q=an%20animal");
        named(AriaRole.BUTTON, "less like …").click();

        page.getByPlaceholder("text").fill("a cat");
        page.keyboard().press("Enter");

        assertThat(page.locator("[data-part=text]")).containsText("a cat");
        assertThat(page).hasURL(Pattern.compile("part=-0\\.5\\*text%3Aa\\+cat|part=-0\\.5\\*text:a\\+cat"));
    }

    @Test
    void aTextThatNothingIsNearToIsReported() {
        open(Reader.ENGLISH, "/?q=asdfgh%20qwerty");

        assertThat(page.locator("#far")).containsText("Nothing is near “asdfgh qwerty”");
        assertThat(page.locator("#results .card")).hasCount(62);
        assertThat(page.locator("#results .border")).hasCount(0);
    }

    @Test
    void warningsOfTheServiceAreShown() {
        open(Reader.ENGLISH, "/?q=" + "a%20cat%20and%20".repeat(40));
        assertThat(page.locator("#warnings")).containsText("which is cut");

        page.navigate(origin + "/?view=labels&media=pizza.webp&mode=exclusive&label=pizza");
        assertThat(page.locator("#label-outcome .bar")).hasCount(1);
        assertThat(page.locator("#label-outcome .error").first()).isVisible();
    }

    @Test
    void aBorderSeparatesNearFromFarResultsAndTheTagsAreThoseOfNearOnes() {
        open(Reader.ENGLISH, "/?q=a%20pizza");

        assertThat(page.locator("#results .border")).hasText("Farther: unrelated images are often as near");
        assertThat(page.locator("#far")).isHidden();
        int near = ((Number) page.evaluate("[...document.querySelectorAll('#results > li')]"
                        + ".findIndex((item) => item.matches('.border'))"))
                .intValue();
        assertThat(near).isBetween(1, 10);
        assertThat(page.locator("#tags-title")).containsText("Tags of the");
        assertThat(page.locator("[data-tag=pizza]")).isVisible();
        assertThat(page.locator("[data-tag=bird]")).hasCount(0);
        for (String count : page.locator("#tags .tag-count").allTextContents()) {
            assertThat(Integer.parseInt(count)).isBetween(1, near);
        }
    }

    @Test
    void tagsHaveTheNameOfTheLanguage() {
        open(Reader.CHINESE, "/?tags=cat");

        Locator cat = page.locator("[data-tag=cat] .tag-name");
        assertThat(cat).hasText("猫");
        assertThat(page.locator("#chips .chip-name")).hasText("猫");
        assertThat(firstCard().locator(".tag-line")).containsText("猫");
        page.locator("#language").click();
        assertThat(cat).hasText("cat");
        assertThat(page.locator("#chips .chip-name")).hasText("cat");
        assertThat(firstCard().locator(".tag-line")).containsText("cat");
    }

    @Test
    void aMediumIsShownWhole() {
        open(new Reader("en-GB", ColorScheme.LIGHT, 1440, 900, false), "/?media=pizza.webp");
        assertThat(page.locator("#medium figure .loaded img")).isVisible();

        Object cut = page.evaluate("""
                () => {
                  const image = document.querySelector("#medium figure img");
                  const frame = image.closest(".thumbnail").getBoundingClientRect();
                  const box = image.getBoundingClientRect();
                  const fits = box.top >= frame.top && box.bottom <= frame.bottom && box.left >= frame.left && box.right <= frame.right;
                  return fits && getComputedStyle(image).objectFit === "contain" ? "" : JSON.stringify([frame, box]);
                }""");

        assertThat(cut).isEqualTo("");
    }

    @Test
    void daysAndAttributesFilter() throws Exception {
        open(Reader.ENGLISH, "/");
        awaitResults();
        page.locator("#more-filters summary").click();

        page.locator("#from").fill("2026-03-02"); // the samples are of the day before
        assertThat(page.locator("#outcome")).containsText("No image passes the filter");
        assertThat(page).hasURL(Pattern.compile("\\?from=2026-03-02$"));
        page.locator("#from").fill("2026-02-28");
        page.locator("#to").fill("2026-03-02");
        assertThat(page.locator("#results-title")).hasText("62 images, newest first");
        named(AriaRole.BUTTON, "Remove 2026-02-28").click();
        named(AriaRole.BUTTON, "Remove 2026-03-02").click();

        page.locator("#attribute").fill("summer");
        page.keyboard().press("Enter");
        assertThat(page.locator("#attribute-error")).isVisible();
        page.evaluate("""
                async () => fetch("v1/media?mediaId=in-summer.webp&attributes=album=summer", {
                  method: "POST", headers: {"Content-Type": "image/webp"},
                  body: await (await fetch("v1/media/pizza.webp/original")).blob(),
                })""");
        service.awaitMedia(63);
        page.locator("#attribute").fill("album=summer");
        page.keyboard().press("Enter");
        assertThat(page.locator("#attribute-error")).isHidden();
        assertThat(page).hasURL(Pattern.compile("\\?attribute=album%3Dsummer$"));
        assertThat(page.locator("#results-title")).hasText("1 image");
        card("in-summer.webp").locator("a").click();
        assertThat(page.locator("#medium dl a")).hasText("summer");
    }

    @Test
    void resultsCanBeSortedByTime() throws Exception {
        service.upload(
                "the-newer-pizza.webp", Home.samples().resolve("pizza.webp"), Instant.parse("2026-03-02T12:00:00Z"));
        service.awaitMedia(63);
        open(Reader.ENGLISH, "/?q=a%20pizza");
        awaitFirst("pizza.webp");

        page.locator("#sort").selectOption("newest");

        assertThat(page.locator("#results-title")).containsText("newest first");
        awaitFirst("the-newer-pizza.webp");
        assertThat(page).hasURL(Pattern.compile("sort=newest$"));
        page.navigate(origin + "/");
        awaitFirst("the-newer-pizza.webp");
        page.locator("#sort").selectOption("oldest");
        assertThat(page.locator("#results-title")).hasText("63 images, oldest first");
        assertThat(page.locator("#results .card").last()).hasAttribute("data-media", "the-newer-pizza.webp");
    }

    @Test
    void furtherResultsAppearWhileScrolling() throws Exception {
        for (int i = 0; i < 40; i++) {
            service.upload("further-" + i + ".jpg", "tiger.jpg");
        }
        service.awaitMedia(102);
        open(Reader.ENGLISH, "/");
        assertThat(page.locator("#results-title")).hasText("102 images, newest first");
        assertThat(page.locator("#results .card")).hasCount(96);

        page.mouse().wheel(0, 20_000);

        assertThat(page.locator("#results .card")).hasCount(102);
        assertThat(page.locator("#more")).isHidden();
        assertThat(page.evaluate("new Set([...document.querySelectorAll('#results [data-media]')]"
                        + ".map((card) => card.dataset.media)).size"))
                .isEqualTo(102);
    }

    @Test
    void scrollingEndsIfMoreThanAPageOfImagesIsUploadedMeanwhile() throws Exception {
        for (int i = 0; i < 40; i++) {
            service.upload("before-" + i + ".jpg", "tiger.jpg");
        }
        service.awaitMedia(102);
        open(Reader.ENGLISH, "/");
        assertThat(page.locator("#results .card")).hasCount(96);
        Path tiger = Home.samples().resolve("tiger.jpg");
        for (int i = 0; i < 96; i++) {
            service.upload("meanwhile-" + i + ".jpg", tiger, Instant.parse("2026-03-02T12:00:00Z"));
        }
        service.awaitMedia(198);
        AtomicInteger pages = new AtomicInteger();
        page.onRequest(request -> pages.addAndGet(request.url().contains("offset=") ? 1 : 0));

        page.mouse().wheel(0, 30_000);

        assertThat(page.locator("#results .card")).hasCount(102); // a page of known ones, then the last six
        assertThat(page.locator("#more")).isHidden();
        assertThat(pages).hasValue(2);
    }

    @Test
    void theOrderCanBeChangedAfterAFailedSearch() {
        open(Reader.ENGLISH, "/?q=a%20pizza");
        awaitFirst("pizza.webp");
        expected = List.of("503");
        page.route("**/v1/search?*", PageIT::unavailable);
        page.getByLabel("Search images").fill("a tiger");
        assertThat(page.locator("#banner")).isVisible();

        page.locator("#sort").selectOption("newest");

        assertThat(page).hasURL(Pattern.compile("q=a\\+tiger&sort=newest$"));
        page.unroute("**/v1/search?*");
        assertThat(page.locator("#results-title")).containsText("newest first");
    }

    private static void unavailable(Route route) {
        route.fulfill(new Route.FulfillOptions()
                .setStatus(503)
                .setContentType("application/problem+json")
                .setHeaders(Map.of("Retry-After", "1"))
                .setBody("{\"code\": \"unavailable\"}"));
    }

    @Test
    void newImagesAreOfferedWithoutMovingTheOthers() throws Exception {
        open(Reader.ENGLISH, "/");
        awaitResults();
        assertThat(page.locator("#live")).hasClass(Pattern.compile("\\bon\\b"));
        List<String> before = order();

        service.upload("arrived-tiger.jpg", Home.samples().resolve("tiger.jpg"), Instant.parse("2026-03-02T12:00:00Z"));

        assertThat(named(AriaRole.BUTTON, "Show 1 new image")).isVisible();
        assertThat(order()).isEqualTo(before);
        named(AriaRole.BUTTON, "Show 1 new image").click();
        awaitFirst("arrived-tiger.jpg");
        assertThat(page.locator("#arrived")).isHidden();
    }

    @Test
    void imagesAppearInTheLiveStripWhenTagged() throws Exception {
        open(Reader.ENGLISH, "/?view=pipeline");
        assertThat(page.locator("#strip .frame")).hasCount(30); // the newest, so that it is not empty
        assertThat(page.locator("#live")).hasClass(Pattern.compile("\\bon\\b"));

        service.upload("live-tiger.jpg", "tiger.jpg");

        Locator frame = page.locator("#strip a[href=\"?media=live-tiger.jpg\"]");
        assertThat(frame).containsText("tiger");
        frame.click();
        assertThat(named(AriaRole.HEADING, "live-tiger.jpg")).isVisible();
    }

    @Test
    void anUploadKeepsItsNameUntilTheUserDecidesOtherwise(@TempDir Path folder) throws Exception {
        expected = List.of("404"); // the page looks whether the names are free
        open(Reader.ENGLISH, "/");
        assertThat(page.locator("#live")).hasClass(Pattern.compile("\\bon\\b"));
        Path coffee = Files.copy(Home.samples().resolve("koala.webp"), folder.resolve("coffee.png"));

        page.locator("#upload").setInputFiles(coffee);

        assertThat(page.locator("#notices")).containsText("tagged: koala");
        assertThat(page.locator("#notices a")).hasAttribute("href", "?media=coffee.png");

        // when: another file of the same name
        page.locator("#upload").setInputFiles(coffee);
        assertThat(page.locator("#notices")).containsText("An image with this name exists.");
        named(AriaRole.BUTTON, "Keep both, as coffee (2).png").click();

        assertThat(page.locator("#notices a[href=\"?media=coffee+%282%29.png\"]"))
                .isVisible();
    }

    @Test
    void filesOfOneNameAreAllKeptAndQuestionsDelayNoOtherFile() throws Exception {
        expected = List.of("404");
        open(Reader.ENGLISH, "/");
        assertThat(page.locator("#live")).hasClass(Pattern.compile("\\bon\\b"));

        page.locator("#upload")
                .setInputFiles(Stream.of("pizza.webp", "tiger.jpg", "koala.webp", "twin.jpg", "twin.jpg")
                        .map(name -> new FilePayload(name, "image/jpeg", sample("tiger.jpg")))
                        .toArray(FilePayload[]::new));

        assertThat(page.locator("#notices a[href=\"?media=twin.jpg\"]")).isVisible();
        named(AriaRole.BUTTON, "Keep both, as twin (2).jpg").click();
        assertThat(page.locator("#notices a[href=\"?media=twin+%282%29.jpg\"]")).isVisible();
        assertThat(page.getByText("An image with this name exists.")).hasCount(3);
    }

    @Test
    void aRejectedImageDoesNotKeepItsName() {
        expected = List.of("404");
        open(Reader.ENGLISH, "/");
        assertThat(page.locator("#live")).hasClass(Pattern.compile("\\bon\\b"));
        FilePayload cut = new FilePayload("cut.png", "image/png", Arrays.copyOf(sample("rocket-on-black.png"), 2000));

        page.locator("#upload").setInputFiles(cut);
        assertThat(page.getByText("rejected (")).hasCount(1);
        page.locator("#upload").setInputFiles(cut);

        assertThat(page.getByText("rejected (")).hasCount(2);
    }

    private static byte[] sample(String name) {
        try {
            return Files.readAllBytes(Home.samples().resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aRefusedUploadSaysWhy(@TempDir Path folder) throws Exception {
        expected = List.of("422", "413", "Failed to load resource");
        open(Reader.ENGLISH, "/");
        awaitResults();

        page.locator("#upload").setInputFiles(Files.writeString(folder.resolve("notes.txt"), "milk and bread"));
        assertThat(page.locator(".notice.bad")).containsText("notes.txt");
        assertThat(page.locator(".notice.bad")).containsText("Expected JPEG, PNG, WebP, GIF, BMP or TIFF");
        named(AriaRole.BUTTON, "Close").click();

        page.locator("#upload").setInputFiles(Files.writeString(folder.resolve("broken.png"), "no image"));
        assertThat(page.locator(".notice.bad")).containsText("Expected JPEG, PNG, WebP, GIF, BMP or TIFF");
        named(AriaRole.BUTTON, "Close").click();

        page.locator("#upload").setInputFiles(Files.write(folder.resolve("huge.png"), new byte[6 << 20]));
        assertThat(page.locator(".notice.bad")).containsText("huge.png");
        assertThat(page.locator(".notice.bad"))
                .containsText(Pattern.compile("4194304|larger than the service accepts"));
    }

    @Test
    void aMediumIsDeletedAfterAConfirmation() throws Exception {
        service.upload("doomed.webp", "pizza.webp");
        service.awaitMedia(63);
        open(Reader.ENGLISH, "/");
        expected = List.of("404"); // the page looks until the medium is gone
        card("doomed.webp").locator("a").click();

        named(AriaRole.BUTTON, "Delete").click();
        assertThat(named(AriaRole.HEADING, "Delete doomed.webp?")).isVisible();
        named(AriaRole.BUTTON, "Keep").click();
        assertThat(named(AriaRole.HEADING, "doomed.webp")).isVisible();
        named(AriaRole.BUTTON, "Delete").click();
        page.locator("#delete-yes").click();

        assertThat(page.locator("#notices")).containsText("deleted");
        assertThat(page.locator("#results-title")).hasText("62 images, newest first");
        assertThat(card("doomed.webp")).hasCount(0);
        assertThat(page.locator("#results-title")).isFocused();
    }

    @Test
    void aDeletionInProgressCannotBeCancelledAndLeavesAnotherViewAlone() throws Exception {
        service.upload("doomed.webp", "pizza.webp");
        service.awaitMedia(63);
        open(Reader.ENGLISH, "/?view=pipeline");
        page.locator("[data-view=search]").first().click();
        card("doomed.webp").locator("a").click();
        expected = List.of("404", "503");
        AtomicBoolean down = new AtomicBoolean(true);
        page.route("**/v1/media/doomed.webp", route -> {
            if (down.get() && route.request().method().equals("GET")) {
                unavailable(route);
            } else {
                route.resume();
            }
        });
        named(AriaRole.BUTTON, "Delete").click();
        page.locator("#delete-yes").click();

        assertThat(page.locator("#delete-no")).isDisabled();
        page.keyboard().press("Escape");
        page.keyboard().press("Escape");
        assertThat(page.locator("#delete-dialog")).isVisible();
        page.goBack();
        assertThat(page.locator("#search")).isVisible();
        down.set(false);

        assertThat(page.locator("#notices")).containsText("deleted");
        assertThat(page.locator("#search")).isVisible();
        assertThat(card("doomed.webp")).hasCount(0);
    }

    @Test
    void theOriginalCanBeOpenedAndDownloaded() throws Exception {
        open(Reader.ENGLISH, "/?media=pizza.webp");

        Download download = page.waitForDownload(
                () -> page.locator("[data-original=download]").click());

        assertThat(download.suggestedFilename()).isEqualTo("pizza.webp");
        assertThat(Files.readAllBytes(download.path()))
                .isEqualTo(Files.readAllBytes(Home.samples().resolve("pizza.webp")));
        assertThat(page.locator("[data-original=open]")).hasAttribute("href", "v1/media/pizza.webp/original");
    }

    @Test
    void thePlaygroundScoresLabelsIndependentlyOrExclusively() throws Exception {
        open(Reader.ENGLISH, "/?view=labels");
        assertThat(page.locator("#label-outcome .bar").first())
                .isVisible(); // the newest image with the labels of the service

        page.locator("#label-picture").setInputFiles(Home.samples().resolve("dog-on-blue.jpg"));
        page.getByLabel("Labels, one per line").fill("a dog\na cat\n一辆汽车");

        assertThat(page.locator("#label-outcome .bar")).hasCount(3);
        assertThat(page.locator("#label-outcome .bar").first()).containsText("a dog");
        assertThat(page.locator("#label-outcome")).containsText("add up to 1");
        double sum = page.locator("#label-outcome .bar-number").allTextContents().stream()
                .mapToDouble(Double::parseDouble)
                .sum();
        assertThat(sum).isBetween(0.99, 1.01);
        named(AriaRole.RADIO, "Independent").check();
        assertThat(page.locator("#label-outcome")).containsText("with the background");
        assertThat(page.locator("#label-outcome .bar").first()).containsText("a dog");
        drop("coffee-on-orange.jpg", "search");
        assertThat(page.locator("#label-name")).hasText("coffee-on-orange.jpg");
    }

    @Test
    void aLabelSetIsRefusedPreviewedAppliedAndRemoved() throws Exception {
        // given
        String food = """
                name: food
                version: "1"
                language: en
                mode: multi
                topK: 1
                threshold: 0.5
                labels:
                  - {id: snack, names: {en: a pizza, zh: 披萨}}
                """;
        expected = List.of("400"); // the refusal
        open(Reader.ENGLISH, "/?view=sets");
        assertThat(page.locator("#set-list .set")).containsText("everyday");
        named(AriaRole.LINK, "New label set").click();
        Locator yaml = page.getByLabel("Label set as YAML");

        // when: the text is refused
        yaml.fill(food.replace("zh: 披萨}", "zh: 披萨}, parent: meal"));
        named(AriaRole.BUTTON, "Preview").click();

        // then
        assertThat(page.locator("#yaml-error")).containsText("Line 8:");
        assertThat(page.locator("#yaml-error")).containsText("meal");
        assertThat(page.locator("#lines .wrong")).hasText("8");
        assertThat(yaml).isFocused();

        // when: it is valid
        yaml.fill(food);
        named(AriaRole.BUTTON, "Preview").click();

        // then
        assertThat(page.locator("[data-change=snack] .added a[href=\"?media=pizza.webp\"] .loaded"))
                .isVisible();
        assertThat(page.locator("[data-change=snack] .removed")).hasCount(0);

        // when
        named(AriaRole.BUTTON, "Apply").click();

        // then
        assertThat(page).hasURL(Pattern.compile("\\?view=sets&set=food$"));
        assertThat(page.locator("#set-progress"))
                .hasText(Pattern.compile("All \\d+ images are tagged with the current version\\."));
        page.locator("#sets .back").click();
        assertThat(page.locator("#set-list")).containsText("food");

        // when: a person looks at a tag
        page.navigate(origin + "/?media=pizza.webp");
        Locator tag = page.locator("[data-group=food] .bar").filter(new Locator.FilterOptions().setHasText("a pizza"));
        tag.getByLabel("Why a pizza?").click();

        // then
        assertThat(tag.locator("#why")).containsText("Nearest prompts");
        assertThat(tag.locator("#why")).containsText("food 1");
        assertThat(page.locator("#medium figure .heat rect.for").first()).isVisible();

        // when
        page.navigate(origin + "/?view=sets&set=food");
        named(AriaRole.BUTTON, "Delete").click();
        page.locator("#set-dialog")
                .getByText("Delete", new Locator.GetByTextOptions().setExact(true))
                .click();

        // then
        assertThat(page.locator("#set-list .set")).hasCount(1);
    }

    @Test
    void aSavedSearchReportsItsMatchesUntilItIsRemoved() {
        // given
        open(Reader.ENGLISH, "/?q=a%20pizza");
        awaitFirst("pizza.webp");
        assertThat(page.locator("#live")).hasClass(Pattern.compile("\\bon\\b"));

        // when
        named(AriaRole.BUTTON, "Save this search").click();
        assertThat(page.locator("#alert-name")).hasValue("a-pizza");
        page.keyboard().press("Enter");

        // then
        page.locator("#notices").getByText("Standing queries").click();
        assertThat(page.locator("#alert-list")).containsText("a-pizza");
        assertThat(page.locator("#matches")).containsText("pizza.webp");

        // when
        named(AriaRole.BUTTON, "Remove a-pizza").click();

        // then
        assertThat(page.locator("#alert-list")).containsText("No standing queries.");
    }

    @Test
    void thePipelineViewShowsStatusAndRejections() throws Exception {
        open(Reader.ENGLISH, "/?view=pipeline");
        assertThat(page.locator("#stations .station.well").first()).isVisible();

        service.upload("no-picture.jpg", Path.of("README.md"));

        assertThat(page.locator("#reasons")).containsText("unsupported-format");
        assertThat(page.locator("#rejections")).containsText("no-picture.jpg");
        assertThat(page.locator("#figures")).containsText("mean batch");
        assertThat(page.locator(".station.unwell")).containsText("rejects every image");
        assertThat(page.locator("#rate")).hasText("0.0");
    }

    @Test
    void everythingWorksWithTheKeyboard() {
        open(Reader.ENGLISH, "/");
        awaitResults();

        page.keyboard().press("Tab");
        assertThat(page.locator(".skip")).isFocused();
        page.keyboard().press("/");
        assertThat(page.getByLabel("Search images")).isFocused();
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
    void theFocusIsAlwaysVisible() {
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
    void thePageIsChineseForChineseBrowsersAndCanSwitchToEnglish() {
        open(Reader.CHINESE, "/?view=pipeline");

        assertThat(page.locator("html")).hasAttribute("lang", "zh");
        assertThat(named(AriaRole.HEADING, "流水线")).isVisible();
        page.locator("#language").click();
        assertThat(named(AriaRole.HEADING, "Pipeline")).isVisible();
        page.reload();
        assertThat(named(AriaRole.HEADING, "Pipeline")).isVisible();
    }

    @Test
    void everyTextExistsInBothLanguages() {
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
    void noViewScrollsHorizontallyOnAPhone(String locale) {
        open(Reader.onAPhone(locale), "/?q=%E7%8C%AB&tags=cat");
        for (String path : List.of(
                "/",
                "/?q=%E7%8C%AB",
                "/?media=pizza.webp",
                "/?view=labels",
                "/?view=sets",
                "/?view=sets&set=everyday",
                "/?view=pipeline")) {
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
    void theThemeFollowsTheBrowserUntilItIsChanged() {
        open(Reader.IN_THE_DARK, "/");
        assertThat(brightness()).isLessThan(60);

        named(AriaRole.BUTTON, "Light or dark").click();
        assertThat(brightness()).isGreaterThan(200);
        page.reload();
        assertThat(brightness()).isGreaterThan(200);
    }

    /// Returns the brightness of the background, 0 to 255.
    private int brightness() {
        return ((Number)
                        page.evaluate("() => Number(getComputedStyle(document.body).backgroundColor.match(/\\d+/)[0])"))
                .intValue();
    }

    @Test
    void anUnknownMediumIsReportedWithARemedy() {
        expected = List.of("404");

        open(Reader.ENGLISH, "/?media=nobody");

        assertThat(page.getByRole(AriaRole.ALERT)).containsText("This image does not exist");
        assertThat(page.getByRole(AriaRole.ALERT)).containsText("Check that it was uploaded");
        assertThat(page.locator(".translated")).isHidden();
        page.locator("#language").click();
        assertThat(page.locator(".translated")).hasText("它已被删除，或还没有写入索引。");
        assertThat(page.locator(".failure [lang=en]")).containsText("Check that it was uploaded");
    }

    @Test
    void anApiKeyIsRequestedAndSent() throws Exception {
        try (SampleService.Instance keyed = service.another(Map.of("clipstream.search.api-keys", "sesame"))) {
            origin = keyed.origin();
            expected = List.of("401");
            open(Reader.ENGLISH, "/?q=a%20pizza");

            page.getByLabel("API key").fill("open");
            page.keyboard().press("Enter");
            assertThat(page.locator("#key-error"))
                    .hasText("The service does not accept this key. Check it and try again.");
            assertThat(page.getByLabel("API key")).hasValue("open");
            assertThat(page.getByLabel("API key")).isFocused();
            page.keyboard().press("Escape");
            page.locator("#outcome").getByText("Enter the key").click();
            page.getByLabel("API key").fill("sesame");
            page.keyboard().press("Enter");

            awaitFirst("pizza.webp");
            assertThat(firstCard().locator(".loaded img")).isVisible();
            assertThat(page.url()).doesNotContain("sesame");
            firstCard().locator("a").click();
            Download original = page.waitForDownload(
                    () -> page.locator("[data-original=download]").click());
            assertThat(original.suggestedFilename()).isEqualTo("pizza.webp");
            page.close();
        }
    }

    @Test
    void aServiceWithFewResultsPerSearchIsShownInSmallerPages() throws Exception {
        try (SampleService.Instance small = service.another(Map.of("clipstream.search.max-results", "62"))) {
            origin = small.origin();
            open(Reader.ENGLISH, "/");
            assertThat(page.locator("#results .card")).hasCount(62);
            assertThat(page.locator("[data-tag=cat]")).hasCount(1);

            page.mouse().wheel(0, 20_000);

            assertThat(page.locator("#more")).isHidden();
            assertThat(page.locator("#results .card")).hasCount(62);
            page.close();
        }
    }

    @Test
    void fewThumbnailsAreRequestedAtOnceAndRefusedOnesAgain() {
        expected = List.of("503");
        List<Route> held = new ArrayList<>();
        page.route("**/thumbnail?*", held::add);
        page.navigate(origin + "/");
        awaitResults();
        page.waitForCondition(() -> held.size() == 6);
        page.waitForTimeout(300);
        assertThat(held).hasSize(6);

        page.unroute("**/thumbnail?*");
        held.forEach(PageIT::unavailable);

        assertThat(firstCard().locator(".loaded img")).isVisible();
        assertThat(page.locator("#results .thumbnail .icon")).hasCount(0);
    }

    @Test
    void anUnavailableIndexIsReportedUntilItRecovers() throws Exception {
        try (RedisServer redis = RedisServer.startWithQueryEngine();
                SampleService.Instance other = service.another(
                        Map.of("clipstream.index.url", redis.url(), "clipstream.index.max-backoff", "1s"))) {
            origin = other.origin();
            expected = List.of("503");
            open(Reader.ENGLISH, "/?q=a%20pizza");
            awaitFirst("pizza.webp");

            redis.kill();
            page.getByLabel("Search images").fill("a tiger");
            assertThat(page.locator("#banner")).containsText("The index is unavailable");
            redis.restartAsBefore();

            assertThat(page.locator("#banner")).isHidden(within(120_000));
            other.awaitTagged(62); // Redis returned empty
            page.getByLabel("Search images").fill("a pizza");
            awaitFirst("pizza.webp");
            page.close();
        }
    }

    private static IsHiddenOptions within(double millis) {
        return new IsHiddenOptions().setTimeout(millis);
    }
}
