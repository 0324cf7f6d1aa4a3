package io.operatorlib.testing.apiserver.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonPathTest {
    private static final JsonElement OBJECT = JsonParser.parseString("""
            {"spec": {"size": 3, "a.b": "dotted"},
             "status": {"conditions": [{"type": "Ready", "status": "True"}, {"type": "Old", "status": "no"}],
                        "names": ["x", "y"]}}
            """);

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                ".spec.size | 3",
                "$.spec.size | 3",
                ".spec['a.b'] | dotted",
                ".spec.a\\.b | dotted",
                ".status.names[1] | y",
                ".status.names[-1] | y",
                ".status.names[*] | x",
                ".status.conditions[?(@.type==\"Old\")].status | no",
                ".status.conditions[?(@.type=='Ready')].status | True",
                ".status.conditions[0].type | Ready"
            })
    void leadsToTheElement(String path, String expected) {
        assertThat(JsonPath.of(path).first(OBJECT).orElseThrow().getAsString()).isEqualTo(expected);
    }

    @Test
    void leadsNowhereWhereTheElementIsAbsent() {
        assertThat(JsonPath.of(".status.nothing[3].at").first(OBJECT)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"spec", "..size", ".a[", ".a[?(@.b > 3)]", ".a[1:2]"})
    void refusesWhatIsNotSimple(String path) {
        assertThatThrownBy(() -> JsonPath.of(path)).isInstanceOf(IllegalArgumentException.class);
    }
}
