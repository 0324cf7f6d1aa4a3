package io.operatorlib.conversion;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import io.operatorlib.internal.json.Json;
import org.junit.jupiter.api.Test;

/** The rule by which an old client's edit is carried over to the whole object. */
class MergeTest {
    private static final Shape SHAPE = new Shape(tree("""
            {properties: {
              pages: {items: {properties: {name: {}, text: {}, style: {}}},
                      'x-kubernetes-list-map-keys': [name]},
              words: {},
              disk: {required: [size], properties: {size: {}, retention: {}}},
              place: {properties: {zone: {}, rack: {}}}}}
            """));

    private static JsonObject tree(String lenient) {
        return Json.parse(lenient);
    }

    private static void merged(String base, String shown, String written, String expected) {
        JsonObject merged = Merge.objects(SHAPE, tree(base), tree(shown), tree(written));
        assertThat(merged).isEqualTo(tree(expected));
    }

    @Test
    void whatIsWrittenAsItWasShownStaysAsItIs() {
        merged("{a: 1500, b: 2}", "{a: 1}", "{a: 1}", "{a: 1500, b: 2}");
    }

    @Test
    void whatTheClientChangedWins() {
        merged("{a: 1500, b: 2}", "{a: 1}", "{a: 3}", "{a: 3, b: 2}");
    }

    @Test
    void whatTheClientAddedIsThere() {
        merged("{b: 2}", "{}", "{a: 3}", "{b: 2, a: 3}");
    }

    @Test
    void whatTheClientDeletedStaysDeleted() {
        merged("{a: 1, b: 2}", "{a: 1}", "{}", "{b: 2}");
    }

    @Test
    void whatTheClientCouldNotSeeStaysInsideWhatItChanged() {
        merged(
                "{place: {zone: z, rack: r}}",
                "{place: {zone: z}}",
                "{place: {zone: y}}",
                "{place: {zone: y, rack: r}}");
    }

    @Test
    void whatTheClientCouldNotSeeStaysWhenAllThatItSawIsDeleted() {
        merged("{place: {zone: z, rack: r}}", "{place: {zone: z}}", "{}", "{place: {rack: r}}");
    }

    @Test
    void anObjectThatIsNothingWithoutWhatWasDeletedIsDeleted() {
        merged("{disk: {size: 1Gi, retention: Retain}}", "{disk: {size: 1Gi}}", "{}", "{}");
    }

    @Test
    void entriesAreMatchedByTheirKeys() {
        merged(
                "{pages: [{name: a, text: 1, style: x}, {name: b, text: 2, style: y}]}",
                "{pages: [{name: a, text: 1}, {name: b, text: 2}]}",
                "{pages: [{name: b, text: 3}, {name: a, text: 1}]}",
                "{pages: [{name: b, text: 3, style: y}, {name: a, text: 1, style: x}]}");
    }

    @Test
    void anEntryThatWasDeletedGoesWithAllOfIt() {
        merged(
                "{pages: [{name: a, text: 1, style: x}, {name: b, text: 2, style: y}]}",
                "{pages: [{name: a, text: 1}, {name: b, text: 2}]}",
                "{pages: [{name: b, text: 2}]}",
                "{pages: [{name: b, text: 2, style: y}]}");
    }

    @Test
    void anEntryThatWasNotShownKeepsItsPlace() {
        merged(
                "{pages: [{name: a}, {name: hidden}, {name: b}]}",
                "{pages: [{name: a}, {name: b}]}",
                "{pages: [{name: a}, {name: b}, {name: c}]}",
                "{pages: [{name: a}, {name: hidden}, {name: b}, {name: c}]}");
    }

    @Test
    void entriesThatWereNotShownStayWhenTheListIsDeleted() {
        merged("{pages: [{name: a}, {name: hidden}]}", "{pages: [{name: a}]}", "{}", "{pages: [{name: hidden}]}");
        merged("{pages: [{name: a}]}", "{pages: [{name: a}]}", "{}", "{}");
    }

    @Test
    void aListWithoutKeysIsOneValue() {
        merged("{words: [a, b, c]}", "{words: [a, b]}", "{words: [b]}", "{words: [b]}");
    }

    @Test
    void aKeyThatIsThereTwiceMakesTheListOneValue() {
        merged(
                "{pages: [{name: a, style: x}]}",
                "{pages: [{name: a}]}",
                "{pages: [{name: a}, {name: a}]}",
                "{pages: [{name: a}, {name: a}]}");
    }

    @Test
    void anotherTypeOfValueIsAChange() {
        merged("{place: {zone: z, rack: r}}", "{place: {zone: z}}", "{place: home}", "{place: home}");
        merged("{a: 1}", "{a: 1}", "{a: {b: 1}}", "{a: {b: 1}}");
    }
}
