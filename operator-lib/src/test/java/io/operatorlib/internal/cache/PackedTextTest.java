package io.operatorlib.internal.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PackedTextTest {
    private static String object(int entries) {
        var text = new StringBuilder();
        for (int i = 0; i < entries; i++) {
            text.append("{\"name\":\"VARIABLE_" + i + "\",\"value\":\"übermorgen\"},");
        }
        return text.toString();
    }

    @Test
    void aTextComesBackAsItWasWhateverItsLength() {
        for (int entries : new int[] {0, 1, 10, 50, 100, 5_000}) {
            String text = object(entries);
            assertThat(PackedText.of(text).text()).isEqualTo(text);
        }
    }

    @Test
    void aLongTextThatRepeatsItselfTakesAQuarterAtMost() {
        String text = object(200);
        int plain = text.getBytes(StandardCharsets.UTF_8).length;
        assertThat(PackedText.of(text).size()).isLessThan(plain / 4);
    }

    @Test
    void whatDoesNotGetShorterIsKeptAsItIs() {
        byte[] noise = new byte[10_000];
        new Random(1).nextBytes(noise);
        String text = new String(noise, StandardCharsets.ISO_8859_1);
        PackedText packed = PackedText.of(text);
        assertThat(packed.text()).isEqualTo(text);
        assertThat(packed.size()).isLessThanOrEqualTo(text.getBytes(StandardCharsets.UTF_8).length);
    }
}
