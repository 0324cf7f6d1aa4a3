package io.operatorlib.docs;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class OldVersionTest {
    @Test
    void theOperatorAsksForWhatItsWebhookNeeds() {
        assertThat(OldVersion.converting().roles())
                .contains("resources: [secrets]\n  resourceNames: [greeting-operator]\n  verbs: [get, update]\n");
    }
}
