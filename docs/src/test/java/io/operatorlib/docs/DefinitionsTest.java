package io.operatorlib.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.operatorlib.crd.CrdChange.Impact;
import io.operatorlib.crd.CrdVerdict;
import org.junit.jupiter.api.Test;

class DefinitionsTest {
    @Test
    void theDefinitionIsPrintedTheSameEachTime() {
        assertThat(Definitions.manifests())
                .isEqualTo(Definitions.manifests())
                .contains("name: shops.demo.operatorlib.io")
                .contains("self == oldSelf");
    }

    @Test
    void whatWouldBreakIsNamed() {
        String before = Definitions.DEFINITION.json().replace("\"maximum\":9", "\"maximum\":12");

        assertThat(Definitions.whatWouldBreak(before))
                .containsExactly("v1 .spec.replicas: maximum changed from 12 to 9");
        assertThat(Definitions.whatWouldBreak(Definitions.DEFINITION.json())).isEmpty();
    }

    @Test
    void aVersionThatIsRetiredStepByStepBreaksNothing() {
        assertThat(CrdVerdict.between(Definitions.BOTH.json(), Definitions.DEPRECATED)
                        .of(Impact.BREAKING))
                .isEmpty();
        assertThat(CrdVerdict.between(Definitions.DEPRECATED.json(), Definitions.UNSERVED)
                        .of(Impact.BREAKING))
                .isEmpty();
        assertThat(CrdVerdict.between(Definitions.UNSERVED.json(), Definitions.REMOVED)
                        .of(Impact.BREAKING))
                .isEmpty();
        assertThat(CrdVerdict.between(Definitions.BOTH.json(), Definitions.REMOVED)
                        .of(Impact.BREAKING))
                .isNotEmpty();
    }
}
