package io.operatorlib.testing.apiserver.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class YamlTest {
    @Test
    void readsADocumentAsTheJsonThatKubernetesTakesItFor() {
        assertThat(Yaml.json("""
                        a: 1
                        b: [x, 2.5, 1.0]
                        c: {1: one}
                        t: 2026-01-01T00:00:00Z
                        d: 2026-01-01
                        e:
                        """).toString())
                .isEqualTo("{\"a\":1,\"b\":[\"x\",2.5,1],\"c\":{\"1\":\"one\"},\"t\":\"2026-01-01T00:00:00Z\","
                        + "\"d\":\"2026-01-01\",\"e\":null}");
    }

    @Test
    void refusesWhatSaysSomethingTwice() {
        assertThatThrownBy(() -> Yaml.json("a: 1\na: 2\n")).hasMessageContaining("duplicate key a");
    }
}
