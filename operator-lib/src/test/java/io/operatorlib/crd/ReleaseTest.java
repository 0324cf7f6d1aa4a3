package io.operatorlib.crd;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ReleaseTest {
    @Test
    void releasesStandInTheOrderOfSemanticVersioning() {
        var inOrder = List.of(
                "0.9",
                "1.0.0-alpha",
                "1.0.0-alpha.1",
                "1.0.0-alpha.beta",
                "1.0.0-beta.2",
                "1.0.0-beta.11",
                "1.0.0-rc.1",
                "1.0.0",
                "1.2.0",
                "1.10.0",
                "v2");
        for (int i = 0; i < inOrder.size(); i++) {
            for (int j = 0; j < inOrder.size(); j++) {
                assertThat(Integer.signum(Release.of(inOrder.get(i)).compareTo(Release.of(inOrder.get(j)))))
                        .as(inOrder.get(i) + " and " + inOrder.get(j))
                        .isEqualTo(Integer.compare(i, j));
            }
        }
        assertThat(Release.of("1.0+build.7")).isEqualByComparingTo(Release.of("1.0.0"));
    }
}
