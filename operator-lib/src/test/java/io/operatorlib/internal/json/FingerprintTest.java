package io.operatorlib.internal.json;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonParser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FingerprintTest {
    private static long of(String json) {
        return Fingerprint.of(JsonParser.parseString(json));
    }

    private static long withoutStatus(String json) {
        return Fingerprint.withoutStatus(Json.parse(json));
    }

    @Test
    void theOrderOfMembersMakesNoDifference() {
        assertThat(of("{\"a\":1,\"b\":{\"c\":[1,2],\"d\":null}}"))
                .isEqualTo(of("{\"b\":{\"d\":null,\"c\":[1,2]},\"a\":1}"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"a\":1} | {\"a\":\"1\"}",
                "{\"a\":1} | {\"b\":1}",
                "{\"a\":1,\"b\":2} | {\"a\":2,\"b\":1}",
                "{\"a\":{\"b\":{}}} | {\"a\":{},\"b\":{}}",
                "{\"a\":[]} | {\"a\":{}}",
                "{\"a\":null} | {}",
                "{\"a\":null} | {\"a\":\"null\"}",
                "{\"a\":true} | {\"a\":\"true\"}",
                "[1,2] | [2,1]",
                "[[1],2] | [1,[2]]",
                "[{},{}] | [{}]",
                "\"ab\" | \"ba\"",
            })
    void whatDiffersHasAnother(String one, String other) {
        assertThat(of(one)).isNotEqualTo(of(other));
    }

    @Test
    void theStatusTheVersionAndWhoManagesTheFieldsAreNoDifference() {
        String object = "{\"metadata\":{\"name\":\"a\",\"labels\":{\"x\":\"y\"}},\"spec\":{\"resourceVersion\":\"1\"}}";
        assertThat(withoutStatus(
                        "{\"status\":{\"a\":1},\"spec\":{\"resourceVersion\":\"1\"},\"metadata\":{\"name\":\"a\","
                                + "\"resourceVersion\":\"7\",\"managedFields\":[{}],\"labels\":{\"x\":\"y\"}}}"))
                .isEqualTo(withoutStatus(object));
        assertThat(withoutStatus(object.replace("y", "z"))).isNotEqualTo(withoutStatus(object));
        assertThat(withoutStatus(object.replace("\"1\"", "\"2\""))).isNotEqualTo(withoutStatus(object));
    }
}
