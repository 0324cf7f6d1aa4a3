package io.operatorlib.internal.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonTest {
    // the cases of RFC 7396, appendix A
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"a\":\"b\"} | {\"a\":\"c\"} | {\"a\":\"c\"}",
                "{\"a\":\"b\"} | {\"b\":\"c\"} | {\"a\":\"b\",\"b\":\"c\"}",
                "{\"a\":\"b\"} | {\"a\":null} | {}",
                "{\"a\":\"b\",\"b\":\"c\"} | {\"a\":null} | {\"b\":\"c\"}",
                "{\"a\":[\"b\"]} | {\"a\":\"c\"} | {\"a\":\"c\"}",
                "{\"a\":\"c\"} | {\"a\":[\"b\"]} | {\"a\":[\"b\"]}",
                "{\"a\":{\"b\":\"c\"}} | {\"a\":{\"b\":\"d\",\"c\":null}} | {\"a\":{\"b\":\"d\"}}",
                "{\"a\":[{\"b\":\"c\"}]} | {\"a\":[1]} | {\"a\":[1]}",
                "[\"a\",\"b\"] | [\"c\",\"d\"] | [\"c\",\"d\"]",
                "{\"a\":\"b\"} | [\"c\"] | [\"c\"]",
                "{\"a\":\"foo\"} | null | null",
                "{\"a\":\"foo\"} | \"bar\" | \"bar\"",
                "{\"e\":null} | {\"a\":1} | {\"e\":null,\"a\":1}",
                "[1,2] | {\"a\":\"b\",\"c\":null} | {\"a\":\"b\"}",
                "{} | {\"a\":{\"bb\":{\"ccc\":null}}} | {\"a\":{\"bb\":{}}}",
            })
    void aMergePatchIsAppliedAsTheRfcSays(String target, String patch, String result) {
        assertThat(Json.merged(JsonParser.parseString(target), JsonParser.parseString(patch)))
                .isEqualTo(JsonParser.parseString(result));
    }

    @Test
    void theDifferenceOfTwoObjectsMakesOneOfTheOther() {
        var random = new Random(11);
        for (int i = 0; i < 2000; i++) {
            JsonObject from = randomObject(random, 3);
            JsonObject goal = randomObject(random, 3);
            JsonObject patch = Json.diff(from, goal);

            assertThat(Json.equal(Json.merged(from, patch), goal))
                    .as("%s to %s by %s", from, goal, patch)
                    .isTrue();
            assertThat(Json.diff(from, from)).isEqualTo(new JsonObject());
        }
    }

    private static JsonObject randomObject(Random random, int depth) {
        var object = new JsonObject();
        for (int i = random.nextInt(4); i > 0; i--) {
            object.add("m" + random.nextInt(4), randomValue(random, depth - 1));
        }
        return object;
    }

    private static JsonElement randomValue(Random random, int depth) {
        int kind = random.nextInt(depth > 0 ? 4 : 2);
        if (kind == 3) {
            var array = new JsonArray();
            for (int i = random.nextInt(3); i > 0; i--) {
                array.add(randomValue(random, depth - 1));
            }
            return array;
        }
        return kind == 2 ? randomObject(random, depth) : new JsonPrimitive(kind == 1 ? 1 : random.nextInt(3));
    }

    @Test
    void numbersAreEqualByValueAndMembersInAnyOrder() {
        assertThat(Json.equal(Json.parse("{\"a\":1,\"b\":2.0}"), Json.parse("{\"b\":2,\"a\":1.0}")))
                .isTrue();
        assertThat(Json.equal(Json.parse("{\"a\":9007199254740993}"), Json.parse("{\"a\":9007199254740992}")))
                .isFalse();
        assertThat(Json.equal(Json.parse("{\"a\":\"1\"}"), Json.parse("{\"a\":1}")))
                .isFalse();
        assertThat(Json.equal(Json.parse("{\"a\":null}"), Json.parse("{\"b\":null}")))
                .isFalse();
    }

    @Test
    void whatIsNoObjectIsRefused() {
        assertThatThrownBy(() -> Json.parse("[]")).isInstanceOf(CodecException.class);
        assertThatThrownBy(() -> Json.parse("{\"a\":")).isInstanceOf(CodecException.class);
        assertThatThrownBy(() -> Json.parse("")).isInstanceOf(CodecException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "30s, PT30S, 30s",
        "1h30m, PT1H30M, 1h30m",
        "1.5s, PT1.5S, 1s500ms",
        "250ms, PT0.25S, 250ms",
        "0, PT0S, 0s",
        "90m, PT1H30M, 1h30m",
        "PT5M, PT5M, 5m",
        "1us, PT0.000001S, 1us"
    })
    void durationsAreReadAndWrittenAsKubernetesDoes(String text, Duration time, String written) {
        assertThat(Durations.parse(text)).isEqualTo(time);
        assertThat(Durations.format(time)).isEqualTo(written);
        assertThat(Durations.parse(written)).isEqualTo(time);
    }

    @Test
    void whatIsNoDurationIsRefused() {
        assertThatThrownBy(() -> Durations.parse("soon")).hasMessageContaining("soon");
        assertThatThrownBy(() -> Durations.parse("5")).hasMessageContaining("such as 30s");
    }
}
