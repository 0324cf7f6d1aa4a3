package io.operatorlib.testing.apiserver.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class VersionOrderTest {
    @Test
    void prefersStableToBetaToAlphaAndHighToLow() {
        assertThat(Stream.of("foo10", "v1alpha1", "v2", "v11beta2", "v10", "v3beta1", "v12alpha1", "foo1", "v10beta3")
                        .sorted(VersionOrder.PREFERRED_FIRST))
                .containsExactly(
                        "v10", "v2", "v11beta2", "v10beta3", "v3beta1", "v12alpha1", "v1alpha1", "foo1", "foo10");
    }
}
